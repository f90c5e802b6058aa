/**
 * The WASI shim as components: as the package was built with them, or compiled from the sources of a checkout.
 *
 * A process gets the smallest that has what it imports. A checkout compiles one
 * when it is first needed and keeps it under `build/`, named by a hash of all that
 * it depends on, so that nobody has to think of building it and a changed source is
 * never missed.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Named by what it has beside io, cli, clocks, random and filesystem; `http` has sockets too. */
export type ShimVariant = "base" | "sockets" | "http";

export const SHIM_VARIANTS: readonly ShimVariant[] = ["base", "sockets", "http"];

const HERE = import.meta.dirname;
const ROOT = join(HERE, "..");
/** The file of each whose exports are the component's. */
const ENTRIES: Readonly<Record<ShimVariant, string>> = {
  base: "base.ts",
  sockets: "with-sockets.ts",
  http: "with-http.ts",
};

const known = new Map<ShimVariant, Promise<Uint8Array>>();

/** The component's bytes. @throws Error where the sources do not compile, or a package lacks it. */
export function builtShim(variant: ShimVariant): Promise<Uint8Array> {
  const built = known.get(variant) ?? readOrCompile(variant);
  known.set(variant, built);
  return built;
}

/** From the sources, anew. */
async function compileShim(variant: ShimVariant, output: string): Promise<Uint8Array> {
  const { compileLean } = await import("../toolchain/compile/index.ts");
  const { component } = await compileLean({
    app: join(HERE, ENTRIES[variant]),
    wit: join(HERE, "wit"),
    world: variant,
    output,
  });
  return component;
}

async function readOrCompile(variant: ShimVariant): Promise<Uint8Array> {
  const packed = join(HERE, `${variant}.wasm`);
  if (existsSync(packed)) return new Uint8Array(await readFile(packed));
  const folder = join(ROOT, "build/wasi-shim", keyOfSources());
  const path = join(folder, `${variant}.wasm`);
  if (existsSync(path)) return new Uint8Array(await readFile(path));
  await mkdir(folder, { recursive: true });
  // Nobody reads half a file, and whoever compiles at the same time writes the same.
  const own = join(folder, `${variant}.${randomUUID()}`);
  const component = await compileShim(variant, own);
  await writeFile(own, component);
  await rename(own, path);
  return component;
}

/** Of the sources, the interfaces, and the compiler. */
function keyOfSources(): string {
  const hash = createHash("sha256");
  const folders = [
    "wasi-shim",
    "wit",
    ...["abi", "bindgen", "compile", "wasm"].map((name) => `toolchain/${name}`),
  ];
  for (const folder of folders) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => /^(?!build\b).*\.(ts|wit)$/.test(name)).sort()) {
      hash.update(file).update(readFileSync(join(ROOT, folder, file)));
    }
  }
  const compiler = join(ROOT, "node_modules/assemblyscript/package.json");
  if (existsSync(compiler)) hash.update(readFileSync(compiler));
  return hash.digest("hex").slice(0, 16);
}
