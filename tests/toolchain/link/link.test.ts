/**
 * Systems that link: what the plan holds, and that it runs.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { describePlan, link, printDescription } from "../../../toolchain/link/index.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { bringUp, call, consoleInto, runEntry } from "./bring-up.ts";
import { ALLOCATOR, component, CONSOLE, linked } from "./guests.ts";
import { FUSED } from "../../fused/mode.ts";

const WORDS_WIT = `
  interface api {
    add: func(a: u32, b: u32) -> u32;
    shout: func(text: string) -> string;
    spare: func(x: u8);
  }`;

/** Adds, and returns its text as it got it. */
const wordsWat = `(module ${ALLOCATOR}
  (func (export "test:words/api@1.2.0#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "test:words/api@1.2.0#spare") (param i32))
  (func (export "test:words/api@1.2.0#shout") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0))
    (i32.store (i32.const 20) (local.get 1))
    (i32.const 16)))`;

/** Writes what `shout` returns, and ends with 40 + 2. */
const mainWat = `(module
  (import "test:words/api@1.2.0" "add" (func $add (param i32 i32) (result i32)))
  (import "test:words/api@1.2.0" "shout" (func $shout (param i32 i32 i32)))
  (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
  ${ALLOCATOR}
  (global $ready (mut i32) (i32.const 0))
  (data (i32.const 100) "h\\c3\\a4!")
  (func (export "_initialize") (global.set $ready (call $add (i32.const 30) (i32.const 10))))
  (func (export "run") (result i32)
    (call $shout (i32.const 100) (i32.const 4) (i32.const 64))
    (call $write (i32.load (i32.const 64)) (i32.load (i32.const 68)))
    (i32.store8 (i32.const 32) (i32.const 0))
    (i32.store (i32.const 36) (call $add (global.get $ready) (i32.const 2)))
    (i32.const 32)))`;

let words: Uint8Array;
let main: Uint8Array;

beforeAll(async () => {
  words = await component(`package test:words@1.2.0; ${WORDS_WIT} world w { export api; }`, wordsWat);
  main = await component(
    `package test:words@1.2.0; ${WORDS_WIT}
     world w { import api; import atoll:device/console@0.1.0; export run: func() -> result<u32, string>; }`,
    mainWat,
    "utf8",
  );
});

function system(): ReturnType<typeof linked> {
  return linked(
    {
      main: { bytes: main, imports: { "test:words/api": "words" }, grants: [CONSOLE] },
      words: { bytes: words },
    },
    "main",
  );
}

describe("a linked system", () => {
  it("runs: strings cross, initialisers come first, the result is the exit code", () => {
    const lines: string[] = [];
    const running = bringUp(system().plan, consoleInto(lines));
    expect(runEntry(running)).toEqual({ code: 42, message: "" });
    expect(lines).toEqual(["hä!"]);
  });

  it.skipIf(FUSED)(
    "binds numbers to the callee itself, strings by adapter, and unused functions not at all",
    () => {
      const { processes } = describePlan(system().plan);
      const [words, console] = processes.find((p) => p.name === "main")?.imports ?? [];
      expect(words?.functions.map(({ name, binding }) => [name, binding])).toEqual([
        ["add", "direct"],
        ["shout", "adapter"],
      ]);
      expect(console?.provider).toEqual({ kind: "device", name: "console" });
    },
  );

  it("has one core instance for a component with a shim and fixups, and its initialiser", () => {
    const template = system().plan.templates.find((t) => t.name === "main");
    expect(template?.instances).toHaveLength(1);
    expect(template?.instances[0]?.imports).toEqual([]);
    expect(template?.initialisers).toEqual([{ instance: 0, export: "_initialize" }]);
  });

  it("puts providers before consumers", () => {
    expect(system().plan.root.processes.map((p) => p.name)).toEqual(["words", "main"]);
  });

  it("is the same bytes from the same inputs, however the processes are listed", () => {
    const other = linked(
      {
        words: { bytes: words },
        main: { bytes: main, imports: { "test:words/api@1.2.0": "words" }, grants: [CONSOLE] },
      },
      "main",
    );
    expect(serialisePlan(other.plan)).toEqual(serialisePlan(system().plan));
  });

  it("runs from its file", () => {
    const lines: string[] = [];
    expect(runEntry(bringUp(parsePlan(serialisePlan(system().plan)), consoleInto(lines))).code).toBe(42);
    expect(lines).toEqual(["hä!"]);
  });

  it.skipIf(FUSED)(
    "shares a template between processes of one component, each with its own state",
    async () => {
      const counter = await component(
        "package test:c; interface api { next: func() -> u32; } world w { export api; }",
        `(module (global $n (mut i32) (i32.const 0)) (func (export "test:c/api#next") (result i32)
         (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))`,
      );
      const { plan } = linked({ a: { bytes: counter }, b: { bytes: counter } });
      expect(plan.templates).toHaveLength(1);
      const running = bringUp(plan);
      expect([1, 2].map(() => call(running, "a", "test:c/api#next"))).toEqual([1, 2]);
      expect(call(running, "b", "test:c/api#next")).toBe(1);
    },
  );

  it("needs no entry, and then has none", () => {
    const { plan, warnings } = linked({ words: { bytes: words } });
    expect(plan.root.entry).toBeUndefined();
    expect(plan.root.transfer).toBeUndefined();
    expect(warnings).toEqual([]);
    expect(plan.templates[0]?.exports.map((e) => [e.name, e.encoding, e.memory !== undefined])).toEqual([
      ["test:words/api@1.2.0#add", "utf8", false],
      ["test:words/api@1.2.0#shout", "utf16", true],
      ["test:words/api@1.2.0#spare", "utf8", false],
    ]);
  });

  it("warns about a grant that nothing imports", () => {
    const { warnings } = linked({ words: { bytes: words, grants: [CONSOLE] } });
    expect(warnings).toEqual([
      'process "words" is granted atoll:device/console, and ./words.wasm does not import it',
    ]);
  });

  it("counts its calls when it is linked to be measured, and does the same", () => {
    const { plan } = link({
      config: {
        name: "test",
        processes: {
          main: { component: "main", imports: { "test:words/api": "words" }, grants: [CONSOLE] },
          words: { component: "words" },
        },
        entry: "main",
      },
      components: new Map([
        ["main", main],
        ["words", words],
      ]),
      meter: true,
    });
    const lines: string[] = [];
    const running = bringUp(parsePlan(serialisePlan(plan)), consoleInto(lines));
    expect(runEntry(running).code).toBe(42);
    expect(lines).toEqual(["hä!"]);
    const counted = running.readings().map((r) => [r.consumer, r.provider, r.function, r.calls]);
    expect(counted).toEqual([
      ["main", "words", "add", 2],
      ["main", "words", "shout", 1],
    ]);
    expect(bringUp(system().plan, consoleInto([])).readings()).toEqual([]);
  });

  it("lets a process stand in for a device", async () => {
    const log = await component(
      "package test:log; world w { export atoll:device/console@0.1.0; export last: func() -> u32; }",
      `(module ${ALLOCATOR} (global $n (mut i32) (i32.const 0))
         (func (export "atoll:device/console@0.1.0#write-line") (param i32 i32) (global.set $n (local.get 1)))
         (func (export "atoll:device/console@0.1.0#read-line") (result i32) unreachable)
         (func (export "last") (result i32) (global.get $n)))`,
    );
    const { plan } = linked(
      {
        main: { bytes: main, imports: { "test:words/api": "words", "atoll:device/console": "log" } },
        words: { bytes: words },
        log: { bytes: log },
      },
      "main",
    );
    const running = bringUp(plan);
    expect(runEntry(running).code).toBe(42);
    expect(call(running, "log", "last")).toBe(3);
  });

  it.skipIf(FUSED)("is described with everything that each process may do", () => {
    const text = printDescription(describePlan(system().plan));
    expect(text).toContain("system test: 2 processes");
    expect(text).toContain("starts at main: run");
    expect(text).toContain("├─ test:words/api@1.2.0 → words");
    expect(text).toContain("├─ may be called by main");
    expect(text).toContain("├─ falls when one of these does: words");
    expect(text).toContain("granted: console");
    expect(text).toContain('shout: func(text: string) -> string  by adapter: parameter "text" is a string');
  });
});

describe("an entry", () => {
  const cases: [string, string, { code: number; message: string }][] = [
    ["func()", "", { code: 0, message: "" }],
    ["func() -> u8", "(i32.const 7)", { code: 7, message: "" }],
    ["func() -> s64", "(i64.const 300)", { code: 1, message: "" }],
    ["func() -> result", "(i32.const 1)", { code: 1, message: "" }],
  ];
  it.each(cases)("%s ends with its exit code", async (type, body, expected) => {
    const core = type === "func()" ? "" : `(result ${type.includes("64") ? "i64" : "i32"})`;
    const bytes = await component(
      `package test:e; world w { export run: ${type}; }`,
      `(module (func (export "run") ${core} ${body}))`,
    );
    expect(runEntry(bringUp(linked({ e: { bytes } }, "e").plan))).toEqual(expected);
  });

  it("hands on the message of an error", async () => {
    const bytes = await component(
      "package test:e; interface main { run: func() -> result<_, string>; } world w { export main; }",
      `(module (memory (export "memory") 1) (data (i32.const 8) "\\01\\00\\00\\00\\40\\00\\00\\00\\02\\00\\00\\00")
         (data (i32.const 64) "n\\00o\\00") (func (export "test:e/main#run") (result i32) (i32.const 8)))`,
    );
    expect(runEntry(bringUp(linked({ e: { bytes } }, "e").plan))).toEqual({ code: 1, message: "no" });
    for (const name of ["test:e/main#run", "run"]) {
      const named = linked({ e: { bytes } }, { process: "e", function: name });
      expect(named.plan.root.entry?.function).toBe("test:e/main#run");
    }
  });
});
