/** Processes that compute without end, in slices: the others go on, the host gets its turn, and a kill ends them. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { runSystem, type Death } from "../../../host-linux/index.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { bringUp } from "../../toolchain/link/bring-up.ts";
import { component, supervised, type Guests } from "../../toolchain/link/guests.ts";
import { programs } from "../devices/http/serving.ts";
import { consumer, provider, type Functions } from "../guard/guests.ts";

const FUNCTIONS: Functions = { add: { params: "a: u32, b: u32", result: "u32" }, spin: { params: "" } };
const SERVER = `
  (func (export "t:p/api#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "t:p/api#spin") (loop $on (br $on)))`;
const quotas = { fuel: 1e15, slice: 100_000 };

let kernel: KernelModules;
let server: Uint8Array;
let spinner: Uint8Array;
beforeAll(async () => {
  kernel = await builtKernel();
  server = await provider(FUNCTIONS, SERVER);
  // What it is killed by is no exception.
  spinner = await component(
    "package t:p; world w { export run: func() -> u8; }",
    `(module (func (export "run") (result i32)
       (loop $again (block $caught (try_table (catch_all $caught) (loop $on (br $on)))) (br $again)) unreachable))`,
  );
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

describe("a process that computes for ever", () => {
  it("lets the host have its turn every few milliseconds", async () => {
    running = bringUp(supervised({ spin: { bytes: spinner, quotas } }, { entry: "spin", kernel }).plan);
    void running.kernel?.run(() => {});
    const waits: number[] = [];
    for (let i = 0; i < 100; i++) {
      const start = process.threadCpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 1));
      const { user, system } = process.threadCpuUsage(start);
      waits.push((user + system) / 1000);
    }
    // Milliseconds that this thread has computed, so a machine that does other work does not count.
    expect(waits.toSorted((a, b) => a - b)[50]).toBeLessThan(10);
    const [worker] = running.kernel?.workers() ?? [];
    expect(worker?.cpu).toBeGreaterThan(1_000_000);
  });

  it("is killed, although it catches everything, and begins anew", async () => {
    running = bringUp(supervised({ spin: { bytes: spinner, quotas } }, { entry: "spin", kernel }).plan);
    const system = running.kernel;
    void system?.run(() => {});
    for (const life of [1, 2]) {
      await computing(life);
      expect(system?.kill("spin")).toBe(true);
    }
    await computing(3);
  });

  it("is stopped with the system, when its time to end is over", async () => {
    const supervisor = { stopDeadline: 20 };
    running = bringUp(
      supervised({ spin: { bytes: spinner, quotas } }, { entry: "spin", supervisor, kernel }).plan,
    );
    const end = running.kernel?.run(() => {});
    await computing(1);
    running.kernel?.stop();
    expect(await end).toEqual({ kind: "stopped" });
  });

  it("ends when its fuel does", async () => {
    const few = { fuel: 1_000_000, slice: 10_000 };
    running = bringUp(supervised({ spin: { bytes: spinner, quotas: few } }, { entry: "spin", kernel }).plan);
    expect(await running.kernel?.run(() => {})).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/process "spin" used up a quota, 4 times/) as string,
    });
  });

  it("leaves a caller with a deadline, which goes on with a fault", async () => {
    expect(await faultOf({ deadline: 30 }, quotas)).toBe(TIMEOUT);
  });

  it("and has no slices is left when its fuel ends, which its caller is told", async () => {
    expect(await faultOf({ queue: true }, { fuel: 1_000_000 })).toBe(CRASHED);
    expect(running?.deaths.map(({ process, reason }) => [process, reason])).toEqual([
      ["server", "exhausted"],
    ]);
  });
});

/** Asks a device again and again, and traps at an answer that is not its own. */
const READER = `// @wit t:reader/app
// @export atoll:kernel/alarms
import { get } from "atoll:device/configuration";
import { setAlarm } from "atoll:kernel/time";

const mine = get("mine")!;
// One is the entry, and the other begins by itself.
if (mine.length > 100) setAlarm(0, 0);

function read(): void {
  if (get("mine")! != mine) unreachable();
}

export function alarm(token: u32): void {
  while (true) read();
}

export function run(): void {
  for (let i = 0; i < 300; i++) read();
}
`;

describe("slices that end in the middle of a call", () => {
  it("of a device leave each process what it was given", async () => {
    const { reader: bytes } = await programs({ reader: READER });
    const reader = (mine: string): Guests[string] => ({
      bytes,
      quotas: { fuel: 1e15, slice: 300 },
      grants: [{ device: "atoll:device/configuration", arguments: [], values: { mine } }],
    });
    const guests = { short: reader("s".repeat(10)), long: reader("l".repeat(1_000)) };
    const deaths: Death[] = [];
    const { plan } = supervised(guests, { entry: "short", supervisor: { stopDeadline: 20 }, kernel });
    await runSystem(plan, { base: ".", onDeath: (death) => deaths.push(death) });
    expect(deaths).toEqual([]);
  });
});

/** Asks for text over a guard, and takes more than a slice whenever it is asked for room for that. */
const asker = (id: number, steps: number): string => `
  (import "t:p/api-guarded" "get" (func $get (param i32 i32)))
  (memory (export "memory") 1) (global $top (mut i32) (i32.const 64))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $left i32)
    (local.set $left (i32.const ${steps}))
    (loop $on (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (global.set $top (i32.add (global.get $top) (i32.const 64)))
    (global.get $top))
  (func (export "t:asks/api#go") (result i32) (local $left i32)
    (local.set $left (i32.const 100))
    (loop $again
      (global.set $top (i32.const 64))
      (call $get (i32.const ${id}) (i32.const 0))
      (if (i32.load8_u (i32.const 0)) (then unreachable))
      (if (i32.ne (i32.load8_u (i32.load (i32.const 4))) (i32.const ${id})) (then unreachable))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.const ${id}))`;

it("a slice that ends while a caller takes over a result, below a frame of the host, ends later", async () => {
  const wit = `package t:asks { interface api { go: func() -> u32; } }
    package t:p { interface api { get: func(id: u32) -> string; }
      interface api-guarded { use atoll:fault/types@0.1.0.{fault}; get: func(id: u32) -> result<string, fault>; } }`;
  const gives = `(module (memory (export "memory") 1)
    (func (export "t:p/api#get") (param i32) (result i32)
      (memory.fill (i32.const 64) (local.get 0) (i32.const 4))
      (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 4)) (i32.const 16)))`;
  const asks = async (id: number, steps: number): Promise<Guests[string]> => ({
    bytes: await component(
      `package t:w; world w { import t:p/api-guarded; export t:asks/api; } ${wit}`,
      `(module ${asker(id, steps)})`,
      "utf8",
    ),
    quotas: { fuel: 1e9, slice: 200 },
    imports: { "t:p/api-guarded": "gives" },
  });
  const main = await component(
    `package t:w; world w { import t:asks/api; export run: func() -> u8; } ${wit}`,
    `(module (import "t:asks/api" "go" (func $go (result i32)))
      (func (export "run") (result i32) (i32.ne (call $go) (i32.const 97))))`,
  );
  const guests = {
    gives: { bytes: await component(`package t:w; world w { export t:p/api; } ${wit}`, gives, "utf8") },
    asks: await asks(97, 500),
    main: { bytes: main, imports: { "t:asks/api": "asks" } },
  };
  running = bringUp(supervised(guests, { entry: "main", kernel }).plan);
  expect(await running.kernel?.run(() => {})).toEqual({ kind: "stopped" });
  expect(running.deaths).toEqual([]);
});

const [CRASHED, TIMEOUT] = [0, 2];

/** What the caller of `spin` gets in the end. */
async function faultOf(wire: object, limits: { fuel: number; slice?: number }): Promise<number> {
  const app = await consumer(
    FUNCTIONS,
    true,
    "export run: func() -> u8;",
    `(import "t:p/api-guarded" "spin" (func $spin (param i32)))
     (import "t:p/api-guarded" "add" (func $add (param i32 i32 i32)))
     (func (export "run") (result i32) (call $spin (i32.const 64))
       (i32.add (i32.mul (i32.load8_u (i32.const 64)) (i32.const 100)) (i32.load8_u (i32.const 65))))`,
  );
  const guests = {
    app: { bytes: app, imports: { "t:p/api-guarded": { process: "server", ...wire } } },
    server: { bytes: server, quotas: limits },
  };
  running = bringUp(supervised(guests, { entry: "app", supervisor: { stopDeadline: 10 }, kernel }).plan);
  const { transfer } = running;
  let exitCode = 0;
  const end = await running.kernel?.run((offset) => {
    exitCode = transfer?.bytes(offset as number, 1)[0] ?? 0;
  });
  expect(end).toEqual({ kind: "stopped" });
  return exitCode - 100;
}

/** Until the spinner has used some slices in that life. */
async function computing(life: number): Promise<void> {
  const before = cpu();
  await expect.poll(() => cpu() - before, { interval: 1 }).toBeGreaterThan(3 * quotas.slice);
  expect(running?.kernel?.workers()).toMatchObject([{ name: "spin", life }]);
}

/** Units, of all its lives. */
function cpu(): number {
  return running?.kernel?.workers()[0]?.cpu ?? 0;
}
