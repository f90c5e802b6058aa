/** A system that runs, crashes and is looked at meanwhile; what it did comes out the same in the simulator. */
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SystemRecords } from "../../host-linux/index.ts";
import { builtKernel } from "../kernel/built.ts";
import { Kernel } from "../kernel/simulator/kernel.ts";
import { replayLog } from "../kernel/simulator/log.ts";
import { atoll, builtFolder, start, type Ended, type Started } from "./atoll.ts";

const folder = builtFolder("ticker");
const setting = { cwd: folder.path };
const file = (name: string): string => join(folder.path, name);
const ask = (...args: string[]): Promise<Ended> => atoll(args, setting);

beforeAll(async () => {
  expect(await ask("link", "system.ts")).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

/** @param deadline Seconds after a signal. */
async function running(deadline: string, ...args: string[]): Promise<Started> {
  const started = start(["run", "--record", "run.log", "--deadline", deadline, ...args], setting);
  await started.said("ticking");
  return started;
}

function replayed(): string | undefined {
  return replayLog(kernel, readFileSync(file("run.log"), "utf8")).failure;
}

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await builtKernel());
});

async function records(): Promise<SystemRecords> {
  return JSON.parse((await ask("ps", "--json")).stdout) as SystemRecords;
}

async function restartsOf(process: string): Promise<number> {
  return (await records()).processes.find(({ name }) => name === process)?.restarts ?? 0;
}

describe("a supervised system", () => {
  let system: Started;
  beforeEach(async () => {
    system = await running("10", "system.ts");
  });
  afterEach(async () => {
    system.child.kill("SIGTERM");
    await system.ended;
    expect(existsSync(file("run.sock"))).toBe(false);
    expect(replayed()).toBeUndefined();
  });

  it("is shown while a process of it crashes and is restarted", async () => {
    expect(lstatSync(file("run.sock")).mode & 0o777).toBe(0o600);
    while ((await restartsOf("store")) < 2);
    const tree = (await ask("tree", "build/system.atoll")).stdout;
    expect(tree).toMatch(/^ticker +one_for_one +up\n/);
    expect(tree).toMatch(/\n[├└]─ store +(idle|ready|starting) +\d+ restarts, last end: crashed\n/);
    expect(tree).toMatch(/\n[├└]─ front +(waiting|ready)/);
    const trace = (await ask("trace", "run.sock")).stdout;
    expect(trace).toMatch(/ s {2}front casts to store, add \(4 bytes\)\n/);
    expect(trace).toMatch(/ s {2}front calls store, divided \(4 bytes\), and waits\n/);
    expect(trace).toMatch(/ s {2}store ended: crashed\n/);
    expect(trace).toMatch(/ s {2}store is restarted \(life 2\)\n/);
    expect(trace).toMatch(/ s {2}front may use store, by the plan\n/);
  });

  it("goes on when an operator kills a process, and serves on when one is stopped for good", async () => {
    expect(await ask("kill", "front")).toMatchObject({ code: 0 });
    expect(await restartsOf("front")).toBe(1);
    expect(await ask("stop", "store")).toMatchObject({ code: 0 });
    const { processes } = await records();
    expect(processes.find(({ name }) => name === "store")).toMatchObject({ state: "down" });
  });

  it("has its socket to itself", async () => {
    const { code, stderr } = await ask("run", "system.ts");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^atoll: The control socket .*run\.sock is in use: a system runs that listens there/m,
    );
    expect((await ask("ps")).code).toBe(0);
  });

  it("ends when its root is stopped", async () => {
    expect((await ask("stop", "ticker")).stdout).toMatch(/^ticker \(pid \d+\) was up: stopped\n$/);
    expect(await system.ended).toMatchObject({ code: 143 });
    const { code, stderr } = await ask("ps");
    expect([code, stderr.split("\n")[0]]).toEqual([
      1,
      "atoll: ticker is not running: nobody listens on run.sock.",
    ]);
  });
});

it("a system in an endless loop says so, is ended by force, and its log is the same up to there", async () => {
  const system = await running("0.2", "system.ts", "--", "spin");
  const { code, stderr } = await ask("ps");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^atoll: ticker has not answered for 1 second: .* One with quotas\.slice would be interrupted\.\n$/,
  );
  system.child.kill("SIGTERM");
  expect(await system.ended).toMatchObject({ code: 143 });
  expect(replayed()).toMatch(
    /expected "end", found the end of the file: whoever wrote the log was cut off\. All before is identical\.$/,
  );
});

it("a process in an endless loop that has slices is seen, and killed, and all of it comes out the same", async () => {
  const system = await running("10", "sliced.ts", "--", "spin");
  const { processes } = await records();
  const store = processes.find(({ name }) => name === "store");
  expect(store).toMatchObject({ restarts: 0, state: expect.stringMatching(/^(ready|running)$/) });
  expect(store?.cpu).toBeGreaterThan(100_000);
  expect(processes.find(({ name }) => name === "front")).toMatchObject({ waitsFor: "store" });
  expect((await ask("trace", "--all")).stdout).toMatch(/ s {2}store used up its slice\n/);
  expect(await ask("kill", "store")).toMatchObject({ code: 0 });
  expect((await ask("trace")).stdout).toMatch(
    / s {2}store was ended: killed\n.* s {2}store is restarted \(life 2\)\n/,
  );
  system.child.kill("SIGTERM");
  expect(await system.ended).toMatchObject({ code: 143 });
  expect(replayed()).toBeUndefined();
});
