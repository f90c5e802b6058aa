/** `atoll build` as a user starts it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { atoll, start, workFolder } from "./atoll.ts";

const folder = workFolder();
const setting = { cwd: folder.path };
const file = (name: string): string => join(folder.path, name);

beforeAll(() => {
  writeFileSync(
    file("words.ts"),
    "export function words(text: string): u32 { return text.split(' ').length; }\n",
  );
  writeFileSync(
    file("main.ts"),
    'import { words } from "local:words/api";\nexport function run(): u32 { return words("a b c"); }\n',
  );
  writeFileSync(
    file("system.ts"),
    `import { defineSystem } from "atoll-os";
export default defineSystem({ name: "s", processes: {
  words: { component: "./words.ts" },
  main: { component: "./main.ts", imports: { "local:words/api": "words" } },
}, entry: "main" });
`,
  );
  mkdirSync(file("folder.ts"));
  writeFileSync(file("empty.wit"), "");
  writeFileSync(file("bytes.ts"), `\u001b[2J\0${"\0\u0009\u009b".repeat(300)}`);
  writeFileSync(file("wrong.ts"), "export function run(value: any): void {}\n");
});
afterAll(() => folder.remove());

it("builds the apps of ./system.ts, and says what it made", async () => {
  const { code, stdout, stderr } = await atoll(["build"], setting);
  expect(stderr).toBe("Building words.ts …\nBuilding main.ts …\n");
  expect(stdout).toMatch(
    /^build\/words\.wasm {2}[\d.]+ KiB {2}[\d.]+ s\nbuild\/main\.wasm {2}[\d.]+ KiB {2}[\d.]+ s\n$/,
  );
  expect(code).toBe(0);
  expect(readFileSync(file("build/main.wasm")).subarray(0, 4).toString("latin1")).toBe("\0asm");
});

it("writes where it is told, and names the interface", async () => {
  const { code, stdout } = await atoll(
    ["build", "words.ts", "--interface", "my:words/api@1.0.0", "-o", "out/w.wasm", "--json"],
    setting,
  );
  const { apps } = JSON.parse(stdout) as { apps: { output: string; exported: string; bytes: number }[] };
  expect(code).toBe(0);
  expect(apps).toMatchObject([
    { output: file("out/w.wasm"), exported: expect.stringContaining("package my:words@1.0.0;") as string },
  ]);
  expect(existsSync(file("out/w.wasm"))).toBe(true);
});

it("shows a mistake with its place, and nothing else", async () => {
  const { code, stdout, stderr } = await atoll(["build", "wrong.ts"], setting);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(
    "atoll: wrong.ts:1:28: any: lean has no values without a static type.\n  1 | export function run(value: any): void {}\n    |                            ^^^\n  help: ",
  );
  expect(stderr).not.toMatch(/\n\s+at /);
});

it("shows no control characters and no endless lines of a file that is no program", async () => {
  const { code, stderr } = await atoll(["build", "bytes.ts"], setting);
  expect(code).toBe(1);
  expect(stderr).toContain("atoll: bytes.ts:1:1: syntax: Invalid character.");
  expect(stderr).not.toMatch(/[^\P{Cc}\n\t]/u);
  expect(Math.max(...stderr.split("\n").map((line) => line.length))).toBeLessThan(200);
});

it("gives mistakes to programs as JSON", async () => {
  const { code, stdout } = await atoll(["build", "wrong.ts", "--json"], setting);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    errors: [{ file: file("wrong.ts"), line: 1, column: 28, construct: "any" }],
  });
});

it.each([
  [["build", "nowhere.ts"], "nowhere.ts: app: there is no such file."],
  [["build", "words.ts", "main.ts", "-o", "x.wasm"], "--output: it is about one app, and 2 are given."],
  [["build", "words.ts", "--world", "w"], "--world: a world is chosen from WIT."],
  [["build", "words.ts", "--interface", "words"], "`words` is not the name of an interface."],
  [["build", "words.ts", "-o", "words.ts/x.wasm"], "it cannot be written (E"],
  [["build", "words.ts", "-o", "words.ts"], "words.ts: --output: a component is no TypeScript"],
  [["inspect", "words.ts", "--wit", "-o", "words.ts"], "words.ts: this is no TypeScript"],
  [["build", "folder.ts"], "folder.ts: app: there is no such file."],
  [["build", "words.ts", "--wit", "empty.wit"], "empty.wit: WIT: there is no WIT in it."],
  [["build", "words.ts", "--wit", "folder.ts"], "folder.ts: WIT: there is no WIT in it."],
])("%s", async (args, message) => {
  const { code, stderr } = await atoll(args, setting);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});

it("ends while it compiles when it is told to", async () => {
  const { child, ended, said } = start(["build", "words.ts", "main.ts"], setting);
  await said("Building words.ts");
  child.kill("SIGTERM");
  // Standard error closes only once nobody holds it any more: no process is left.
  expect(await ended).toMatchObject({ signal: "SIGTERM" });
});

it("has help with examples", async () => {
  const { code, stdout } = await atoll(["build", "--help"], setting);
  expect(code).toBe(0);
  expect(stdout).toContain("atoll build greeter.ts");
});
