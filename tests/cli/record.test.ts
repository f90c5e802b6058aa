/** `atoll run --record`: what the kernel was told under host-linux, and the simulator gets the same of it. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtKernel } from "../kernel/built.ts";
import { Kernel } from "../kernel/simulator/kernel.ts";
import { replayLog } from "../kernel/simulator/log.ts";
import { atoll, builtFolder, start, type Ended } from "./atoll.ts";

const SIMULATOR = join(import.meta.dirname, "../kernel/simulator/main.ts");
const folder = builtFolder("hello");
const setting = { cwd: folder.path };
const file = (name: string): string => join(folder.path, name);

let kernel: Kernel;
beforeAll(async () => {
  const system = readFileSync(file("system.ts"), "utf8");
  writeFileSync(
    file("supervised.ts"),
    system.replace("  entry:", '  supervisor: {},\n  control: "run.sock",\n  entry:'),
  );
  writeFileSync(
    file("idle.ts"),
    system.replace('  entry: "main",', '  supervisor: {},\n  control: "run.sock",'),
  );
  kernel = new Kernel(await builtKernel());
});
afterAll(() => folder.remove());

function replay(name: string): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SIMULATOR, "--replay", name], {
    cwd: folder.path,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("a run with a seed", () => {
  const chance = join(import.meta.dirname, "../fixtures/image/chance/system.ts");
  const run = (seed: string): Promise<Ended> =>
    atoll(["run", "--seed", seed, "--record", `${seed}.log`, chance], { ...setting, input: "a\nb\n" });

  it("is the same again, and another one with another seed; hours take no time", async () => {
    const [one, other] = [await run("7"), await run("8")];
    const log = readFileSync(file("7.log"));
    expect((await run("7")).stdout).toBe(one.stdout);
    expect(readFileSync(file("7.log"))).toEqual(log);
    expect(one.stdout).toMatch(/^main │ a: 0 0 \d+ \d+,\d+,\d+\n(.*\n)*main │ b: \d+/);
    expect(other.stdout).not.toBe(one.stdout);
    expect(replay("7.log").status).toBe(0);
  });

  it("needs a number", async () => {
    const { code, stderr } = await run("2147483648");
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("--seed '2147483648': expected a number from 0 to 2147483647."),
    ]);
  });
});

describe("a run with crashes, to the end of the system", () => {
  beforeAll(async () => {
    const { code, stderr } = await atoll(
      ["run", "--record", "crash.log", "supervised.ts", "--", "trap"],
      setting,
    );
    expect(code).toBe(1);
    expect(stderr).toContain("atoll: hello has ended: process");
  });

  it("comes out the same: statuses and commands", () => {
    const log = readFileSync(file("crash.log"), "utf8");
    expect(log).toMatch(/^# system hello\n# template 1: supervisor hello\n/);
    expect(log).toMatch(/\n {4}start \d+ 2 /);
    expect(log).toMatch(/\n {4}halt \d+ 1 9\n(.*\n)*end\n$/);
    const { status, stdout } = replay("crash.log");
    expect(stdout).toMatch(/^\d+ events, identical statuses and commands\n$/);
    expect(status).toBe(0);
  });

  it("differs at the line that somebody changed", () => {
    const lines = readFileSync(file("crash.log"), "utf8").split("\n");
    const changed = lines.findIndex((line) => /^ {4}start \d+ 2 /.test(line));
    writeFileSync(file("changed.log"), lines.with(changed, `${lines[changed]} 1`).join("\n"));
    const { status, stdout } = replay("changed.log");
    expect([status, stdout]).toEqual([
      1,
      `line ${changed + 1}: the log says "${lines[changed]} 1", now it is "${lines[changed]}"\n`,
    ]);
    for (const [i, line] of lines.entries()) {
      if (!line.startsWith("    ")) continue;
      const { failure } = replayLog(kernel, lines.toSpliced(i, 1).join("\n"));
      expect(failure, `without line ${i + 1}`).toBeDefined();
    }
  });

  it("that was cut off says so", () => {
    const log = readFileSync(file("crash.log"), "utf8");
    writeFileSync(file("cut.log"), log.slice(0, log.lastIndexOf("\nclock ") + 1));
    const { status, stdout } = replay("cut.log");
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^line \d+: expected "end", found the end of the file: whoever wrote the log was cut off/,
    );
    writeFileSync(file("no.log"), "hello\n");
    expect(replay("no.log")).toMatchObject({
      status: 1,
      stderr: '--replay no.log: line 1: expected "initialise" and six numbers, found "hello"\n',
    });
  });
});

it("records what an operator does, and a system that a signal ends has a whole log", async () => {
  const { child, ended } = start(["run", "--record", "idle.log", "idle.ts"], setting);
  await until(async () => (await atoll(["kill", "greeter", "run.sock"], setting)).code === 0);
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ code: 143 });
  const log = readFileSync(file("idle.log"), "utf8");
  expect(log).toMatch(/\nkill \d+ {2}=> 0\n/);
  expect(replayLog(kernel, log).failure).toBeUndefined();
});

async function until(happens: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 50; tries++) if (await happens()) return;
  throw new Error("it does not come about");
}

describe("refuses", () => {
  it("a system without a kernel", async () => {
    const { code, stderr } = await atoll(["run", "--record", "x.log", "system.ts"], setting);
    expect([code, stderr]).toEqual([
      1,
      "atoll: hello: --record is for a system under the kernel, and this one has no supervisor.\nWrite supervisor: {} into its description.\n",
    ]);
  });

  it("a file that cannot be written", async () => {
    const { code, stderr } = await atoll(["run", "--record", "no/such/x.log", "supervised.ts"], setting);
    expect([code, stderr]).toEqual([1, "atoll: The event log no/such/x.log cannot be written (ENOENT).\n"]);
  });
});
