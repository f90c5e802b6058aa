/**
 * A fused domain: what is left of the calls inside it, and that it does what it did unfused.
 */
import { beforeAll, describe, expect, it } from "vitest";
import {
  describePlan,
  printDescription,
  type LinkInput,
  type LinkResult,
} from "../../../../toolchain/link/index.ts";
import { parsePlan, serialisePlan } from "../../../../toolchain/link/plan-file.ts";
import { functionNames } from "../../../../toolchain/link/rewrite/name-section.ts";
import { decodeModule, readInstructions, type CoreModule } from "../../../../toolchain/wasm/index.ts";
import { bringUp, consoleInto, runEntry } from "../bring-up.ts";
import { ALLOCATOR, component, CONSOLE, linked } from "../guests.ts";

const WORDS_WIT = `
  interface api {
    add: func(a: u32, b: u32) -> u32;
    shout: func(text: string) -> string;
    spare: func(x: u8);
  }`;

/** Adds, and returns its text as it got it. */
const wordsWat = `(module ${ALLOCATOR}
  (func $unused (export "test:words/api@1.2.0#spare") (param i32) (i32.store (i32.const 77777) (local.get 0)))
  (func (export "test:words/api@1.2.0#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
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

function system(options: Pick<LinkInput, "called" | "optimised"> = {}): LinkResult {
  return linked(
    {
      main: { bytes: main, imports: { "test:words/api": "words" }, grants: [CONSOLE], domain: "both" },
      words: { bytes: words, domain: "both" },
    },
    "main",
    options,
  );
}

function fusedModule({ plan }: LinkResult): CoreModule {
  const bytes = plan.modules[plan.root.domains?.[0]?.module ?? -1]?.bytes;
  return decodeModule(bytes ?? new Uint8Array());
}

describe("a fused domain", () => {
  it.each([true, false])("does what it did unfused (optimised: %s)", (optimised) => {
    const lines: string[] = [];
    const running = bringUp(system({ optimised }).plan, consoleInto(lines));
    expect(runEntry(running)).toEqual({ code: 42, message: "" });
    expect(lines).toEqual(["hä!"]);
  });

  it("has no import, no adapter and no call for the calls inside it", () => {
    const result = system();
    const module = fusedModule(result);
    expect(module.imports).toEqual([]);
    const edge = result.plan.root.edges.find(({ binding }) => binding === "fused");
    expect(edge?.adapters).toEqual([]);
    // Of the provider only code that the caller's functions took over is left.
    const names = [...functionNames(module).values()];
    expect(names).toContain("main!run");
    expect(names.filter((name) => name.startsWith("words!") && name.endsWith("#add"))).toEqual([]);
    expect(names).toContain("main!_initialize");
    expect(callees(module, "main!_initialize")).toEqual([]);
  });

  it("keeps what the plan names, and nothing else", () => {
    const exported = fusedModule(system()).exports.map(({ name }) => name);
    expect(exported.toSorted()).toEqual([
      "main 0 _initialize",
      "main 0 atoll:slots",
      "main 0 memory",
      "main 0 run",
      "words 0 memory",
    ]);
  });

  it("is described with its members, and with what they were before", () => {
    const result = system({ optimised: false });
    const { processes, sizes } = describePlan(result.plan);
    expect(processes.map(({ name, domain, blastSet }) => [name, domain, blastSet])).toEqual([
      ["words", "both", ["main"]],
      ["main", "both", ["words"]],
    ]);
    const [toWords] = processes.find(({ name }) => name === "main")?.imports ?? [];
    expect(toWords?.functions.map(({ name, binding }) => [name, binding])).toEqual([
      ["add", "fused"],
      ["shout", "fused"],
    ]);
    expect(sizes.components).toEqual([]);
    const [both] = sizes.domains;
    expect(both?.parts.map(({ process, adapterBytes }) => [process, adapterBytes > 0])).toEqual([
      ["words", false],
      ["main", true],
    ]);
    expect(both?.bytes).toBe(result.plan.modules[result.plan.root.domains?.[0]?.module ?? -1]?.bytes.length);
    expect(printDescription(describePlan(result.plan))).toMatch(
      /^ {2}fused into both: words [\d,]+, main [\d,]+, adapters between them [\d,]+; [\d,]+ became [\d,]+$/m,
    );
  });

  it("comes out of its file as it went in", () => {
    const { plan } = system({ optimised: false });
    expect(parsePlan(serialisePlan(plan))).toEqual(plan);
  });

  it("keeps exported functions where the system is called from outside", () => {
    const { plan } = system({ called: true, optimised: false });
    const exports = plan.templates.map((template) => template.exports.map(({ name }) => name));
    expect(exports.flat().toSorted()).toEqual([
      "run",
      "test:words/api@1.2.0#add",
      "test:words/api@1.2.0#shout",
      "test:words/api@1.2.0#spare",
    ]);
  });
});

/** Names of the functions that a function calls. */
function callees(module: CoreModule, caller: string): (string | undefined)[] {
  const names = functionNames(module);
  const func = [...names].find(([, name]) => name === caller)?.[0] ?? -1;
  const found: (string | undefined)[] = [];
  for (const cursor of readInstructions(module.code[func]?.code ?? Uint8Array.of(0x0b))) {
    if (cursor.mnemonic.startsWith("call")) found.push(names.get(cursor.operand(0).value));
  }
  return found;
}
