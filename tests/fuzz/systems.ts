/**
 * Systems whose components are mutated: something of everything that links.
 */
import { cGuest, jsGuest, leanGuest, missing, type TrioWorld } from "../guests/make.ts";
import type { Grant } from "../../toolchain/link/plan.ts";
import type { SystemConfig } from "../../toolchain/link/index.ts";
import { smallGuest, smallShim } from "../toolchain/link/compose-guests.ts";
import { CLOCK, component, CONSOLE, text } from "../toolchain/link/guests.ts";
import { blobConsumer, blobProvider, blobStore } from "../toolchain/link/resource-guests.ts";

export interface System {
  readonly name: string;
  readonly processes: Readonly<Record<string, SystemProcess>>;
  /** Fusing it takes a minute: an engine in a component is much to optimise. */
  readonly large?: boolean;
  /** What its processes are composed with. */
  readonly shim?: Uint8Array;
}
interface SystemProcess {
  readonly bytes: Uint8Array;
  readonly imports?: NonNullable<SystemConfig["processes"][string]["imports"]>;
  readonly grants?: readonly Grant[];
}

/** Nested components that call each other, an import that two of them lower, one that is exported again. */
const NESTED = `(component
  (import "count" (func $count (param "s" string) (result u32)))
  (component $user
    (import "count" (func $count (param "s" string) (result u32)))
    (core module $memory (memory (export "memory") 1) (data (i32.const 8) "AB"))
    (core instance $memory (instantiate $memory))
    (core func $count (canon lower (func $count) (memory (core memory $memory "memory"))))
    (core module $c (import "" "count" (func $count (param i32 i32) (result i32)))
      (func (export "go") (result i32) (call $count (i32.const 8) (i32.const 2))))
    (core instance $c (instantiate $c (with "" (instance (export "count" (func $count))))))
    (func (export "go") (result u32) (canon lift (core func $c "go"))))
  (component $own
    (core module $m (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
      (func (export "count") (param i32 i32) (result i32) (local.get 1))
      (func (export "done") (param i32)))
    (core instance $i (instantiate $m))
    (func (export "count") (param "s" string) (result u32) (canon lift (core func $i "count")
      (memory (core memory $i "memory")) (realloc (core func $i "realloc")) (post-return (core func $i "done")))))
  (instance $own (instantiate $own))
  (instance $one (instantiate $user (with "count" (func $count))))
  (instance $two (instantiate $user (with "count" (func $own "count"))))
  (func (export "one") (alias export $one "go"))
  (func (export "two") (alias export $two "go"))
  (export "again" (func $count)))`;

const COUNTER = `(component
  (core module $m (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func (export "count") (param i32 i32) (result i32) (local.get 1)))
  (core instance $i (instantiate $m))
  (func (export "count") (param "s" string) (result u32)
    (canon lift (core func $i "count") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))`;

/** A resource of the world, with a destructor that is an import, and modules that share a memory. */
const OWNER = `(component
  (import "note" (func $note (param "n" u32))) (core func $note (canon lower (func $note)))
  (type $r (resource (rep i32) (dtor (core func $note)))) (export $door "door" (type $r))
  (core func $new (canon resource.new $r)) (core func $drop (canon resource.drop $r))
  (core module $owner (memory (export "memory") 1) (table (export "table") 2 funcref))
  (core instance $owner (instantiate $owner))
  (core module $m (import "o" "memory" (memory 1)) (import "" "new" (func $new (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "make") (param i32) (result i32) (drop (memory.grow (i32.const 1))) (call $new (local.get 0)))
    (func (export "width") (param i32) (result i32) (local.get 0)))
  (core instance $i (instantiate $m (with "o" (instance $owner))
    (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (func (export "[constructor]door") (param "n" u32) (result (own $door)) (canon lift (core func $i "make")))
  (func (export "[method]door.width") (param "self" (borrow $door)) (result u32) (canon lift (core func $i "width"))))`;

const NOTES = `(component (core module $m (func (export "note") (param i32))) (core instance $i (instantiate $m))
  (func (export "note") (param "n" u32) (canon lift (core func $i "note"))))`;

const DOOR_USER = `(component
  (import "door" (type $r (sub resource)))
  (import "[constructor]door" (func $make (param "n" u32) (result (own $r))))
  (import "[method]door.width" (func $width (param "self" (borrow $r)) (result u32)))
  (core func $make (canon lower (func $make))) (core func $width (canon lower (func $width)))
  (core func $drop (canon resource.drop $r))
  (core module $m (import "" "make" (func $make (param i32) (result i32)))
    (import "" "width" (func $width (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
    (func (export "go") (result i32) (call $width (call $make (i32.const 1)))))
  (core instance $i (instantiate $m (with "" (instance
    (export "make" (func $make)) (export "width" (func $width)) (export "drop" (func $drop))))))
  (func (export "go") (result u32) (canon lift (core func $i "go"))))`;

const FAILING = `interface failing { fail: func(n: u32) -> u32; names: func(all: list<string>) -> option<string>; }`;
const GUARDED = `interface failing-guarded { use atoll:fault/types@0.1.0.{fault};
  fail: func(n: u32) -> result<u32, fault>; names: func(all: list<string>) -> result<option<string>, fault>; }`;
const HEAP = `(memory (export "memory") 1) (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))`;

/** Caller and callee of a guarded interface; the caller prints too. */
async function guarded(): Promise<System> {
  const failing = await component(
    `package t:f@1.0.0; ${FAILING} world w { export failing; }`,
    `(module ${HEAP} (func (export "t:f/failing@1.0.0#fail") (param i32) (result i32) unreachable)
      (func (export "t:f/failing@1.0.0#names") (param i32 i32) (result i32) (i32.const 8)))`,
  );
  const asker = await component(
    `package t:f@1.0.0; ${GUARDED} world w { import failing-guarded; import atoll:device/console@0.1.0; export go: func() -> u32; }`,
    `(module (import "t:f/failing-guarded@1.0.0" "fail" (func $fail (param i32 i32)))
      (import "t:f/failing-guarded@1.0.0" "names" (func $names (param i32 i32 i32)))
      (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32))) ${HEAP}
      (func (export "go") (result i32) (call $fail (i32.const 1) (i32.const 8)) (call $write (i32.const 0) (i32.const 0))
        (call $names (i32.const 0) (i32.const 0) (i32.const 8)) (i32.load (i32.const 8))))`,
  );
  return {
    name: "guarded",
    processes: {
      asker: { bytes: asker, imports: { "t:f/failing": "failing" }, grants: [CONSOLE] },
      failing: { bytes: failing },
    },
  };
}

async function handWritten(): Promise<System[]> {
  const [provider, consumer, store] = await Promise.all([blobProvider(), blobConsumer(), blobStore()]);
  const [nested, counter, owner, notes, user] = await Promise.all(
    [NESTED, COUNTER, OWNER, NOTES, DOOR_USER].map((source) => text(source)),
  );
  if (!nested || !counter || !owner || !notes || !user) throw new Error("the texts were assembled");
  const blobs = { "t:r/blobs": "provider" };
  return [
    {
      name: "resources",
      processes: {
        consumer: { bytes: consumer, imports: blobs },
        store: { bytes: store, imports: blobs },
        provider: { bytes: provider },
      },
    },
    {
      name: "nested",
      processes: { nested: { bytes: nested, imports: { count: "counter" } }, counter: { bytes: counter } },
    },
    {
      name: "doors",
      processes: {
        user: { bytes: user, imports: { door: "owner" } },
        owner: { bytes: owner, imports: { note: "notes" } },
        notes: { bytes: notes },
      },
    },
    await guarded(),
    {
      name: "composed",
      processes: { guest: { bytes: await smallGuest(), grants: [CONSOLE, CLOCK] } },
      shim: await smallShim(),
    },
  ];
}

type Make = (world: TrioWorld) => Promise<Uint8Array>;

async function trio(name: string, caller: Make, callee: Make): Promise<System> {
  return {
    name,
    processes: {
      relay: { bytes: await caller("relay"), imports: { "t:trio/echo": "echo" } },
      echo: { bytes: await callee("provider") },
      user: { bytes: await caller("counter-user"), imports: { "t:trio/counters": "counters" } },
      counters: { bytes: await callee("counter-provider") },
    },
  };
}

/** `all`: those of real compilers too, as far as they are installed; they take seconds to make. */
export async function systems(all: boolean): Promise<System[]> {
  const found = await handWritten();
  if (!all) return found;
  if (missing("C") === undefined) {
    const [utf8, utf16]: Make[] = [(world) => cGuest(world, "utf8"), (world) => cGuest(world, "utf16")];
    if (utf8 && utf16) found.push(await trio("C", utf8, utf16));
  }
  found.push(await trio("lean", leanGuest, leanGuest));
  if (missing("JavaScript") === undefined) {
    found.push({ ...(await trio("JavaScript", leanGuest, jsGuest)), large: true });
  }
  return found;
}
