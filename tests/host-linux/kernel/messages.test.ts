/** Calls and casts as messages: what arrives, in which order, and what is left when somebody dies. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import type { KernelEnd } from "../../../host-linux/kernel/running-kernel.ts";
import { bringUp } from "../../toolchain/link/bring-up.ts";
import { supervised, type Guests } from "../../toolchain/link/guests.ts";
import { consumer, provider, type Functions } from "../guard/guests.ts";

const FUNCTIONS: Functions = {
  add: { params: "a: u32, b: u32", result: "u32" },
  echo: { params: "text: string", result: "string" },
  fail: { params: "" },
  note: { params: "x: u32" },
  noted: { params: "", result: "u32" },
};
/** `note` keeps decimal digits, so that their order can be read. */
const SERVER = `
  (global $noted (mut i32) (i32.const 0))
  (func (export "t:p/api#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "t:p/api#echo") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
  (func (export "t:p/api#fail") unreachable)
  (func (export "t:p/api#note") (param i32)
    (if (i32.eq (local.get 0) (i32.const 9)) (then unreachable))
    (global.set $noted (i32.add (i32.mul (global.get $noted) (i32.const 10)) (local.get 0))))
  (func (export "t:p/api#noted") (result i32) (global.get $noted))`;
/** `$code`: the result of a call at 64: its number, or 200 and the position of the fault. */
const IMPORTS = `
  (import "t:p/api-guarded" "add" (func $add (param i32 i32 i32)))
  (import "t:p/api-guarded" "echo" (func $echo (param i32 i32 i32)))
  (import "t:p/api-guarded" "fail" (func $fail (param i32)))
  (import "t:p/api-guarded" "note" (func $note (param i32 i32)))
  (import "t:p/api-guarded" "noted" (func $noted (param i32)))
  (data (i32.const 512) "hello")
  (func $code (result i32) (if (result i32) (i32.load8_u (i32.const 64))
    (then (i32.add (i32.const 200) (i32.load8_u (i32.const 68)))) (else (i32.load (i32.const 68)))))
  (func $unit (result i32) (if (result i32) (i32.load8_u (i32.const 64))
    (then (i32.add (i32.const 200) (i32.load8_u (i32.const 65)))) (else (i32.const 0))))
  (func $say (param i32) (call $note (local.get 0) (i32.const 64)))`;
const FAULTS = ["crashed", "revoked", "timeout", "overloaded", "exhausted", "unavailable"] as const;
const faulted = (fault: (typeof FAULTS)[number]): number => 200 + FAULTS.indexOf(fault);

let kernel: KernelModules;
let server: Uint8Array;
beforeAll(async () => {
  kernel = await builtKernel();
  server = await provider(FUNCTIONS, SERVER);
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

type Wire = Exclude<NonNullable<Guests[string]["imports"]>[string], string>;

/** The exit code of a client that does this; its last value is what `run` returns. */
async function run(
  code: string,
  wire: Partial<Wire> = {},
  more: Partial<Guests[string]> = {},
): Promise<number> {
  const app = await consumer(
    FUNCTIONS,
    true,
    "export run: func() -> u32;",
    `${IMPORTS} (func (export "run") (result i32) ${code})`,
  );
  const guests: Guests = {
    app: { bytes: app, imports: { "t:p/api-guarded": { process: "server", queue: true, ...wire } } },
    server: { bytes: server, ...more },
  };
  const system = bringUp(supervised(guests, { entry: "app", kernel }).plan);
  running = system;
  let exitCode = -1;
  const end: KernelEnd | undefined = await system.kernel?.run((offset) => {
    exitCode = new DataView(
      system.transfer?.bytes(offset as number, 4).slice().buffer ?? new ArrayBuffer(4),
    ).getUint32(0, true);
  });
  expect(end).toEqual({ kind: "stopped" });
  return exitCode;
}

describe("a call as a message", () => {
  it("gives its result", async () => {
    expect(await run(`(call $add (i32.const 20) (i32.const 3) (i32.const 64)) (call $code)`)).toBe(23);
  });

  it("carries strings both ways", async () => {
    const code = `(call $echo (i32.const 512) (i32.const 5) (i32.const 64))
      (i32.add (i32.load8_u (i32.add (i32.load (i32.const 68)) (i32.const 4))) (i32.load (i32.const 72)))`;
    expect(await run(code)).toBe("o".charCodeAt(0) + 5);
  });

  it("ends in a fault when the callee dies in it, which is there again for the next one", async () => {
    const code = `(call $fail (i32.const 64)) (drop (call $unit))
      (call $fail (i32.const 64)) (i32.store (i32.const 128) (call $unit))
      (call $add (i32.const 1) (i32.const 2) (i32.const 64))
      (i32.add (i32.load (i32.const 128)) (call $code))`;
    expect(await run(code)).toBe(faulted("crashed") + 3);
    const lives = running?.kernel?.workers().map(({ name, life }) => [name, life]) ?? [];
    expect(Object.fromEntries(lives)).toEqual({ app: 1, server: 3 });
  });

  it("is refused beyond what the wire allows", async () => {
    const add = `(call $add (i32.const 20) (i32.const 3) (i32.const 64))`;
    expect(await run(`${add} (call $code)`, { limits: { functions: ["echo"] } })).toBe(faulted("revoked"));
    expect(await run(`${add} ${add} (call $code)`, { limits: { uses: 1 } })).toBe(faulted("revoked"));
    expect(await run(`${add} ${add} (call $code)`, { limits: { rate: 1 } })).toBe(faulted("overloaded"));
  });
});

describe("a cast", () => {
  const cast = { cast: ["note"] };

  it("goes on at once, and what was sent is handled in its order", async () => {
    const code = `${[1, 2, 3].map((x) => `(call $say (i32.const ${x}))`).join(" ")}
      (call $noted (i32.const 64)) (call $code)`;
    expect(await run(code, cast)).toBe(123);
  });

  it("is refused when the mailbox is full", async () => {
    const code = `(call $say (i32.const 1)) (call $say (i32.const 2)) (call $say (i32.const 3)) (call $unit)`;
    expect(await run(code, cast, { mailbox: { messages: 2 } })).toBe(faulted("overloaded"));
  });

  it("that kills its receiver takes what waited there with it, and nobody else", async () => {
    const code = `${[1, 9, 3].map((x) => `(call $say (i32.const ${x}))`).join(" ")}
      (call $noted (i32.const 64)) (i32.store (i32.const 128) (call $code))
      (call $noted (i32.const 64)) (i32.add (i32.load (i32.const 128)) (call $code))`;
    expect(await run(code, cast)).toBe(faulted("unavailable"));
  });
});
