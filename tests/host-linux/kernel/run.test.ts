/** Supervised systems in their own thread: how they end, and that a signal ends them in order. */
import { PassThrough, Writable } from "node:stream";
import { setTimeout as after } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { exitCodeOf, runSystem, type Outcome } from "../../../host-linux/index.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { SupervisorConfig } from "../../../toolchain/link/config/supervisor.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { component, CONSOLE, supervised, type Guests } from "../../toolchain/link/guests.ts";
import { consumer, provider, type Functions } from "../guard/guests.ts";
import { recordFile } from "./recording.ts";

const FUNCTIONS: Functions = { div: { params: "a: u32, b: u32", result: "u32" } };
const SERVER = `(func (export "t:p/api#div") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))`;
const CLIENT = `
  (import "t:p/api-guarded" "div" (func $div (param i32 i32 i32)))
  (global $runs (mut i32) (i32.const 0))
  (func $divide (param i32) (result i32) (call $div (i32.const 6) (local.get 0) (i32.const 64)) (i32.load8_u (i32.const 64)))`;

let kernel: KernelModules;
let server: Uint8Array;
beforeAll(async () => {
  kernel = await builtKernel();
  server = await provider(FUNCTIONS, SERVER);
});

async function clientPlan(
  run: string,
  supervisor: SupervisorConfig = {},
  more: Partial<Guests[string]> = {},
) {
  const app = await consumer(
    FUNCTIONS,
    true,
    "export run: func() -> u8;",
    `${CLIENT} (func (export "run") (result i32) ${run})`,
  );
  const guests = {
    app: { bytes: app, imports: { "t:p/api-guarded": "server" }, ...more },
    server: { bytes: server },
  };
  return supervised(guests, { entry: "app", supervisor, kernel }).plan;
}

/** Writes "on" and does what `code` says. */
async function talker(code: string, supervisor: SupervisorConfig = {}): Promise<LinkPlan> {
  const bytes = await component(
    `package t:p; world w { import atoll:device/console@0.1.0; export run: func() -> u8; }`,
    `(module (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
       (import "atoll:device/console@0.1.0" "read-line" (func $read (param i32)))
       (memory (export "memory") 1) (data (i32.const 8) "on")
       (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
       (func $on (call $write (i32.const 8) (i32.const 2)))
       (func (export "run") (result i32) (call $on) ${code}))`,
    "utf8",
  );
  return supervised({ app: { bytes, grants: [CONSOLE] } }, { entry: "app", supervisor, kernel }).plan;
}

interface Ran {
  readonly outcome: Outcome;
  readonly output: string;
}

/** Sends the signals once the system has written something. */
async function run(
  plan: LinkPlan,
  signals: readonly NodeJS.Signals[] = [],
  deadline: number = 600,
): Promise<Ran> {
  let output = "";
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      if (output === "") for (const signal of signals) process.emit(signal, signal);
      output += chunk.toString();
      done();
    },
  });
  const outcome = await runSystem(plan, {
    base: ".",
    stdout,
    stdin: () => new PassThrough(),
    deadline,
    record: recordFile(plan),
  });
  return { outcome, output };
}

describe("the entry", () => {
  it("gives the exit code, and then all is stopped", async () => {
    const { outcome } = await run(
      await clientPlan("(drop (call $divide (i32.const 0))) (call $divide (i32.const 2))"),
    );
    expect(outcome).toMatchObject({ kind: "ended", exitCode: 0 });
  });

  it("is called again when it has trapped, up to what its supervisor bears", async () => {
    const { outcome } = await run(await clientPlan("unreachable"));
    expect(exitCodeOf(outcome)).toBe(1);
    expect(outcome).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(
        /^\w+ has ended: process "app" crashed, 4 times within 5000 ms; .* bears 3 failures.*\n.*process app trapped/,
      ) as string,
    });
  });

  it("that recurses without end ends like any other failure", async () => {
    const recursive = `(call $deep (i32.const 0)))
      (func $deep (param i32) (result i32) (i32.add (local.get 0) (call $deep (local.get 0)))`;
    const { outcome } = await run(await clientPlan(recursive, { intensity: 0 }));
    expect(outcome).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/process "app" crashed, once .*\n.*used up the stack/) as string,
    });
  });

  it("dies with its siblings where the strategy says so, also when it catches everything", async () => {
    const code = `(block $caught (try_table (catch_all $caught)
      (if (call $divide (i32.const 0)) (then (return (i32.const 7)))))) (i32.const 8)`;
    const supervisor = { strategy: "one_for_all", intensity: 1, stopDeadline: 0 } as const;
    const { outcome } = await run(await clientPlan(code, supervisor));
    expect(outcome).toMatchObject({
      kind: "failed",
      message: expect.stringContaining('process "server"') as string,
    });
  });
});

describe("a signal", () => {
  it("stops a system that waits for input", async () => {
    // At once: whoever waited for the end of its time would be ended by force.
    const supervisor = { stopDeadline: 60_000 };
    const plan = await talker("(call $read (i32.const 64)) (i32.const 0)", supervisor);
    const { outcome } = await run(plan, ["SIGTERM"], 5000);
    expect(outcome).toEqual({ kind: "stopped", signal: "SIGTERM", forced: false });
  });

  it("stops one that goes on using its devices, when its time is over", async () => {
    const loop = "(loop $on (call $on) (br $on)) unreachable";
    const { outcome } = await run(await talker(loop, { stopDeadline: 50 }), ["SIGTERM"]);
    expect(outcome).toEqual({ kind: "stopped", signal: "SIGTERM", forced: false });
  });

  it("ends one that loops for ever by force", async () => {
    const { outcome } = await run(await talker("(loop $on (br $on)) unreachable"), ["SIGINT"]);
    expect(outcome).toEqual({ kind: "stopped", signal: "SIGINT", forced: true });
  });
});

it("a system without an entry runs until it is stopped", async () => {
  const { plan } = supervised({ server: { bytes: server } }, { kernel });
  const heard = process.listenerCount("SIGTERM");
  const running = run(plan, [], 60_000);
  const first = await Promise.race([running, after(500, "nothing")]);
  expect([first, process.listenerCount("SIGTERM")]).toEqual(["nothing", heard + 1]);
  process.emit("SIGTERM", "SIGTERM");
  expect((await running).outcome).toEqual({ kind: "stopped", signal: "SIGTERM", forced: false });
});

it("a process that waits for a line lets the others run meanwhile", async () => {
  const functions: Functions = { go: { params: "" }, done: { params: "" } };
  const reader = await provider(
    functions,
    `(import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
     (import "atoll:device/console@0.1.0" "read-line" (func $read (param i32)))
     (func (export "t:p/api#go") (call $read (i32.const 64))
       (call $write (i32.load (i32.const 68)) (i32.load (i32.const 72))))
     (func (export "t:p/api#done"))`,
    "import atoll:device/console@0.1.0;",
  );
  // Its last call waits until the reader has its line.
  const ticker = await consumer(
    functions,
    true,
    "import atoll:device/console@0.1.0; import atoll:kernel/time@0.1.0; export run: func() -> u8;",
    `(import "t:p/api-guarded" "go" (func $go (param i32)))
     (import "t:p/api-guarded" "done" (func $done (param i32)))
     (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
     (import "atoll:kernel/time@0.1.0" "sleep" (func $sleep (param i64)))
     (data (i32.const 8) "t\\00i\\00c\\00k\\00")
     (func (export "run") (result i32) (local $left i32)
       (call $go (i32.const 64))
       (local.set $left (i32.const 3))
       (loop $on
         (call $sleep (i64.const 1000)) (call $write (i32.const 8) (i32.const 4))
         (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
       (call $done (i32.const 64)) (i32.load8_u (i32.const 64)))`,
  );
  const wire = { process: "reader", cast: ["go"] };
  const guests: Guests = {
    ticker: { bytes: ticker, imports: { "t:p/api-guarded": wire }, grants: [CONSOLE] },
    reader: { bytes: reader, grants: [CONSOLE] },
  };
  const { plan } = supervised(guests, { entry: "ticker", kernel });
  const stdin = new PassThrough();
  let output = "";
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      output += chunk.toString();
      if (output === "tick\ntick\ntick\n") stdin.end("hello\n");
      done();
    },
  });
  const outcome = await runSystem(plan, { base: ".", stdout, stdin: () => stdin, tags: false });
  expect(outcome).toMatchObject({ kind: "ended", exitCode: 0 });
  expect(output).toBe("tick\ntick\ntick\nhello\n");
});
