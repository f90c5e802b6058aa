/**
 * Guests for tests of handles under guards: a vault that keeps blobs, or dies with them, and its user.
 */
import { component } from "../../toolchain/link/guests.ts";
import { blobProvider, BLOBS } from "../../toolchain/link/resource-guests.ts";

/** What the vault does with blobs, in WIT; `result`: of a function with that result. */
function vault(name: string, use: string, result: (type?: string) => string): string {
  return `interface ${name} {
    use blobs.{blob}; ${use}
    put: func(b: blob)${result()};
    take: func() -> ${result("blob").slice(4)};
    take-and-fail: func(b: blob)${result()};
    lend-and-fail: func(a: borrow<blob>, b: blob)${result()};
    two: func(a: borrow<blob>, b: borrow<blob>)${result("u32")};
    give-and-lend: func(b: blob, a: borrow<blob>)${result()};
    take-two: func() -> ${result("tuple<blob, blob>").slice(4)};
    drop-all: func()${result()};
    fail: func()${result()};
  }`;
}
const VAULT = vault("vault", "", (type) => (type === undefined ? "" : ` -> ${type}`));
const GUARDED = vault(
  "vault-guarded",
  "use atoll:fault/types@0.1.0.{fault};",
  (type) => ` -> result<${type ?? "_"}, fault>`,
);

const KEEPER = `(module
  (import "t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
  (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $last (mut i32) (i32.const 0))
  (func (export "t:r/vault#give-and-lend") (param i32 i32) (call $drop (local.get 0)) (call $drop (local.get 1)))
  (func (export "t:r/vault#take-two") (result i32)
    (i32.store (i32.const 16) (global.get $last))
    (i32.store (i32.const 20) (i32.sub (global.get $last) (i32.const 1))) (i32.const 16))
  (func (export "t:r/vault#put") (param i32) (global.set $last (local.get 0)))
  (func (export "t:r/vault#take") (result i32) (global.get $last))
  (func (export "t:r/vault#take-and-fail") (param i32) unreachable)
  (func (export "t:r/vault#lend-and-fail") (param i32 i32) unreachable)
  (func (export "t:r/vault#two") (param i32 i32) (result i32)
    (i32.add (i32.mul (call $get (local.get 0)) (i32.const 1000)) (call $get (local.get 1)))
    (call $drop (local.get 0)) (call $drop (local.get 1)))
  (func (export "t:r/vault#drop-all") (local $i i32)
    (loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (call $drop (local.get $i))
      (br_if $next (i32.lt_u (local.get $i) (global.get $last)))))
  (func (export "t:r/vault#fail") unreachable))`;

const USER = `(module
  (import "t:r/blobs" "[constructor]blob" (func $make (param i32) (result i32)))
  (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
  (import "t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
  (import "t:r/vault-guarded" "put" (func $put (param i32 i32)))
  (import "t:r/vault-guarded" "take" (func $take (param i32)))
  (import "t:r/vault-guarded" "take-and-fail" (func $take-and-fail (param i32 i32)))
  (import "t:r/vault-guarded" "lend-and-fail" (func $lend-and-fail (param i32 i32 i32)))
  (import "t:r/vault-guarded" "two" (func $two (param i32 i32 i32)))
  (import "t:r/vault-guarded" "give-and-lend" (func $give-and-lend (param i32 i32 i32)))
  (import "t:r/vault-guarded" "take-two" (func $take-two (param i32)))
  (import "t:r/vault-guarded" "drop-all" (func $drop-all (param i32)))
  (import "t:r/vault-guarded" "fail" (func $fail (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  ;; What a call left: -1 - fault, or what it gave.
  (func $flat (result i32)
    (select (i32.sub (i32.const -1) (i32.load8_u (i32.const 65))) (i32.const 0) (i32.load8_u (i32.const 64))))
  (func $word (result i32)
    (select (i32.sub (i32.const -1) (i32.load8_u (i32.const 68))) (i32.load (i32.const 68)) (i32.load8_u (i32.const 64))))
  (func (export "make") (param i32) (result i32) (call $make (local.get 0)))
  (func (export "get") (param i32) (result i32) (call $get (local.get 0)))
  (func (export "drop") (param i32) (call $drop (local.get 0)))
  (func (export "put") (param i32) (result i32) (call $put (local.get 0) (i32.const 64)) (call $flat))
  (func (export "take") (result i32) (call $take (i32.const 64)) (call $word))
  (func (export "take-and-fail") (param i32) (result i32) (call $take-and-fail (local.get 0) (i32.const 64)) (call $flat))
  (func (export "lend-and-fail") (param i32 i32) (result i32)
    (call $lend-and-fail (local.get 0) (local.get 1) (i32.const 64)) (call $flat))
  (func (export "two") (param i32 i32) (result i32) (call $two (local.get 0) (local.get 1) (i32.const 64)) (call $word))
  (func (export "give-and-lend") (param i32 i32) (result i32)
    (call $give-and-lend (local.get 0) (local.get 1) (i32.const 64)) (call $flat))
  (func (export "take-two") (result i32) (call $take-two (i32.const 64)) (call $word))
  (func (export "drop-all") (result i32) (call $drop-all (i32.const 64)) (call $flat))
  (func (export "fail") (result i32) (call $fail (i32.const 64)) (call $flat)))`;

export interface VaultSystem {
  readonly blobs: Uint8Array;
  /** Exports `t:r/vault`. */
  readonly vault: Uint8Array;
  /** Imports blobs, and the guarded view of the vault. What a call leaves is -1 - fault, or what it gives. */
  readonly user: Uint8Array;
}

export async function vaultSystem(): Promise<VaultSystem> {
  const [blobs, vault, user] = await Promise.all([
    blobProvider(),
    component(`package t:r; ${BLOBS} ${VAULT} world w { import blobs; export vault; }`, KEEPER),
    component(
      `package t:r; ${BLOBS} ${GUARDED} world w { import blobs; import vault-guarded;
        export make: func(n: u32) -> u32; export get: func(h: u32) -> u32; export drop: func(h: u32);
        export put: func(h: u32) -> s32; export take: func() -> s32; export take-and-fail: func(h: u32) -> s32;
        export lend-and-fail: func(a: u32, b: u32) -> s32; export two: func(a: u32, b: u32) -> s32;
        export give-and-lend: func(a: u32, b: u32) -> s32; export take-two: func() -> s32;
        export drop-all: func() -> s32; export fail: func() -> s32; }`,
      USER,
    ),
  ]);
  return { blobs, vault, user };
}
