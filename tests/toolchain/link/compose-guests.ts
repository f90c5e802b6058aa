/** A small WASI shim of the tests' own, and a guest that is composed with it. */
import { ALLOCATOR, component } from "./guests.ts";

export const WASI = (version: string, more = ""): string => `
  package wasi:io@${version} { interface streams {
    resource output-stream { write: func(text: string); count: func() -> u32; } } }
  package wasi:cli@${version} {
    interface stdout { use wasi:io/streams@${version}.{output-stream}; get-stdout: func() -> output-stream; ${more} }
    interface clock { now: func() -> u64; } }`;

/** A stream writes lines to the console, and counts what this very process wrote. */
const SHIM = `(module
  (import "atoll:device/console@0.1.0" "write-line" (func $line (param i32 i32)))
  (import "atoll:device/clock@0.1.0" "now" (func $now (result i64)))
  (import "[export]wasi:io/streams@0.2.9" "[resource-new]output-stream" (func $new (param i32) (result i32)))
  ${ALLOCATOR} (global $n (mut i32) (i32.const 0))
  (func (export "wasi:io/streams@0.2.9#[method]output-stream.write") (param i32 i32 i32)
    (global.set $n (i32.add (global.get $n) (i32.const 1)))
    (call $line (local.get 1) (local.get 2)))
  (func (export "wasi:io/streams@0.2.9#[method]output-stream.count") (param i32) (result i32) (global.get $n))
  (func (export "wasi:cli/stdout@0.2.9#get-stdout") (result i32) (call $new (i32.const 7)))
  (func (export "wasi:cli/clock@0.2.9#now") (result i64) (call $now)))`;

/** Writes a word, and says how often this process wrote. */
const GUEST = (version: string): string => `(module
  (import "wasi:cli/stdout@${version}" "get-stdout" (func $stdout (result i32)))
  (import "wasi:io/streams@${version}" "[method]output-stream.write" (func $write (param i32 i32 i32)))
  (import "wasi:io/streams@${version}" "[method]output-stream.count" (func $count (param i32) (result i32)))
  (import "wasi:io/streams@${version}" "[resource-drop]output-stream" (func $drop (param i32)))
  ${ALLOCATOR} (data (i32.const 16) "hello")
  (func (export "say") (result i32) (local $out i32)
    (local.set $out (call $stdout))
    (call $write (local.get $out) (i32.const 16) (i32.const 5))
    (call $count (local.get $out))
    (call $drop (local.get $out))))`;

/** Exports wasi:io/streams, wasi:cli/stdout and wasi:cli/clock; it needs a console and a clock. */
export function smallShim(): Promise<Uint8Array> {
  const console = "import atoll:device/console@0.1.0; import atoll:device/clock@0.1.0;";
  const exports = "export wasi:io/streams@0.2.9; export wasi:cli/stdout@0.2.9; export wasi:cli/clock@0.2.9;";
  return component(`package t:shim; world w { ${console} ${exports} } ${WASI("0.2.9")}`, SHIM, "utf8");
}

/** Exports `say`. */
export function smallGuest(): Promise<Uint8Array> {
  return component(
    `package t:guest; world w { import wasi:cli/stdout@0.2.1; export say: func() -> u32; } ${WASI("0.2.1")}`,
    GUEST("0.2.1"),
    "utf8",
  );
}
