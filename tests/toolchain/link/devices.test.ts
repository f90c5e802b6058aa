/**
 * The linker's table of devices says what `wit/device.wit` says.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { compareFunctions, printFunction } from "../../../toolchain/abi/index.ts";
import { DEVICE_VERSION, DEVICES } from "../../../toolchain/link/devices.ts";
import { worldOfWit } from "../abi/embed.ts";

it("has the interfaces, functions and types of the WIT", async () => {
  const wit = readFileSync(new URL("../../../wit/device.wit", import.meta.url), "utf8");
  const imports = Object.keys(DEVICES).map((id) => `import ${id.split("/")[1]};`);
  const world = await worldOfWit(`${wit}\nworld all { ${imports.join(" ")} }`);
  const declared = [...wit.matchAll(/^interface ([\w-]+)/gm)].map(([, name]) => `atoll:device/${name}`);
  expect(Object.keys(DEVICES).sort()).toEqual(declared.sort());
  for (const item of world.imports) {
    if (item.kind !== "interface") throw new Error("a device is an interface");
    const [id = "", version] = item.name.split("@");
    expect(version).toBe(DEVICE_VERSION);
    const own = DEVICES[id as keyof typeof DEVICES];
    const signatures = (functions: typeof own.functions): string[] =>
      functions.map(({ name, type }) => `${name}: ${printFunction(type, () => undefined)}`).sort();
    expect(signatures(own.functions)).toEqual(signatures(item.interface.functions));
    for (const { name, type } of item.interface.functions) {
      const same = own.functions.find((f) => f.name === name);
      expect(
        same && compareFunctions(same.type, type, (a, b) => a.name?.name === b.name?.name),
      ).toBeUndefined();
    }
  }
});
