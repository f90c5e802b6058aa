/** `atoll run` and `atoll link`, end to end: TypeScript in, a running system out. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atoll, builtFolder, olderNode, start } from "./atoll.ts";

const folder = builtFolder("hello");
const setting = { cwd: folder.path };
const ATOLL = join(import.meta.dirname, "../../bin/atoll.js");
const tagged = (...lines: string[]) => lines.map((line) => `main │ ${line}\n`).join("");

beforeAll(async () => {
  expect(await atoll(["link", "system.ts", "-o", "hello.atoll"], setting)).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

/** The number of the first line of a fixture that holds the text. */
function lineOf(file: string, text: string): number {
  const lines = readFileSync(join(folder.path, file), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

describe("a system", () => {
  it("builds what is needed, once, and runs", async () => {
    expect(await atoll(["run", "system.ts"], setting)).toMatchObject({
      code: 0,
      stdout: tagged("Hello, Atoll!"),
    });
  });

  it("runs from one file, linked the same every time", async () => {
    expect((await atoll(["run", "hello.atoll"], setting)).stdout).toBe(tagged("Hello, Atoll!"));
    const first = await atoll(["link", "system.ts", "-o", "again.atoll"], setting);
    const second = await atoll(["link", "system.ts", "--json"], setting);
    expect(first.stdout).toMatch(/^again\.atoll: system hello, 2 processes, [\d,]+ bytes\n/);
    expect(JSON.parse(second.stdout)).toMatchObject({ system: "hello", processes: ["greeter", "main"] });
    const [once, twice] = ["again.atoll", "build/system.atoll"].map((path) =>
      readFileSync(join(folder.path, path)),
    );
    expect(once!.equals(twice!)).toBe(true);
  });

  it("is given arguments, and gives its exit code", async () => {
    expect(await atoll(["run", "hello.atoll", "--", "code", "7"], setting)).toMatchObject({
      code: 7,
      stdout: tagged("Hello, 7!"),
    });
  });

  it("writes without tags when told so, and never in colour into a pipe", async () => {
    expect((await atoll(["run", "--no-tags", "hello.atoll"], setting)).stdout).toBe("Hello, Atoll!\n");
    const coloured = await atoll(["run", "hello.atoll"], { ...setting, env: { FORCE_COLOR: "1" } });
    expect(coloured.stdout).toContain("\u001b[");
  });

  it("reads lines to the end of input", async () => {
    const input = "one\ntwö\nthree";
    expect((await atoll(["run", "hello.atoll", "--", "echo"], { ...setting, input })).stdout).toBe(
      tagged("one", "twö", "three", "3 lines"),
    );
  });

  it("answers line by line while its input stays open", async () => {
    const { child, ended, said } = start(["run", "hello.atoll", "--", "echo"], setting);
    child.stdin?.write("first\n");
    await said("first");
    child.stdin?.write("second\n");
    await said("second");
    child.stdin?.end();
    expect(await ended).toMatchObject({ code: 0, stdout: tagged("first", "second", "2 lines") });
  });

  it("that indexes out of bounds tells its own line, not the library's", async () => {
    const { code, stderr } = await atoll(["run", "hello.atoll", "--", "index"], setting);
    expect(code).toBe(1);
    expect(stderr.split("\n")[0]).toMatch(
      new RegExp(
        `^atoll: process main trapped at main\\.ts:${lineOf("main.ts", "line[9]")}:\\d+: it gave up: Index out of range$`,
      ),
    );
  });

  it.each([
    [
      'throw new Error("no licence");\nexport function run(): void {}\n',
      /process early trapped at early\.ts:1:\d+: it gave up: no licence\n/,
    ],
    [
      "export function run(): void {\n  const all: StaticArray<u8>[] = [];\n  for (;;) all.push(new StaticArray<u8>(5000000));\n}\n",
      /process early trapped at early\.ts:3:\d+: it ran out of memory\n/,
    ],
  ])("that ends while it starts, or has no memory left, says so", async (text, message) => {
    writeFileSync(join(folder.path, "early.ts"), text);
    const system = `import { defineSystem } from "atoll-os";
export default defineSystem({
  name: "early",
  processes: { early: { component: "./early.ts", quotas: { memory: 640 * 65536 } } },
  entry: "early",
});
`;
    writeFileSync(join(folder.path, "early-system.ts"), system);
    const { code, stderr } = await atoll(["run", "early-system.ts"], setting);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it("that traps tells process, TypeScript line and caller, and no stack of JavaScript", async () => {
    const { code, stderr } = await atoll(["run", "hello.atoll", "--", "trap"], setting);
    expect(code).toBe(1);
    const lines = stderr.split("\n");
    expect(lines[0]).toMatch(
      new RegExp(
        `^hello: process greeter died \\(crashed\\): process greeter trapped at greeter\\.ts:${lineOf("greeter.ts", "a / b")}:\\d+: it divided by zero$`,
      ),
    );
    expect(stderr).toMatch(/called by main through hello:greeter\/api/);
    expect(stderr).toMatch(/ {4}main\.ts:\d+:\d+ /);
    const line = lineOf("main.ts", "quotient(1, 0)");
    const gaveUp = new RegExp(
      `^atoll: process main trapped at main\\.ts:${line}:\\d+: it gave up: fault: crashed, in hello:greeter/api#quotient$`,
      "m",
    );
    expect(stderr).toMatch(gaveUp);
    expect(stderr).not.toContain("exitWith");
    expect(stderr).not.toMatch(/node:|\.js:|host-linux/);
  });
});

describe("a signal", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s ends a system that loops, after the deadline", async (signal, code) => {
    const { child, ended, said } = start(["run", "hello.atoll", "--deadline", "0.2", "--", "loop"], setting);
    await said("looping");
    child.kill(signal);
    const end = await ended;
    expect(end).toMatchObject({ code, stdout: tagged("looping") });
    expect(end.stderr).toBe(`atoll: hello did not stop in time after ${signal}, and was ended.\n`);
  });

  it("ends a system that waits for input at once, without a word", async () => {
    const { child, ended, said } = start(["run", "hello.atoll", "--", "echo"], setting);
    child.stdin?.write("ready\n");
    await said("ready");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: "" });
  });

  it.runIf(olderNode())("reaches the system through an older Node that stands in", async () => {
    const older = { ...setting, program: olderNode()! };
    expect(await atoll(["run", "hello.atoll", "--", "code", "9"], older)).toMatchObject({ code: 9 });
    for (const [signal, code] of [
      ["SIGTERM", 143],
      ["SIGINT", 130],
    ] as const) {
      const { child, ended, said } = start(["run", "hello.atoll", "--deadline", "0.2", "--", "loop"], older);
      await said("looping");
      child.kill(signal);
      expect(await ended).toMatchObject({ code, stdout: tagged("looping") });
    }
  });
});

describe("a reader who goes away", () => {
  it("ends the system quietly", () => {
    const script = `"${process.execPath}" "${ATOLL}" run hello.atoll -- flood | head -n 2; echo "code \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: folder.path });
    expect(stdout.toString()).toBe(`${tagged("line 0", "line 1")}code 141\n`);
    expect(stderr.toString()).toBe("");
  });
});

describe("a component on its own", () => {
  it("has the terminal, and what else it is granted", async () => {
    const refused = await atoll(["run", "alone.ts"], setting);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^atoll: alone\.ts imports atoll:device\/clock, and was not granted it\.\nGrant it: --grant clock$/m,
    );
    expect(await atoll(["run", "alone.ts", "--grant", "clock"], setting)).toMatchObject({
      code: 5,
      stdout: "alone │ alone\n",
    });
  });

  it("cannot run without its system when it calls others", async () => {
    const { code, stderr } = await atoll(["run", "build/main.wasm"], setting);
    expect(code).toBe(1);
    expect(stderr).toMatch(/build\/main\.wasm imports hello:greeter\/api, which only a system can give it/);
  });
});
