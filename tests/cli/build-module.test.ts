/** `atoll build` and `atoll run` with the core module of another toolchain. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { afterAll, beforeAll, expect, it } from "vitest";
import { atoll, workFolder } from "./atoll.ts";

const folder = workFolder();
const setting = { cwd: folder.path };
const file = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  const main = `(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
    (memory (export "memory") 1) (func (export "_start") (call 0 (i32.const 0))))`;
  writeFileSync(file("main.wasm"), await parse(main));
  writeFileSync(file("app.ts"), "export function run(): i32 { return 0; }\n");
  writeFileSync(file("loop.ts"), "export function loop(): void {}\n");
  writeFileSync(
    file("system.ts"),
    `import { defineSystem } from "atoll-os";
export default defineSystem({ name: "s", processes: {
  main: { component: "./main.wasm" },
  app: { component: "./app.ts", driver: "./loop.ts" },
}, entry: "app" });
`,
  );
});
afterAll(() => folder.remove());

it("builds the modules of a system before its apps, and what drives them", async () => {
  const { code, stdout, stderr } = await atoll(["build", "system.ts"], setting);
  expect(stderr).toBe("Building main.wasm …\nBuilding app.ts …\nBuilding loop.ts …\n");
  expect(stdout).toMatch(
    /^build\/main\.wasm {2}[\d.]+ KiB {2}[\d.]+ s\nbuild\/app\.wasm {2}.*\nbuild\/loop\.wasm {2}.*\n$/,
  );
  expect(code).toBe(0);
});

it("shows a module's component, and builds nothing anew", async () => {
  const before = readFileSync(file("build/main.inputs.json"));
  const { stdout } = await atoll(["inspect", "main.wasm", "--wit"], setting);
  expect(stdout).toContain("import wasi:cli/exit@0.2.12;");
  expect(stdout).toContain("export wasi:cli/run@0.2.12;");
  expect(readFileSync(file("build/main.inputs.json"))).toEqual(before);
});

it.each([
  [
    "build build/main.wasm",
    /build\/main\.wasm: .*found a component: there is nothing to build\.\nUse it as it is/,
  ],
  ["build main.wasm app.ts -o both.wasm", /--output is about one source, and 2 are given/],
  ["build main.wasm --interface a:b/c", /--interface is for TypeScript apps/],
  ["build main.wasm -o main.wasm", /main\.wasm: output: the component would overwrite the module/],
])("atoll %s", async (args, message) => {
  const { code, stdout, stderr } = await atoll(args.split(" "), setting);
  expect(stderr).toMatch(message);
  expect([code, stdout]).toEqual([1, ""]);
  expect(existsSync(file("both.wasm"))).toBe(false);
});
