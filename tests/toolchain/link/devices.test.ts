/**
 * The linker's tables of interfaces say what `wit/device.wit` and `wit/kernel.wit` say.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { compareFunctions, printFunction, type Interface } from "../../../toolchain/abi/index.ts";
import { DEVICE_VERSION, DEVICES } from "../../../toolchain/link/devices.ts";
import { KERNEL_SIGNALS } from "../../../toolchain/link/kernel-interfaces.ts";
import { worldOfWit } from "../abi/embed.ts";

const KNOWN: Readonly<Record<string, Interface>> = { ...DEVICES, ...KERNEL_SIGNALS };

function witOf(file: string): string {
  return readFileSync(new URL(`../../../wit/${file}.wit`, import.meta.url), "utf8");
}

/** The packages that they mention. */
const mentioned = ["fault", "http"]
  .map((file) => witOf(file).replace(/package ([\w:@.-]+);/, "package $1 {") + "}")
  .join("\n");

function signatures(functions: Interface["functions"]): string[] {
  return functions.map(({ name, type }) => `${name}: ${printFunction(type, () => undefined)}`).sort();
}

it.each(["device", "kernel"])("has the interfaces, functions and types of wit/%s.wit", async (file) => {
  const own = Object.keys(KNOWN).filter((id) => id.startsWith(`atoll:${file}/`));
  const wit = witOf(file);
  const imports = own.map((id) => `import ${id.split("/")[1]};`);
  const world = await worldOfWit(`${wit}\nworld all { ${imports.join(" ")} }\n${mentioned}`);
  const declared = [...wit.matchAll(/^interface ([\w-]+)/gm)].map(([, name]) => `atoll:${file}/${name}`);
  expect(own.sort()).toEqual(declared.filter((id) => !id.endsWith("/types")).sort());
  for (const item of world.imports) {
    if (item.kind !== "interface") throw new Error("a device is an interface");
    const [id = "", version] = item.name.split("@");
    expect(version).toBe(DEVICE_VERSION);
    const known = KNOWN[id];
    if (id.endsWith("/types")) continue;
    expect(signatures(known?.functions ?? [])).toEqual(signatures(item.interface.functions));
    for (const { name, type } of item.interface.functions) {
      const same = known?.functions.find((f) => f.name === name);
      expect(
        same && compareFunctions(same.type, type, (a, b) => a.name?.name === b.name?.name),
      ).toBeUndefined();
    }
  }
});
