/**
 * Guests that talk by messages: a server that remembers what it was asked, and clients that follow a script.
 *
 * All speak `t:p/api`. A client imports its guarded view, and what comes back lies
 * in its memory from `RESULTS` on, where a test reads it by `word`. A client is
 * started by `go`, or as the entry; it may hand `go` on.
 */
import type { DeviceContext } from "../../../host-linux/devices/device.ts";
import { createTime } from "../../../host-linux/devices/kernel-time.ts";
import { instantiate, type DeviceMaker, type Running } from "../../../host-linux/instantiate.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { call } from "../../toolchain/link/bring-up.ts";
import { ALLOCATOR, component, text, type Encoding } from "../../toolchain/link/guests.ts";
import { recording } from "./recording.ts";

const TYPES = `
  interface api {
    /// Remembers a digit.
    note: func(digit: u32);
    /// All of this life, in their order.
    digits: func() -> u64;
    /// Notes the digit, sleeps, notes the digit plus four.
    slow: func(digit: u32, microseconds: u32) -> u32;
    crash: func() -> u32;
    echo: func(text: string) -> string;
  }
  interface api-guarded {
    use atoll:fault/types@0.1.0.{fault};
    note: func(digit: u32) -> result<_, fault>;
    digits: func() -> result<u64, fault>;
    slow: func(digit: u32, microseconds: u32) -> result<u32, fault>;
    crash: func() -> result<u32, fault>;
    echo: func(text: string) -> result<string, fault>;
  }
  interface go { go: func(); }
  interface again { again: func() -> u32; }
  interface again-guarded { use atoll:fault/types@0.1.0.{fault}; again: func() -> result<u32, fault>; }`;

const SLEEP = `(import "atoll:kernel/time@0.1.0" "sleep" (func $sleep (param i64)))`;

/** One that does not sleep runs on its caller's stack, unless a wire says otherwise; its `slow` is not. */
export function server(
  encoding: Encoding = "utf8",
  sleeps = true,
  memory: string = ALLOCATOR,
): Promise<Uint8Array> {
  return component(
    `package t:p; ${TYPES} world w { ${sleeps ? "import atoll:kernel/time@0.1.0;" : ""} export api; }`,
    `(module ${sleeps ? SLEEP : "(func $sleep (param i64))"} ${memory}
       (global $digits (mut i64) (i64.const 0))
       (func $note (export "t:p/api#note") (param i32)
         (global.set $digits (i64.add (i64.mul (global.get $digits) (i64.const 10)) (i64.extend_i32_u (local.get 0)))))
       (func (export "t:p/api#digits") (result i64) (global.get $digits))
       (func (export "t:p/api#slow") (param i32 i32) (result i32)
         (call $note (local.get 0))
         (call $sleep (i64.extend_i32_u (local.get 1)))
         (call $note (i32.add (local.get 0) (i32.const 4)))
         (i32.mul (local.get 0) (i32.const 100)))
       (func (export "t:p/api#crash") (result i32) unreachable)
       (func (export "t:p/api#echo") (param i32 i32) (result i32)
         (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16)))`,
    encoding,
  );
}

/** An allocator that takes its time. */
export const SLOW_ALLOCATOR = `
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $i i32)
    (loop $again
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 50000))))
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (local.get 3))))`;

/** Exports what it imports: nothing of it runs when that is called. */
export function relay(): Promise<Uint8Array> {
  return text(`(component
    (import "t:p/api" (instance $api
      (export "note" (func (param "digit" u32)))
      (export "digits" (func (result u64)))
      (export "slow" (func (param "digit" u32) (param "microseconds" u32) (result u32)))
      (export "crash" (func (result u32)))
      (export "echo" (func (param "text" string) (result string)))))
    (export "t:p/api" (instance $api)))`);
}

const RESULTS = 1024;

/** Functions for scripts; each result has 16 bytes, from `RESULTS` on, by its number. */
export const script = {
  note: (digit: number, at: number): string => `(call $note (i32.const ${digit}) ${place(at)})`,
  digits: (at: number): string => `(call $digits ${place(at)})`,
  slow: (digit: number, microseconds: number, at: number): string =>
    `(call $slow (i32.const ${digit}) (i32.const ${microseconds}) ${place(at)})`,
  crash: (at: number): string => `(call $crash ${place(at)})`,
  echo: (text: string, at: number): string =>
    `(call $echo (i32.const 512) (i32.const ${text.length}) ${place(at)})`,
  sleep: (microseconds: number): string => `(call $sleep (i64.const ${microseconds}))`,
  /** The next client, which `go` is wired to. */
  go: "(call $go)",
} as const;

function place(at: number): string {
  return `(i32.const ${RESULTS + 16 * at})`;
}

export interface ClientOptions {
  /** Imports the plain interface: results are not there, a fault is a trap. */
  readonly plain?: boolean;
  /** Text at 512, in UTF-16, that `echo` sends. */
  readonly text?: string;
}

/** Follows the script (in a plain client, with a `drop` for each result) when it is run, or told to go. */
export function client(body: string, { plain = false, text = "" }: ClientOptions = {}): Promise<Uint8Array> {
  const api = plain ? "api" : "api-guarded";
  const into = plain ? "" : "i32";
  const result = (type: string): string => (plain ? `(result ${type})` : "");
  const used = (name: string, declaration: string): string => (body.includes(`$${name}`) ? declaration : "");
  const imports = [
    used("note", `(import "t:p/${api}" "note" (func $note (param i32 ${into})))`),
    used("digits", `(import "t:p/${api}" "digits" (func $digits (param ${into}) ${result("i64")}))`),
    used("slow", `(import "t:p/${api}" "slow" (func $slow (param i32 i32 ${into}) ${result("i32")}))`),
    used("crash", `(import "t:p/${api}" "crash" (func $crash (param ${into}) ${result("i32")}))`),
    used("echo", `(import "t:p/${api}" "echo" (func $echo (param i32 i32 i32)))`),
    used("again", `(import "t:p/again-guarded" "again" (func $again (param i32)))`),
    used("go", `(import "t:p/go" "go" (func $go))`),
    used("sleep", SLEEP),
  ];
  const has = (name: string): boolean => body.includes(`$${name}`);
  const world = [
    ["note", "digits", "slow", "crash", "echo"].some(has) ? `import ${api};` : "",
    has("again") ? "import again-guarded;" : "",
    has("go") ? "import go;" : "",
    has("sleep") ? "import atoll:kernel/time@0.1.0;" : "",
  ].join(" ");
  const units = text.split("").map((c) => `\\${hex(c.charCodeAt(0) & 0xff)}\\${hex(c.charCodeAt(0) >> 8)}`);
  return component(
    `package t:p; ${TYPES}
     world w { ${world} export go; export again; export run: func(); export word: func(at: u32) -> u32; }`,
    `(module ${imports.join("\n")} ${ALLOCATOR}
       (data (i32.const 512) "${units.join("")}")
       (func $run (export "run") ${body})
       (func (export "t:p/go#go") (call $run))
       (func (export "t:p/again#again") (result i32) (call $run) (i32.const 7))
       (func (export "word") (param i32) (result i32) (i32.load (local.get 0))))`,
  );
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

const FAULTS = ["crashed", "revoked", "timeout", "overloaded", "exhausted", "unavailable"];

/** Bytes of what is in the `ok`, and where a fault lies then. */
const FAULT_AT = { 0: 1, 4: 4, 8: 8 } as const;

/** What a client got: a number, or the name of a fault. */
export function resultOf(running: Running, process: string, at: number, size: 0 | 4 | 8): number | string {
  const word = (offset: number): number =>
    Number(call(running, process, "word", RESULTS + 16 * at + offset)) >>> 0;
  if ((word(0) & 0xff) !== 0) return FAULTS[word(FAULT_AT[size]) & 0xff] ?? "no fault";
  if (size === 0) return 0;
  return size === 4 ? word(4) : word(8) + word(12) * 2 ** 32;
}

/** Text that a client got, in UTF-16. */
export function textOf(running: Running, process: string, at: number): string {
  const word = (address: number): number => Number(call(running, process, "word", address)) >>> 0;
  const place = RESULTS + 16 * at;
  if ((word(place) & 0xff) !== 0) return FAULTS[word(place + 4) & 0xff] ?? "no fault";
  const [start, units] = [word(place + 4), word(place + 8)];
  const codes = Array.from({ length: units }, (_, i) => word(start + 2 * i) & 0xffff);
  return String.fromCharCode(...codes);
}

/** A system whose processes can sleep, in the test's own thread. */
export function start(plan: LinkPlan): Running {
  return instantiate(plan, makeTime, () => {}, recording(plan));
}

const makeTime: DeviceMaker = (_process, _grant, transfer, give, kernel) => {
  if (kernel === undefined) throw new Error("the plan has no kernel");
  return createTime({ transfer, give, kernel, checkStop: () => {} } as DeviceContext, kernel);
};
