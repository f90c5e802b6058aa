/**
 * Guests that make, use, pass on and drop a resource, as they are told.
 */
import { component, text } from "./guests.ts";

export const BLOBS = `interface blobs {
  resource blob {
    constructor(n: u32);
    get: func() -> u32;
    sum: static func(a: borrow<blob>, b: borrow<blob>) -> u32;
    join: func(other: blob) -> u32;
  }
  live: func() -> u32;
  dropped: func() -> u32;
  both: func(b: blob) -> tuple<blob, u32>;
  total: func(all: list<borrow<blob>>) -> u32;
  many: func(n: u32) -> list<blob>;
  maybe: func(b: option<borrow<blob>>) -> u32;
}`;

/** What a blob holds whose destructor traps. */
export const CURSED = 666;

/** Reps are numbers; `dropped` adds up those that the destructor saw. */
const PROVIDER = `(module
  (import "[export]t:r/blobs" "[resource-new]blob" (func $new (param i32) (result i32)))
  (import "[export]t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
  (import "[export]t:r/blobs" "[resource-rep]blob" (func $rep (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 4096))
  (global $live (mut i32) (i32.const 0)) (global $dropped (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 3))))
  (func $make (param i32) (result i32)
    (global.set $live (i32.add (global.get $live) (i32.const 1))) (call $new (local.get 0)))
  (func (export "t:r/blobs#[constructor]blob") (param i32) (result i32) (call $make (local.get 0)))
  (func (export "t:r/blobs#[dtor]blob") (param i32)
    (if (i32.eq (local.get 0) (i32.const ${CURSED})) (then unreachable))
    (global.set $live (i32.sub (global.get $live) (i32.const 1)))
    (global.set $dropped (i32.add (global.get $dropped) (local.get 0))))
  (func (export "t:r/blobs#[method]blob.get") (param i32) (result i32) (local.get 0))
  (func (export "t:r/blobs#[static]blob.sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "t:r/blobs#[method]blob.join") (param i32 i32) (result i32) (local $sum i32)
    (local.set $sum (i32.add (local.get 0) (call $rep (local.get 1))))
    (call $drop (local.get 1)) (local.get $sum))
  (func (export "t:r/blobs#live") (result i32) (global.get $live))
  (func (export "t:r/blobs#dropped") (result i32) (global.get $dropped))
  (func (export "t:r/blobs#both") (param i32) (result i32)
    (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (call $rep (local.get 0))) (i32.const 16))
  (func (export "t:r/blobs#total") (param $at i32) (param $n i32) (result i32) (local $sum i32)
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $n)))
      (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br $next)))
    (local.get $sum))
  (func (export "t:r/blobs#many") (param $n i32) (result i32) (local $i i32)
    (block $done (loop $next
      (br_if $done (i32.eq (local.get $i) (local.get $n)))
      (i32.store (i32.add (i32.const 1024) (i32.mul (local.get $i) (i32.const 4))) (call $make (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $next)))
    (i32.store (i32.const 16) (i32.const 1024)) (i32.store (i32.const 20) (local.get $n)) (i32.const 16))
  (func (export "t:r/blobs#maybe") (param i32 i32) (result i32)
    (select (local.get 1) (i32.const 77) (local.get 0))))`;

/** Passes everything on, with core numbers as handles: what a guest could do at worst. */
const CONSUMER = `(module
  (import "t:r/blobs" "[constructor]blob" (func $make (param i32) (result i32)))
  (import "t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
  (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
  (import "t:r/blobs" "[static]blob.sum" (func $sum (param i32 i32) (result i32)))
  (import "t:r/blobs" "[method]blob.join" (func $join (param i32 i32) (result i32)))
  (import "t:r/blobs" "both" (func $both (param i32 i32)))
  (import "t:r/blobs" "total" (func $total (param i32 i32) (result i32)))
  (import "t:r/blobs" "many" (func $many (param i32 i32)))
  (import "t:r/blobs" "maybe" (func $maybe (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192))
  (func (export "make") (param i32) (result i32) (call $make (local.get 0)))
  (func (export "drop") (param i32) (call $drop (local.get 0)))
  (func (export "get") (param i32) (result i32) (call $get (local.get 0)))
  (func (export "sum") (param i32 i32) (result i32) (call $sum (local.get 0) (local.get 1)))
  (func (export "join") (param i32 i32) (result i32) (call $join (local.get 0) (local.get 1)))
  (func (export "both") (param i32) (result i32) (call $both (local.get 0) (i32.const 64))
    (i32.add (i32.mul (i32.load (i32.const 64)) (i32.const 1000)) (i32.load (i32.const 68))))
  (func (export "total") (param i32 i32 i32) (result i32)
    (i32.store (i32.const 64) (local.get 0)) (i32.store (i32.const 68) (local.get 1)) (i32.store (i32.const 72) (local.get 2))
    (call $total (i32.const 64) (i32.const 3)))
  (func (export "many") (param i32) (result i32) (call $many (local.get 0) (i32.const 64))
    (i32.load (i32.add (i32.load (i32.const 64)) (i32.mul (i32.sub (local.get 0) (i32.const 1)) (i32.const 4)))))
  (func (export "maybe") (param i32 i32) (result i32) (call $maybe (local.get 0) (local.get 1))))`;

const API = `export make: func(n: u32) -> u32; export drop: func(h: u32); export get: func(h: u32) -> u32;
  export sum: func(a: u32, b: u32) -> u32; export join: func(a: u32, b: u32) -> u32; export both: func(h: u32) -> u32;
  export total: func(a: u32, b: u32, c: u32) -> u32; export many: func(n: u32) -> u32; export maybe: func(s: u32, h: u32) -> u32;`;

export const STORE = `interface store {
  use blobs.{blob};
  put: func(b: blob); take: func() -> blob; peek: func(b: borrow<blob>) -> u32;
  keep: func(b: borrow<blob>); twice: func(b: borrow<blob>) -> u32; use-kept: func() -> u32; lose: func(b: blob);
}`;

/** Between the two: gets handles of its own for what it borrows. */
const MIDDLE = `(module
  (import "t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
  (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
  (import "t:r/blobs" "[method]blob.join" (func $join (param i32 i32) (result i32)))
  (global $kept (mut i32) (i32.const 0))
  (func (export "t:r/store#put") (param i32) (global.set $kept (local.get 0)))
  (func (export "t:r/store#take") (result i32) (global.get $kept))
  (func (export "t:r/store#peek") (param i32) (result i32) (local $rep i32)
    (local.set $rep (i32.add (call $get (local.get 0)) (i32.mul (local.get 0) (i32.const 1000))))
    (call $drop (local.get 0)) (local.get $rep))
  (func (export "t:r/store#keep") (param i32) (global.set $kept (local.get 0)))
  (func (export "t:r/store#use-kept") (result i32) (call $get (global.get $kept)))
  (func (export "t:r/store#twice") (param i32) (result i32)
    (call $drop (local.get 0)) (call $drop (local.get 0)) (i32.const 0))
  (func (export "t:r/store#lose") (param i32) (drop (call $join (local.get 0) (local.get 0)))))`;

/** Uses blobs, and gives them to a store. */
const STORE_USER = `(module
  (import "t:r/blobs" "[constructor]blob" (func $make (param i32) (result i32)))
  (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
  (import "t:r/blobs" "[method]blob.join" (func $join (param i32 i32) (result i32)))
  (import "t:r/store" "put" (func $put (param i32)))
  (import "t:r/store" "take" (func $take (result i32)))
  (import "t:r/store" "peek" (func $peek (param i32) (result i32)))
  (import "t:r/store" "keep" (func $keep (param i32)))
  (import "t:r/store" "twice" (func $twice (param i32) (result i32)))
  (import "t:r/store" "use-kept" (func $use-kept (result i32)))
  (import "t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
  (func (export "make") (param i32) (result i32) (call $make (local.get 0)))
  (func (export "get") (param i32) (result i32) (call $get (local.get 0)))
  (func (export "join") (param i32 i32) (result i32) (call $join (local.get 0) (local.get 1)))
  (func (export "put") (param i32) (call $put (local.get 0)))
  (func (export "take") (result i32) (call $take))
  (func (export "peek") (param i32) (result i32) (call $peek (local.get 0)))
  (func (export "keep") (param i32) (call $keep (local.get 0)))
  (func (export "twice") (param i32) (result i32) (call $twice (local.get 0)))
  (func (export "use-kept") (result i32) (call $use-kept))
  (func (export "drop") (param i32) (call $drop (local.get 0))))`;

export function blobProvider(): Promise<Uint8Array> {
  return component(`package t:r; ${BLOBS} world w { export blobs; }`, PROVIDER);
}

export function blobConsumer(): Promise<Uint8Array> {
  return component(`package t:r; ${BLOBS} world w { import blobs; ${API} }`, CONSUMER);
}

export function blobStore(): Promise<Uint8Array> {
  return component(`package t:r; ${BLOBS} ${STORE} world w { import blobs; export store; }`, MIDDLE);
}

export function blobStoreUser(): Promise<Uint8Array> {
  return component(
    `package t:r; ${BLOBS} ${STORE} world w { import blobs; import store;
       export make: func(n: u32) -> u32; export get: func(h: u32) -> u32; export put: func(h: u32);
       export take: func() -> u32; export peek: func(h: u32) -> u32; export keep: func(h: u32);
       export twice: func(h: u32) -> u32; export use-kept: func() -> u32; export drop: func(h: u32);
       export join: func(a: u32, b: u32) -> u32; }`,
    STORE_USER,
  );
}

/** Two siblings, one of which makes what the other uses, borrows and drops. */
const SIBLINGS = `(component
  (component $maker
    (type $R' (resource (rep i32))) (export $R "r" (type $R'))
    (core func $new (canon resource.new $R'))
    (core module $m (import "" "new" (func $new (param i32) (result i32)))
      (func (export "make") (result i32) (call $new (i32.const 7)))
      (func (export "get") (param i32) (result i32) (local.get 0)))
    (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
    (func (export "make") (result (own $R)) (canon lift (core func $i "make")))
    (func (export "get") (param "r" (borrow $R)) (result u32) (canon lift (core func $i "get"))))
  (component $user
    (import "m" (instance $m (export "r" (type $R (sub resource)))
      (export "make" (func (result (own $R)))) (export "get" (func (param "r" (borrow $R)) (result u32)))))
    (alias export $m "r" (type $R))
    (core func $drop (canon resource.drop $R))
    (core func $make (canon lower (func $m "make")))
    (core func $get (canon lower (func $m "get")))
    (core module $c (import "" "make" (func $make (result i32))) (import "" "get" (func $get (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "go") (result i32) (local $h i32) (local.set $h (call $make))
        (call $get (local.get $h)) (call $drop (local.get $h))))
    (core instance $c (instantiate $c (with "" (instance
      (export "make" (func $make)) (export "get" (func $get)) (export "drop" (func $drop))))))
    (func (export "go") (result u32) (canon lift (core func $c "go"))))
  (instance $maker (instantiate $maker))
  (instance $user (instantiate $user (with "m" (instance $maker))))
  (func (export "go") (alias export $user "go")))`;

export function siblings(): Promise<Uint8Array> {
  return text(SIBLINGS);
}

/** Calls a function of the consumer. */
export type Ask = (name: string, ...args: number[]) => unknown;

/** The name of the function in which it trapped. */
export function trapOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return /trap: [^(]*[^( ]/.exec(error.stack ?? "")?.[0] ?? error.message;
  }
  return "no trap";
}
