/**
 * Classes that are resources: two lean programs share objects in a linked system.
 */
import { expect, it, test } from "vitest";
import { buildApps, compileLean } from "../../../toolchain/compile/index.ts";
import { readFileSync } from "node:fs";
import type { Running } from "../../../host-linux/instantiate.ts";
import { bringUp, call } from "../link/bring-up.ts";
import { linked } from "../link/guests.ts";
import { trapOf } from "../link/resource-guests.ts";
import { compileText, Folder } from "./guest.ts";

const COUNTERS = `// @wit demo:counters/api
let alive: i32 = 0;
let ended: i32 = 0;

/** Counts up. */
export class Counter {
  private count: i32;
  constructor(start: i32, public name: string) { this.count = start; alive++; }
  /** One more. */
  increment(): i32 { return this.bump(1); }
  label(prefix: string): string { return prefix + this.name; }
  add(other: Counter): i32 { return this.bump(other.count); }
  static sum(all: Counter[]): i32 { let n = 0; for (let i = 0; i < all.length; i++) n += all[i].count; return n; }
  drop(): void { alive--; ended += this.count; }
  private bump(by: i32): i32 { return this.count += by; }
}
export class Pair { constructor(public first: Counter, public second: Counter | null) {} }

let kept: Counter | null = null;
export function live(): i32 { return alive; }
export function sumOfEnded(): i32 { return ended; }
export function named(names: string[]): Counter[] {
  const made: Counter[] = [];
  for (let i = 0; i < names.length; i++) made.push(new Counter(i, names[i]));
  return made;
}
export function twins(): Pair { return new Pair(new Counter(7, "a"), new Counter(8, "b")); }
export function back(pair: Pair): i32 { kept = pair.first; return pair.first.increment(); }
export function again(): Counter { return kept!; }
export function same(counter: Counter): Counter { return counter; }
`;

async function system(program: string): Promise<(name: string, ...args: number[]) => unknown> {
  using folder = await new Folder().write({
    "counters.ts": COUNTERS,
    "app.ts": `import { Counter, Pair, live, named, twins, back, again, same } from "demo:counters/api";\n${program}`,
  });
  await buildApps(["app.ts", "counters.ts"].map((name) => folder.file(name)));
  const read = (name: string): Uint8Array => readFileSync(folder.file(`build/${name}.wasm`));
  const { plan } = linked({
    app: { bytes: read("app"), imports: { "demo:counters/api": "counters" } },
    counters: { bytes: read("counters") },
  });
  const running: Running = bringUp(plan);
  return (name, ...args) =>
    name.startsWith("demo:")
      ? call(running, "counters", name, ...args)
      : call(running, "app", `local:app/api#${name}`, ...args);
}

it("a class with methods is a resource that another program uses", async () => {
  const run = await system(`
    export function use(start: i32): i32 {
      const a = new Counter(start, "a");
      const b = new Counter(100, "b");
      a.increment();
      a.add(b);
      const ok = a.label("is ") == "is a";
      const sum = Counter.sum([a, b]);
      a.drop();
      a.drop();
      const one = live();
      b.drop();
      return ok ? sum * 10 + one : -1;
    }`);
  expect(run("use", 5)).toBe(2061);
  expect(run("demo:counters/api#live")).toBe(0);
  expect(run("demo:counters/api#sum-of-ended")).toBe(206);
});

it("objects go out in lists and records, come back, and go out again", async () => {
  const run = await system(`
    export function lists(): i32 {
      const all = named(["x", "y", "z"]);
      const sum = all[2].label("").length * 100 + Counter.sum(all);
      for (let i = 0; i < all.length; i++) all[i].drop();
      return sum * 10 + live();
    }
    export function records(): i32 {
      const pair = twins();
      const seen = back(pair);
      const left = live();
      const first = again();
      const more = first.increment();
      first.drop();
      return seen * 1000 + more * 10 + left - live();
    }
    export function twice(): void { const c = new Counter(1, "c"); same(c); }`);
  expect(run("lists")).toBe(1030);
  expect(run("records")).toBe(8092 - 1);
  expect(trapOf(() => run("twice"))).not.toBe("no trap");
});

it("a million objects come and go in flat memory", async () => {
  const run = await system(`
    export function churn(n: i32): i32 {
      let sum = 0;
      for (let i = 0; i < n; i++) { const c = new Counter(i, ""); sum += c.increment() & 1; c.drop(); }
      return sum;
    }
    export function pages(): i32 { return memory.size(); }`);
  run("churn", 10_000);
  const before = run("pages");
  expect(run("churn", 1_000_000)).toBe(500_000);
  expect([run("pages"), run("demo:counters/api#live")]).toEqual([before, 0]);
});

test("the class as WIT", async () => {
  const { exported } = await compileText(COUNTERS);
  expect(exported).toContain(`  /// Counts up.
  resource counter {
    constructor(start: s32, name: string);
    /// One more.
    increment: func() -> s32;
    label: func(prefix: string) -> string;
    add: func(other: borrow<counter>) -> s32;
    sum: static func(all: list<borrow<counter>>) -> s32;
  }
`);
  expect(exported).toContain("same: func(counter: borrow<counter>) -> counter;");
});

const WIT = `package t:r;
interface blobs {
  resource blob { constructor(n: u32); get: func() -> u32; join: func(other: blob) -> u32; drop: func() -> u32; make: static func(n: u32) -> blob; }
  record held { blob: blob, n: u32 }
  hold: func(n: u32) -> held;
  live: func() -> u32;
}
interface store { use blobs.{blob}; put: func(b: blob); take: func() -> blob; peek: func(b: borrow<blob>, n: u32) -> u32; }
world provider { export blobs; }
world keeper { import blobs; export store; }`;

it("programs fit given worlds with owns and borrows of both kinds", async () => {
  using folder = await new Folder().write({
    "wit/all.wit": WIT,
    "blobs.ts": `let alive: u32 = 0;
      export class Blob {
        constructor(private n: u32) { alive++; }
        get(): u32 { return this.n; }
        join(other: Blob): u32 { alive--; return this.n + other.n; }
        drop_(): u32 { return 77; }
        static make(n: u32): Blob { return new Blob(n * 2); }
        drop(): void { alive--; }
      }
      export class Held { constructor(public blob: Blob, public n: u32) {} }
      export function hold(n: u32): Held { return new Held(new Blob(n), n); }
      export function live(): u32 { return alive; }`,
    "store.ts": `import { Blob } from "t:r/blobs";
      let kept: Blob | null = null;
      export function put(b: Blob): void { kept = b; }
      export function take(): Blob { return kept!; }
      export function peek(b: Blob, n: u32): u32 { return b.get() + n; }`,
    "app.ts": `import { Blob, hold, live } from "t:r/blobs";
      import { put, take, peek } from "t:r/store";
      export function run(): u32 {
        put(new Blob(40));
        const a = take();
        const seen = peek(a, 2) + peek(a, 0);
        const held = hold(3);
        const sum = a.join(held.blob) + a.drop_();
        const made = Blob.make(5);
        const got = made.get();
        made.drop(); a.drop();
        return (seen * 1000 + sum) * 100 + got * 10 + live();
      }`,
  });
  const wit = folder.file("wit/all.wit");
  const build = async (app: string, world?: string): Promise<Uint8Array> => {
    const { component } = await compileLean({ app: folder.file(app), wit, ...(world && { world }) });
    return component;
  };
  const blobs = await build("blobs.ts", "provider");
  const store = await build("store.ts", "keeper");
  const { component } = await compileLean({ app: folder.file("app.ts") });
  const { plan } = linked({
    app: { bytes: component, imports: { "t:r/blobs": "blobs", "t:r/store": "store" } },
    store: { bytes: store, imports: { "t:r/blobs": "blobs" } },
    blobs: { bytes: blobs },
  });
  expect(call(bringUp(plan), "app", "local:app/api#run")).toBe((82 * 1000 + 43 + 77) * 100 + 100);
});
