/**
 * A rewritten module does what it did, and each byte of its code can be found again.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import {
  CodeWriter,
  decodeModule,
  encodeModule,
  index,
  ModuleBuilder,
  readInstructions,
  type CoreModule,
} from "../../../toolchain/wasm/index.ts";
import { RESERVED } from "../../../toolchain/link/plan.ts";
import { rewriteModule } from "../../../toolchain/link/rewrite/rewrite.ts";

const UNARY = { params: ["i32"], results: ["i32"] } as const;
const IMPORTS = 4;
const FUNCTIONS = 3;
const RUNS = { numRuns: 150, seed: 20261121 };

/** One step of a generated function; its argument is on the stack before and after. */
type Step = readonly [kind: number, operand: number];
const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(8), fc.nat(200));
const bodies = fc.array(fc.array(step, { maxLength: 12 }), { minLength: FUNCTIONS, maxLength: FUNCTIONS });

/** What the rewriter adds on request. */
const additions = fc.constantFrom({}, { fuel: true }, { fuel: true, reset: true }, { reset: true });

/** Functions `f0…` of one i32, which call imports, each other, and through a table. */
function generate(program: readonly (readonly Step[])[]): CoreModule {
  const module = new ModuleBuilder();
  const type = module.addType(UNARY);
  for (let i = 0; i < IMPORTS; i++) module.importFunc("env", `i${i}`, type);
  const size = BigInt(IMPORTS + FUNCTIONS);
  const table = module.addTable({
    type: { element: { nullable: true, heap: "func" }, limits: { min: size } },
  });
  const all = Array.from({ length: IMPORTS + FUNCTIONS }, (_, func) => index<never>(func));
  module.addElements({
    mode: { kind: "active", into: table, offset: new CodeWriter().i32Const(0).end().bytes() },
    type: { nullable: true, heap: "func" },
    items: { kind: "funcs", funcs: all },
  });
  program.forEach((steps, at) => {
    const code = new CodeWriter().localGet(0);
    for (const [kind, operand] of steps) {
      if (kind < 3) code.call(index(operand % IMPORTS));
      else if (kind === 3 && at > 0) code.call(index(IMPORTS + (operand % at)));
      else if (kind === 4) code.i32Const(operand % IMPORTS).callIndirect(type, table);
      else if (kind === 5) code.i32Const(operand).op("i32.mul");
      else if (kind === 6) code.block(type).i32Const(operand).op("i32.xor").end();
      else if (kind === 7)
        code.localTee(0).i32Const(operand).op("i32.eq").if().op("unreachable").end().localGet(0);
      else code.i32Const(operand * 100_000).op("i32.add");
    }
    const func = module.addFunc({ type, code: code.end() });
    module.exportFunc(`f${at}`, func);
  });
  module.export({ name: "again", kind: "func", index: index(1) });
  return decodeModule(encodeModule(module.build()).bytes);
}

/** What an import does, as an exported function: only those fit into a table. */
function imported(i: number, log: string[]): WebAssembly.ExportValue {
  const module = new ModuleBuilder();
  module.exportFunc("f", module.importFunc("", "f", UNARY));
  const f = (x: number): number => {
    log.push(`i${i}(${x})`);
    return (x * 3 + i) | 0;
  };
  const { bytes } = encodeModule(module.build());
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { "": { f } }).exports["f"] as never;
}

function environment(log: string[]): WebAssembly.Imports {
  const functions = Array.from({ length: IMPORTS }, (_, i) => [`i${i}`, imported(i, log)]);
  return { env: Object.fromEntries(functions) as WebAssembly.ModuleImports };
}

interface Tried {
  readonly results: unknown[];
  readonly log: string[];
  /** Byte offset in the module at which each trap happened. */
  readonly traps: number[];
}

function tryAll(instance: WebAssembly.Instance, log: string[], args: readonly number[]): Tried {
  const results: unknown[] = [];
  const traps: number[] = [];
  for (const name of ["f0", "f1", "f2", "again"]) {
    for (const arg of args) {
      try {
        results.push((instance.exports[name] as (x: number) => unknown)(arg));
      } catch (error) {
        results.push("trap");
        const stack = error instanceof Error ? (error.stack ?? "") : "";
        traps.push(Number(/:(0x[0-9a-f]+)/.exec(stack)?.[1]));
      }
    }
  }
  return { results, log, traps };
}

function instantiated(bytes: Uint8Array, imports: WebAssembly.Imports): WebAssembly.Instance {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), imports);
}

describe("the rewriter", () => {
  it("changes nothing that a module does, whichever of its imports leave", () => {
    const outward = fc.uniqueArray(fc.nat(IMPORTS - 1));
    fc.assert(
      fc.property(
        bodies,
        outward,
        fc.array(fc.nat(300), { minLength: 1, maxLength: 4 }),
        additions,
        (program, out, args, added) => {
          const module = generate(program);
          const leaving = new Map(out.map((i) => [i, `ns:p/i#${i}`]));
          const made = rewriteModule(module, {
            name: "m",
            outward: leaving,
            mayLeave: true,
            exportStart: false,
            ...added,
          });
          const [before, after]: [string[], string[]] = [[], []];
          const old = tryAll(instantiated(encodeModule(module).bytes, environment(before)), before, args);
          const fuel = new WebAssembly.Global({ value: "i64", mutable: true }, 1_000_000n);
          const instance = instantiated(made.bytes, {
            ...environment(after),
            [RESERVED.fuel]: { "": fuel },
          });
          if (added.reset === true) (instance.exports[RESERVED.reset] as () => void)();
          const table = instance.exports[RESERVED.slots] as WebAssembly.Table | undefined;
          made.slots.forEach((func, entry) => table?.set(entry, imported(func, after)));
          expect(table?.length ?? 0).toBe(made.slots.length + (made.sliceEnded === undefined ? 0 : 1));
          const now = tryAll(instance, after, args);
          expect({ results: now.results, log: now.log }).toEqual({ results: old.results, log: old.log });
          expect(now.traps).toEqual(old.traps.map((at) => made.offsets.get(at)));
          const left = WebAssembly.Module.imports(new WebAssembly.Module(made.bytes as never)).map(
            (i) => i.name,
          );
          expect(left.filter((name) => name !== "")).toEqual(
            [0, 1, 2, 3].filter((i) => !out.includes(i)).map((i) => `i${i}`),
          );
        },
      ),
      RUNS,
    );
  });

  it("maps every instruction to where it went", () => {
    fc.assert(
      fc.property(bodies, additions, (program, added) => {
        const module = generate(program);
        const old = encodeModule(module).bytes;
        const outward = new Map([
          [1, "a"],
          [3, "b"],
        ]);
        const { bytes, offsets } = rewriteModule(module, {
          name: "m",
          outward,
          mayLeave: false,
          exportStart: false,
          ...added,
        });
        for (const body of module.code) {
          for (const cursor of readInstructions(body.code)) {
            const from = body.offset + cursor.start;
            const to = offsets.get(from);
            expect(to).toBeDefined();
            const leaves = cursor.mnemonic === "call" && outward.has(cursor.operand(0).value);
            expect(bytes[to ?? 0]).toBe(leaves ? 0x41 : old[from]);
          }
        }
      }),
      RUNS,
    );
  });

  it("names functions, imports that left, and the module", () => {
    const module = generate([[[0, 0]], [], []]);
    const { bytes } = rewriteModule(module, {
      name: "query.1",
      outward: new Map([[0, "ns:p/i@1.0.0#go"]]),
      mayLeave: false,
      exportStart: false,
    });
    const text = new TextDecoder().decode(bytes);
    for (const name of ["query.1", "import: ns:p/i@1.0.0#go", "f0", "again"]) expect(text).toContain(name);
  });

  it("carries the source map along, and drops other custom sections", () => {
    const module = generate([
      [
        [0, 0],
        [1, 1],
        [7, 5],
      ],
      [],
      [],
    ]);
    const body = module.code[0];
    const starts = Array.from(
      readInstructions(body?.code ?? new Uint8Array()),
      (cursor) => (body?.offset ?? 0) + cursor.start,
    );
    // Instruction n comes from line n + 1.
    const mappings = starts.map((at, n) => [at, 0, n, 0]);
    const map = { version: 3, sources: ["app.ts"], names: [], mappings: encode(mappings) };
    const customs = [
      { name: "atoll:source-map", bytes: new TextEncoder().encode(JSON.stringify(map)), after: 11 },
      { name: "producers", bytes: new Uint8Array([0]), after: 11 },
    ];
    const made = rewriteModule(
      { ...module, customs },
      {
        name: "m",
        outward: new Map([
          [0, "a"],
          [1, "b"],
        ]),
        mayLeave: false,
        exportStart: false,
      },
    );
    const traced = new TraceMap(made.sourceMap ?? "");
    starts.forEach((at, n) => {
      const column = made.offsets.get(at) ?? -1;
      expect(originalPositionFor(traced, { line: 1, column })).toMatchObject({
        source: "app.ts",
        line: n + 1,
      });
    });
    const names = decodeModule(made.bytes).customs.map((custom) => custom.name);
    expect(names).toEqual(["name"]);
  });

  it.each([
    "{",
    "[]",
    '{"version":2}',
    '{"version":3,"sources":[],"mappings":"!!!!"}',
    '{"version":3,"sources":[],"mappings":"AAAAAAAAAA"}',
  ])("links a module whose source map is %s", (text) => {
    const module = generate([[], [], []]);
    const customs = [{ name: "atoll:source-map", bytes: new TextEncoder().encode(text), after: 11 }];
    const options = { name: "m", outward: new Map<number, string>(), mayLeave: false, exportStart: false };
    expect(() => rewriteModule({ ...module, customs }, options)).not.toThrow();
  });

  it("bounds memories", () => {
    const builder = new ModuleBuilder();
    builder.export({ name: "m", kind: "memory", index: builder.addMemory({ min: 1n }) });
    const options = { name: "m", outward: new Map<number, string>(), mayLeave: false, exportStart: false };
    const { bytes } = rewriteModule(builder.build(), { ...options, memoryLimits: new Map([[0, 131072]]) });
    const memory = instantiated(bytes, {}).exports["m"] as WebAssembly.Memory;
    expect(memory.grow(1)).toBe(1);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });
});

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Mappings of one line, each [column, source, line, column]. */
function encode(segments: readonly (readonly number[])[]): string {
  let last = [0, 0, 0, 0];
  return segments
    .map((segment) => {
      const digits = segment.map((value, i) => vlq(value - (last[i] ?? 0))).join("");
      last = [...segment];
      return digits;
    })
    .join(",");
}

function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
