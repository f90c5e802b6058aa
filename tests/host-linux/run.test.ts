/** Running a system: output, input, exit codes, stops. */
import { PassThrough, Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { exitCodeOf, runSystem, type RunOptions } from "../../host-linux/index.ts";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { consolePlan } from "./hand-made-plan.ts";

const HELLO = `(data (i32.const 0) "hello")
  (func $hello (call $write (i32.const 0) (i32.const 5)))`;

interface Setting extends Partial<RunOptions> {
  readonly input?: string;
  /** Called once the system has asked for input or written something. */
  readonly onSign?: () => void;
  readonly write?: Writable["_write"];
}

async function run(plan: LinkPlan, { input, onSign, write, ...options }: Setting = {}) {
  let output = "";
  const stdout = new Writable({
    write(chunk: Buffer, encoding, done) {
      onSign?.();
      output += chunk.toString();
      if (write === undefined) done();
      else write.call(this, chunk, encoding, done);
    },
  });
  const stdin = () => {
    onSign?.();
    return input === undefined ? new PassThrough() : Readable.from(input === "" ? [] : [Buffer.from(input)]);
  };
  const outcome = await runSystem(plan, { base: ".", stdin, stdout, ...options });
  return { outcome, output };
}

describe("a system that ends", () => {
  it("gives its output, tagged, and its exit code", async () => {
    const plan = await consolePlan(
      `${HELLO} (func (export "run") (result i32) call $hello call $hello i32.const 7)`,
    );
    const { outcome, output } = await run(plan);
    expect(outcome).toEqual({ kind: "ended", exitCode: 7, readings: [] });
    expect(exitCodeOf(outcome)).toBe(7);
    expect(output).toBe("app │ hello\napp │ hello\n");
  });

  it("writes no tags when told so", async () => {
    const plan = await consolePlan(`${HELLO} (func (export "run") (result i32) call $hello i32.const 0)`);
    expect((await run(plan, { tags: false })).output).toBe("hello\n");
  });

  it("never turns a failure into success by cutting the exit code", async () => {
    const plan = await consolePlan(`(func (export "run") (result i32) i32.const 256)`);
    expect(exitCodeOf((await run(plan)).outcome)).toBe(255);
  });

  it("loses nothing of more output than the ring holds, to a slow reader", async () => {
    const plan = await consolePlan(`(data (i32.const 0) "0123456789abcdefghijklmnopqrstuvwxyz")
      (func (export "run") (result i32) (local $left i32)
        (local.set $left (i32.const 110000))
        (loop $more
          (call $write (i32.const 0) (i32.const 36))
          (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        i32.const 0)`);
    let bytes = 0;
    const stdout = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _, done) {
        bytes += chunk.length;
        setTimeout(done, 5);
      },
    });
    const outcome = await runSystem(plan, { base: ".", stdout });
    expect(outcome.kind).toBe("ended");
    expect(bytes).toBe(110_000 * Buffer.byteLength("app │ 0123456789abcdefghijklmnopqrstuvwxyz\n"));
  });
});

function forbidden(): never {
  throw new Error("the input was opened");
}

/** Echoes each line, and returns how many there were. */
const ECHO = `(func (export "run") (result i32) (local $length i32) (local $lines i32)
  (block $end (loop $next
    (local.set $length (call $read (i32.const 0)))
    (br_if $end (i32.lt_s (local.get $length) (i32.const 0)))
    (call $write (i32.const 0) (local.get $length))
    (local.set $lines (i32.add (local.get $lines) (i32.const 1)))
    (br $next)))
  (local.get $lines))`;

describe("a system that reads", () => {
  it("gets lines, the last without an end, then the end of input", async () => {
    const { outcome, output } = await run(await consolePlan(ECHO), {
      input: "one\r\n\ntwö\nlast",
      tags: false,
    });
    expect(output).toBe("one\n\ntwö\nlast\n");
    expect(outcome).toEqual({ kind: "ended", exitCode: 4, readings: [] });
  });

  it("sees the end of empty input at once", async () => {
    expect((await run(await consolePlan(ECHO), { input: "" })).outcome).toEqual({
      kind: "ended",
      exitCode: 0,
      readings: [],
    });
  });

  it("waits for a line without holding up the host", async () => {
    const stdin = new PassThrough();
    const plan = await consolePlan(ECHO);
    const running = run(plan, { stdin: () => stdin });
    await sleep(150);
    stdin.write("la");
    await sleep(20);
    stdin.end("te\n");
    expect((await running).output).toBe("app │ late\n");
  });

  it("does not touch the input when nobody reads", async () => {
    const plan = await consolePlan(`(func (export "run") (result i32) i32.const 0)`);
    expect((await run(plan, { stdin: forbidden })).outcome.kind).toBe("ended");
  });
});

const LOOP = `${HELLO} (func (export "run") (result i32) call $hello (loop $for-ever (br $for-ever)) unreachable)`;

/** Milliseconds: whoever waits for this deadline is not done within the test's time. */
const NEVER = 3_600_000;

async function signalled(wat: string, signals: NodeJS.Signals[], setting: Setting = {}) {
  const sign = Promise.withResolvers<void>();
  const running = run(await consolePlan(wat), { ...setting, onSign: sign.resolve });
  await sign.promise;
  const start = performance.now();
  for (const signal of signals) process.emit(signal, signal);
  const { outcome, output } = await running;
  return { outcome, output, waited: performance.now() - start };
}

describe("a system that is stopped", () => {
  it("stops at once where it waits for input", async () => {
    const { outcome } = await signalled(ECHO, ["SIGINT"], { deadline: NEVER });
    expect(outcome).toEqual({ kind: "stopped", signal: "SIGINT", forced: false });
    expect(exitCodeOf(outcome)).toBe(130);
  });

  it("is ended after the deadline when it loops, and its output is kept", async () => {
    const { outcome, output, waited } = await signalled(LOOP, ["SIGTERM"], { deadline: 300 });
    expect(outcome).toEqual({ kind: "stopped", signal: "SIGTERM", forced: true });
    expect(exitCodeOf(outcome)).toBe(143);
    expect(output).toBe("app │ hello\n");
    expect(waited).toBeGreaterThan(250);
  });

  it("is ended at once by a second signal", async () => {
    const { outcome } = await signalled(LOOP, ["SIGINT", "SIGINT"], { deadline: NEVER });
    expect(outcome).toEqual({ kind: "stopped", signal: "SIGINT", forced: true });
  });

  it("stops between two lines when it writes for ever, even to a reader who does not read", async () => {
    const chatty = `${HELLO} (func (export "run") (result i32) (loop $again call $hello (br $again)) unreachable)`;
    const { outcome } = await signalled(chatty, ["SIGINT"], { write: () => {}, deadline: 500 });
    expect(outcome).toMatchObject({ kind: "stopped", signal: "SIGINT" });
  });

  it("ends quietly when nobody reads its output any more", async () => {
    const chatty = `${HELLO} (func (export "run") (result i32) (loop $again call $hello (br $again)) unreachable)`;
    const { outcome } = await run(await consolePlan(chatty), {
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
    });
    expect(outcome).toEqual({ kind: "unread" });
  });

  it("leaves no handlers behind", async () => {
    const before = process.listenerCount("SIGINT");
    await run(await consolePlan(`(func (export "run") (result i32) i32.const 0)`));
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
