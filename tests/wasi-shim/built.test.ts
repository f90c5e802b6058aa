/** The shim as a component: what each variant has, and that it is compiled once. */
import { expect, it, test } from "vitest";
import { worldOfComponent } from "../../toolchain/abi/index.ts";
import { decodeComponent } from "../../toolchain/wasm/index.ts";
import { builtShim, SHIM_VARIANTS, type ShimVariant } from "../../wasi-shim/built.ts";

async function interfaces(
  variant: ShimVariant,
): Promise<{ readonly imports: readonly string[]; readonly exports: readonly string[] }> {
  const world = worldOfComponent(decodeComponent(await builtShim(variant)));
  const [imports = [], exports = []] = [world.imports, world.exports].map((items) =>
    items.flatMap((item) => (item.kind === "interface" ? [item.name] : [])),
  );
  return { imports, exports };
}

it.each(SHIM_VARIANTS)("%s is made of Atoll's own interfaces, and is WASI 0.2.12", async (variant) => {
  const { imports, exports } = await interfaces(variant);
  expect(imports.filter((name) => !/^atoll:(device|kernel)\//.test(name))).toEqual([]);
  expect(
    exports.filter(
      (name) => !/^(wasi:[a-z]+\/[a-z-]+@0\.2\.12|atoll:wasi\/http-exchange@0\.1\.0)$/.test(name),
    ),
  ).toEqual([]);
});

test("each has what the smaller one has", async () => {
  const [base, sockets, http] = await Promise.all(SHIM_VARIANTS.map(interfaces));
  expect(base?.exports).toEqual(
    expect.arrayContaining([
      "wasi:io/streams@0.2.12",
      "wasi:clocks/wall-clock@0.2.12",
      "wasi:random/random@0.2.12",
    ]),
  );
  expect(sockets?.exports).toEqual(expect.arrayContaining([...(base?.exports ?? [])]));
  expect(http?.exports).toEqual(expect.arrayContaining([...(sockets?.exports ?? [])]));
});

it("is there at once the second time", async () => {
  expect(await builtShim("base")).toBe(await builtShim("base"));
});
