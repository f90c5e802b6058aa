/**
 * What users get wrong, and what components can hold that does not link: each
 * message names the place and says what to write.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { link, type SystemConfig } from "../../../toolchain/link/index.ts";
import { ALLOCATOR, CLOCK, component, CONSOLE, linked, refused, text } from "./guests.ts";

const API = "interface api { find: func(text: string) -> list<u32>; size: func() -> u32; }";
const PACKAGE = "package test:index@0.1.0;";

let index: Uint8Array;
let query: Uint8Array;
let talker: Uint8Array;

beforeAll(async () => {
  index = await component(
    `${PACKAGE} ${API} world w { export api; }`,
    `(module ${ALLOCATOR}
       (func (export "test:index/api@0.1.0#find") (param i32 i32) (result i32) (i32.const 8))
       (func (export "test:index/api@0.1.0#size") (result i32) (i32.const 0)))`,
  );
  query = await component(
    `${PACKAGE} ${API} world w { import api; export run: func(); export other: func(x: string) -> f32; }`,
    `(module (import "test:index/api@0.1.0" "size" (func $size (result i32))) ${ALLOCATOR}
       (func (export "other") (param i32 i32) (result f32) (f32.const 0))
       (func (export "run") (drop (call $size))))`,
  );
  talker = await component(
    `${PACKAGE} world w { import atoll:device/console@0.1.0; export run: func(); }`,
    `(module (import "atoll:device/console@0.1.0" "write-line" (func $w (param i32 i32))) ${ALLOCATOR}
       (func (export "run") (call $w (i32.const 0) (i32.const 0))))`,
  );
});

/** Exports `from`, and calls `to` for it. */
function ring(from: string, to: string): Promise<Uint8Array> {
  return component(
    `package test:ring; interface ${from} { go: func(); } interface ${to} { go: func(); } world w { import ${to}; export ${from}; }`,
    `(module (import "test:ring/${to}" "go" (func $go)) (func (export "test:ring/${from}#go") (call $go)))`,
  );
}

describe("wires", () => {
  it("an import that nothing is wired to", () => {
    expect(refused(() => linked({ query: { bytes: query }, words: { bytes: index } }))).toBe(
      'wiring: process "query" (./query.wasm) imports "test:index/api@0.1.0", and nothing is wired to it. Exported by process "words".\n' +
        'In system.ts, process "query": imports: { "test:index/api": "words" }',
    );
  });

  it("a process that does not exist", () => {
    const wires = { "test:index/api": "indx" };
    expect(refused(() => linked({ query: { bytes: query, imports: wires }, index: { bytes: index } }))).toBe(
      'wiring: process "query", imports "test:index/api": there is no process "indx". Did you mean "index"? There are: query, index.',
    );
  });

  it("an import that the component does not have", () => {
    const wires = { "test:index/apl": "index", "test:index/api": "index" };
    expect(refused(() => linked({ query: { bytes: query, imports: wires }, index: { bytes: index } }))).toBe(
      'wiring: process "query", imports: ./query.wasm does not import "test:index/apl". Did you mean "test:index/api"? It imports: test:index/api@0.1.0.',
    );
  });

  it("an import that is written twice", () => {
    const wires = { "test:index/api": "index", "test:index/api@0.1.0": "index" };
    expect(
      refused(() => linked({ query: { bytes: query, imports: wires }, index: { bytes: index } })),
    ).toContain("are the same import; write one of them");
  });

  it("a provider that does not export it", () => {
    const wires = { "test:index/api": "query2" };
    const system = { query: { bytes: query, imports: wires }, query2: { bytes: talker, grants: [CONSOLE] } };
    expect(refused(() => linked(system))).toBe(
      'wiring: process "query" imports "test:index/api@0.1.0" from process "query2", and ./query2.wasm does not export interface "test:index/api@0.1.0". It exports: run.',
    );
  });

  it("a version that is not compatible", async () => {
    const newer = await component(
      `package test:index@0.2.0; ${API} world w { export api; }`,
      `(module ${ALLOCATOR}
         (func (export "test:index/api@0.2.0#find") (param i32 i32) (result i32) (i32.const 8))
         (func (export "test:index/api@0.2.0#size") (result i32) (i32.const 0)))`,
    );
    const wires = { "test:index/api": "index" };
    expect(
      refused(() => linked({ query: { bytes: query, imports: wires }, index: { bytes: newer } })),
    ).toContain("It exports test:index/api@0.2.0, which is not compatible with that version.");
    const named = { "test:index/api": { process: "index", interface: "test:index/api@0.2.0" } };
    expect(refused(() => linked({ query: { bytes: query, imports: named }, index: { bytes: newer } }))).toBe(
      "linked",
    );
  });

  it("a patch release fits", async () => {
    const patched = await component(
      `package test:index@0.1.7; ${API} world w { export api; }`,
      `(module ${ALLOCATOR}
         (func (export "test:index/api@0.1.7#find") (param i32 i32) (result i32) (i32.const 8))
         (func (export "test:index/api@0.1.7#size") (result i32) (i32.const 0)))`,
    );
    const wires = { "test:index/api": "index" };
    expect(
      refused(() => linked({ query: { bytes: query, imports: wires }, index: { bytes: patched } })),
    ).toBe("linked");
  });

  it("versions that do not say which is meant", async () => {
    const importer = await text(`(component
      (import "t:a/b@0.1.0" (instance (export "f" (func)))) (import "t:a/b@0.2.0" (instance (export "f" (func)))))`);
    expect(refused(() => linked({ a: { bytes: importer, imports: { "t:a/b": "b" } } }))).toContain(
      'process "a", imports: "t:a/b" fits t:a/b@0.1.0 and t:a/b@0.2.0; write the version',
    );
    const asking = await text(`(component (import "t:a/b@1.0.0" (instance (export "f" (func)))))`);
    const both = await text(`(component
      (core module $m (func (export "f"))) (core instance $i (instantiate $m))
      (func $f (canon lift (core func $i "f"))) (instance $x (export "f" (func $f)))
      (export "t:a/b@1.1.0" (instance $x)) (export "t:a/b@1.2.0" (instance $x)))`);
    const system = (wire: string | { process: string; interface: string }): string =>
      refused(() => linked({ a: { bytes: asking, imports: { "t:a/b": wire } }, b: { bytes: both } }));
    expect(system("b")).toBe(
      'wiring: process "a" imports "t:a/b@1.0.0" from process "b", and ./b.wasm exports t:a/b@1.1.0 and t:a/b@1.2.0, which all fit\n' +
        'Name one: { process: "b", interface: "t:a/b@1.1.0" }',
    );
    expect(system({ process: "b", interface: "t:a/b@1.2.0" })).toBe("linked");
  });

  it("types that differ, side by side", async () => {
    const other = await component(
      `${PACKAGE} interface api { size: func() -> u64; } world w { export api; }`,
      `(module (func (export "test:index/api@0.1.0#size") (result i64) (i64.const 0)))`,
    );
    const wires = { "test:index/api": "index" };
    expect(refused(() => linked({ query: { bytes: query, imports: wires }, index: { bytes: other } }))).toBe(
      'type: process "query" (./query.wasm) and process "index" (./index.wasm) have different types for the function "size" of "test:index/api@0.1.0":\n' +
        "  query imports  func() -> u32\n" +
        "  index exports  func() -> u64\n" +
        "  They differ at result: u32 there, u64 here.\n" +
        "Build both against the same interface.",
    );
  });

  it("a function that the provider does not have", async () => {
    const less = await component(
      `${PACKAGE} interface api { find: func(text: string) -> list<u32>; } world w { export api; }`,
      `(module ${ALLOCATOR} (func (export "test:index/api@0.1.0#find") (param i32 i32) (result i32) (i32.const 8)))`,
    );
    const wires = { "test:index/api": "index" };
    expect(
      refused(() => linked({ query: { bytes: query, imports: wires }, index: { bytes: less } })),
    ).toContain(
      'imports the function "size" of "test:index/api@0.1.0", and process "index" (./index.wasm) does not have it in "test:index/api@0.1.0". It has: find.',
    );
  });

  it("all problems at once", () => {
    const message = refused(() => linked({ query: { bytes: query }, talker: { bytes: talker } }));
    expect(message).toContain('process "query"');
    expect(message).toContain('process "talker"');
  });

  it("a circle", async () => {
    const [a, b, c] = await Promise.all([ring("a", "b"), ring("b", "c"), ring("c", "a")]);
    const system = {
      a: { bytes: a, imports: { "test:ring/b": "b" } },
      b: { bytes: b, imports: { "test:ring/c": "c" } },
      c: { bytes: c, imports: { "test:ring/a": "a" } },
    };
    expect(refused(() => linked(system))).toContain(
      "cycle: processes call each other in a circle: a → b → c → a\nCalls that run on their caller's stack have to end somewhere",
    );
  });
});

describe("devices", () => {
  it("a device that is not granted", () => {
    expect(refused(() => linked({ talker: { bytes: talker } }))).toBe(
      'wiring: process "talker" (./talker.wasm) imports "atoll:device/console@0.1.0", and is not granted it\n' +
        'In system.ts, process "talker": grants: [console()]; import { console } from "atoll-os"',
    );
  });

  it("a device that does not exist", async () => {
    const bytes = await text(
      `(component (import "atoll:device/colsole@0.1.0" (instance (export "go" (func)))))`,
    );
    expect(refused(() => linked({ a: { bytes, grants: [CLOCK] } }))).toContain(
      'imports "atoll:device/colsole@0.1.0", and Atoll has no such interface. Did you mean "atoll:device/console"?',
    );
  });

  it("a device of another version, or with another type", async () => {
    const newer = await text(
      `(component (import "atoll:device/clock@0.2.0" (instance (export "now" (func (result u64))))))`,
    );
    expect(refused(() => linked({ a: { bytes: newer, grants: [CLOCK] } }))).toContain(
      "and this Atoll has atoll:device in version 0.1.0",
    );
    const wrong = await text(
      `(component (import "atoll:device/clock@0.1.0" (instance (export "now" (func (result s64))))))`,
    );
    expect(refused(() => linked({ a: { bytes: wrong, grants: [CLOCK] } }))).toContain(
      "  a imports                                 func() -> s64\n  Atoll's atoll:device/clock@0.1.0 exports  func() -> u64\n",
    );
  });
});

describe("entries", () => {
  const wired = { "test:index/api": "index" };
  const system = (): Parameters<typeof linked>[0] => ({
    query: { bytes: query, imports: wired },
    index: { bytes: index },
  });
  const cases: [string, SystemConfig["entry"], string][] = [
    ["of no process", "qery", 'entry: there is no process "qery". Did you mean "query"?'],
    [
      "without a function named run",
      "index",
      'expected process "index" (./index.wasm) to export one function named run, found none. It exports: test:index/api@0.1.0#find, test:index/api@0.1.0#size.',
    ],
    [
      "of a function that is not there",
      { process: "query", function: "rnu" },
      'does not export the function "rnu". Did you mean "run"?',
    ],
    [
      "with parameters",
      { process: "query", function: "other" },
      "cannot be where the system starts: it takes parameters. Its type is func(x: string) -> f32.",
    ],
    [
      "with another result",
      { process: "index", function: "test:index/api#find" },
      "cannot be where the system starts",
    ],
  ];
  it.each(cases)("%s", (_, entry, message) => {
    expect(refused(() => linked(system(), entry))).toContain(message);
  });
});

describe("components", () => {
  const cases: [string, string, string][] = [
    [
      "a core module",
      "(module)",
      "component: ./a.wasm: expected a component, found a core module\nA component carries",
    ],
    [
      "a built-in of asynchronous functions",
      `(component (core func (canon backpressure.inc)))`,
      "byte 0xb: canon backpressure.inc: Atoll cannot link that yet",
    ],
    [
      "an imported module",
      `(component (import "m" (core module)))`,
      'not-yet: ./a.wasm: import "m": not supported yet: a core module as import or export',
    ],
    [
      "an export under a name of the linker's",
      `(component (core module $m (func (export "atoll:slots"))) (core instance (instantiate $m)))`,
      'exports "atoll:slots"; names that begin with "atoll:" and have no slash are the linker\'s',
    ],
  ];
  it.each(cases)("%s", async (_, source, message) => {
    const bytes = await text(source);
    expect(refused(() => linked({ a: { bytes } }))).toContain(message);
  });

  it("with no bytes at all, or the first half", () => {
    expect(refused(() => linked({ a: { bytes: new Uint8Array() } }))).toContain("component: ./a.wasm: ");
    expect(refused(() => linked({ a: { bytes: index.slice(0, index.length / 2) } }))).toContain(
      "component: ./a.wasm: ",
    );
  });

  it("with a core module that an engine does not take", async () => {
    const bytes = mutate(
      await text(`(component (core module $m (func (export "f") (result i32) (i32.const 0))))`),
    );
    expect(refused(() => linked({ a: { bytes } }))).toContain(
      "component: ./a.wasm: component / core module 0, byte 0xa: invalid core module: ",
    );
  });

  it("that was not given", () => {
    const config: SystemConfig = { name: "s", processes: { a: { component: "./a.wasm" } } };
    expect(refused(() => link({ config, components: new Map() }))).toBe(
      'config: process "a": no bytes were given for the component ./a.wasm',
    );
  });
});

describe("quotas", () => {
  it("a component that starts with more memory than allowed", async () => {
    const bytes = await text(
      `(component (core module $m (memory 3) (func $f) (start $f)) (core instance (instantiate $m)))`,
    );
    expect(refused(() => linked({ a: { bytes, quotas: { memory: 131072 } } }))).toBe(
      'limit: process "a": ./a.wasm starts with 196608 bytes of linear memory, and quotas.memory is 131072\nAllow at least 196608.',
    );
  });
});

/** Turns `i32.const 0; end` into `i64.const 0; end`. */
function mutate(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const at = copy.findIndex((byte, i) => byte === 0x41 && copy[i + 1] === 0 && copy[i + 2] === 0x0b);
  copy[at] = 0x42;
  return copy;
}
