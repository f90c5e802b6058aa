/**
 * Handles of every kind inside random types: emitted adapters do what the reference does.
 *
 * Both ends hold owns of two resources, one that the callee implements and one of
 * somebody else. Indices in a call are mostly of handles that are there, often the
 * same one twice; the callee drops what it has borrowed, or forgets one.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  HandleTable,
  handlesOfFunction,
  liftParams,
  liftResult,
  lowerParams,
  lowerResult,
  flattenFunction,
  Subtask,
  Trap,
  type ComponentValue,
  type FunctionType,
  type HandleType,
  type ResourceType,
  type ValueType,
} from "../../../../toolchain/abi/index.ts";
import { emitAdapter } from "../../../../toolchain/link/adapter/index.ts";
import { builtinModule } from "../../../../toolchain/link/handles/builtins.ts";
import { MAX_ENTRIES } from "../../../../toolchain/link/handles/layout.ts";
import { handleModule } from "../../../../toolchain/link/handles/module.ts";
import { HANDLE_LAYOUT } from "../../../../toolchain/link/plan.ts";
import { encodeModule, type CoreModule } from "../../../../toolchain/wasm/index.ts";
import { arbitraryCall } from "../../abi/generate.ts";
import { callThrough, End, PAIRS, runs, type Core, type Encoding } from "./ends.ts";

/** The callee implements `here`. */
const [here, there]: [ResourceType, ResourceType] = [{}, {}];
const RESOURCES = [here, there];
const OWNS: ValueType[] = RESOURCES.map((resource) => ({ kind: "own", resource }));
const BORROWS: ValueType[] = RESOURCES.map((resource) => ({ kind: "borrow", resource }));
const HELD = 12;
const [CALLER, CALLEE] = [0, 1];
const { table: TABLE, entry: ENTRY, entrySize: ENTRY_SIZE } = HANDLE_LAYOUT;

const repOf = (side: number, index: number): number => 1000 * (side + 1) + index;
const resourceOf = (index: number): ResourceType => RESOURCES[index % 2] as ResourceType;

function compiled(module: CoreModule): WebAssembly.Module {
  return new WebAssembly.Module(encodeModule(module).bytes);
}
const OWNERS = [CALLER, CALLEE].map((owner) => ({ owner, limit: MAX_ENTRIES }));
const HANDLES = compiled(handleModule(OWNERS, RESOURCES.length));
const DROP = compiled(
  builtinModule([{ name: "drop", kind: "resource.drop", resource: 0 }], { mayLeave: false }),
);

interface Entry {
  readonly resource: ResourceType | undefined;
  readonly own: boolean;
  readonly rep: number;
}

/** The linked tables, filled. */
class Linked {
  readonly exports: WebAssembly.Exports = new WebAssembly.Instance(HANDLES, {}).exports;

  constructor() {
    for (const side of [CALLER, CALLEE]) {
      for (let i = 1; i <= HELD; i++) {
        const kind = this.#number(`type ${RESOURCES.indexOf(resourceOf(i))}`);
        (this.exports["add"] as Core)(this.#number(`table ${side}`), kind, repOf(side, i), 0);
      }
    }
  }

  /** What a handle is; undefined when there is none. */
  entry(side: number, index: number): Entry | undefined {
    const view = new DataView((this.exports["memory"] as WebAssembly.Memory).buffer);
    const table = this.#number(`table ${side}`);
    if (index >= view.getUint32(table + TABLE.length, true)) return undefined;
    const at = view.getUint32(table + TABLE.base, true) + index * ENTRY_SIZE;
    const kind = view.getUint32(at + ENTRY.kind, true);
    if (kind === 0) return undefined;
    expect(view.getUint32(at + ENTRY.lends, true)).toBe(0);
    const resource = RESOURCES.find((_, i) => this.#number(`type ${i}`) === (kind | 1));
    return { resource, own: kind % 2 === 1, rep: view.getUint32(at + ENTRY.rep, true) };
  }

  /** The callee's `resource.drop` of `there`. */
  drop(index: number): void {
    const handles = { ...this.exports, "type 0": this.exports["type 1"] };
    const caller = { table: this.exports["table 1"] };
    const { exports } = new WebAssembly.Instance(DROP, { handles, caller } as WebAssembly.Imports);
    (exports["drop"] as Core)(index);
  }

  /** Of the stack of loans. */
  get top(): number {
    return this.#number("loans");
  }

  #number(name: string): number {
    return (this.exports[name] as WebAssembly.Global<"i32">).value >>> 0;
  }
}

function referenceTable(side: number): HandleTable {
  const table = new HandleTable();
  for (let i = 1; i <= HELD; i++) table.add({ resource: resourceOf(i), rep: repOf(side, i), lends: 0 });
  return table;
}

function connect(
  type: FunctionType,
  from: Encoding,
  to: Encoding,
  linked: Linked,
  ends: [End, End],
  f: Core,
): Core {
  const side = { memory: true, realloc: true };
  const module = emitAdapter({
    caller: { ...side, encoding: from },
    callee: { ...side, encoding: to },
    functions: [{ name: "f", type, postReturn: false }],
    resources: new Map([
      [here, { position: 0, calleeImplements: true }],
      [there, { position: 1, calleeImplements: false }],
    ]),
    callsBack: false,
    callerMayLeave: false,
    marksCallee: false,
    calleeMayLeave: false,
  });
  const [caller, callee] = ends.map((end, i) => ({
    memory: end.memory,
    realloc: end.realloc,
    table: linked.exports[`table ${i}`],
  }));
  const imports = { caller, callee, handles: linked.exports, function: { f } } as WebAssembly.Imports;
  return new WebAssembly.Instance(compiled(module), imports).exports["f"] as Core;
}

/** With indices as plain numbers. */
function plain(type: ValueType): ValueType {
  return mapped(type, () => ({ kind: "u32" }));
}

function mapped(type: ValueType, handle: (type: HandleType) => ValueType): ValueType {
  const go = (t: ValueType): ValueType => mapped(t, handle);
  switch (type.kind) {
    case "own":
    case "borrow":
      return handle(type);
    case "list":
      return { ...type, element: go(type.element) };
    case "map":
      return { ...type, value: go(type.value) };
    case "option":
      return { ...type, type: go(type.type) };
    case "tuple":
      return { ...type, types: type.types.map(go) };
    case "record":
      return { ...type, fields: type.fields.map((f) => ({ ...f, type: go(f.type) })) };
    case "variant":
      return { ...type, cases: type.cases.map((c) => (c.type ? { ...c, type: go(c.type) } : c)) };
    case "result":
      return { ...type, ...(type.ok && { ok: go(type.ok) }), ...(type.err && { err: go(type.err) }) };
    default:
      return type;
  }
}

/** The handles in a value, in order, with their types. */
function handlesOf(
  value: ComponentValue | undefined,
  type: ValueType,
): { type: HandleType; value: number }[] {
  const all = (values: readonly unknown[], types: readonly ValueType[]): ReturnType<typeof handlesOf> =>
    values.flatMap((v, i) => handlesOf(v as ComponentValue, types[i] as ValueType));
  const payload = (label: string): ValueType | undefined => {
    if (type.kind === "variant") return type.cases.find((c) => c.label === label)?.type;
    if (type.kind === "option") return label === "some" ? type.type : undefined;
    if (type.kind === "result") return label === "ok" ? type.ok : type.err;
    return undefined;
  };
  switch (type.kind) {
    case "own":
    case "borrow":
      return [{ type, value: value as number }];
    case "list":
      return all([...(value as ComponentValue[])], Array(HELD).fill(type.element));
    case "map":
      return (value as ComponentValue[][]).flatMap(([, v]) => handlesOf(v, type.value));
    case "tuple":
      return all(value as ComponentValue[], type.types);
    case "record": {
      const record = value as Record<string, ComponentValue>;
      return type.fields.flatMap((f) => handlesOf(record[f.label], f.type));
    }
    case "variant":
    case "option":
    case "result": {
      const { case: label, value: inner } = value as { case: string; value?: ComponentValue };
      const inside = payload(label);
      return inside === undefined ? [] : handlesOf(inner, inside);
    }
    default:
      return [];
  }
}

/** Each handle as `own` or `borrow` of one of the two resources, with its rep. */
type Seen = { readonly kind: "own" | "borrow"; readonly resource: number; readonly rep: number };

function seen({ kind, resource }: HandleType, rep: number): Seen {
  return { kind, resource: RESOURCES.indexOf(resource), rep };
}

/** What has arrived at a side: an entry of its table, or the rep where the resource is its own. */
function arrived(linked: Linked, side: number, { type, value }: { type: HandleType; value: number }): Seen {
  if (side === CALLEE && type.kind === "borrow" && type.resource === here) return seen(type, value);
  const entry = linked.entry(side, value);
  expect(entry).toMatchObject({ own: type.kind === "own" });
  expect(entry?.resource).toBe(type.resource);
  return seen(type, entry?.rep ?? -1);
}

function sameTable(linked: Linked, reference: HandleTable, side: number): void {
  for (let i = 1; i <= HELD; i++) {
    let expected: Entry | undefined;
    try {
      const { resource, rep } = reference.get(i);
      expected = { resource, own: true, rep };
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
    }
    expect(linked.entry(side, i)).toEqual(expected);
  }
}

type Outcome = { readonly handles: readonly Seen[] } | "trap";

function outcome(run: () => readonly Seen[]): Outcome {
  try {
    return { handles: run() };
  } catch (error) {
    if (error instanceof Trap || error instanceof WebAssembly.RuntimeError) return "trap";
    throw error;
  }
}

describe.each(PAIRS)("from a caller in %s to a callee in %s", (from, to) => {
  test("handles in parameters", () => {
    const outcomes = { trap: 0, passed: 0 };
    fc.assert(
      fc.property(arbitraryCall({ handles: [...OWNS, ...BORROWS] }), fc.nat(5), (call, forgets) => {
        const type: FunctionType = { async: false, params: call.type.params };
        fc.pre(handlesOfFunction(type).length > 0);
        const types = type.params.map((param) => param.type);
        const view = { ...type, params: type.params.map((p) => ({ ...p, type: plain(p.type) })) };
        const [caller, callee] = [new End(from), new End(to)];
        const flat = lowerParams(caller, view, call.args);
        const [table, subtask] = [referenceTable(CALLER), new Subtask()];
        const expected = outcome(() => {
          const options = Object.assign(caller, { handles: { table, subtask, implements: () => false } });
          const found = liftParams(options, type, flat).flatMap((v, i) =>
            handlesOf(v, types[i] as ValueType),
          );
          const reps = found.map((handle) => seen(handle.type, handle.value));
          const borrowed = reps.filter(({ kind, resource }) => kind === "borrow" && resource === 1);
          if (forgets === 0 && borrowed.length > 0)
            throw new Trap("a borrowed handle must be dropped", "Tasks");
          subtask.deliver();
          return reps;
        });
        const linked = new Linked();
        const { top } = linked;
        const found = outcome(() => {
          let reps: Seen[] = [];
          const func = connect(type, from, to, linked, [caller, callee], (...values) => {
            const handles = liftParams(callee, view, values).flatMap((v, i) =>
              handlesOf(v, types[i] as ValueType),
            );
            reps = handles.map((handle) => arrived(linked, CALLEE, handle));
            const borrowed = handles.filter((h) => h.type.kind === "borrow" && h.type.resource === there);
            for (const { value } of borrowed.slice(forgets === 0 ? 1 : 0)) linked.drop(value);
            return undefined;
          });
          func(...flat);
          return reps;
        });
        expect(found).toEqual(expected);
        outcomes[found === "trap" ? "trap" : "passed"]++;
        if (found === "trap") return;
        sameTable(linked, table, CALLER);
        expect(linked.top).toBe(top);
        expect(callee.strayWrites()).toEqual([]);
      }),
      // Both outcomes have to come.
      { ...runs(from, to, 150), numRuns: 150 },
    );
    expect(Math.min(outcomes.trap, outcomes.passed)).toBeGreaterThan(15);
  });

  test("owns in results", () => {
    fc.assert(
      fc.property(arbitraryCall({ handles: OWNS }), ({ type: { result: resultType }, result }) => {
        if (resultType === undefined || result === undefined) return;
        const type: FunctionType = { async: false, params: [], result: resultType };
        const view = { ...type, result: plain(resultType) };
        const [caller, callee] = [new End(from), new End(to)];
        const { resultSpilled } = flattenFunction(type, "lift");
        const into = resultSpilled ? callee.area(resultType) : 0;
        const flat = lowerResult(callee, view, result, into);
        if (resultSpilled) flat.push(into);
        const table = referenceTable(CALLEE);
        const expected = outcome(() => {
          const options = Object.assign(callee, { handles: { table, implements: () => false } });
          const lifted = liftResult(options, type, flat);
          return handlesOf(lifted, resultType).map((handle) => seen(handle.type, handle.value));
        });
        const linked = new Linked();
        const found = outcome(() => {
          const func = connect(type, from, to, linked, [caller, callee], () => flat[0]);
          const received = callThrough(caller, view, func, []);
          return handlesOf(received, resultType).map((handle) => arrived(linked, CALLER, handle));
        });
        expect(found).toEqual(expected);
        if (found !== "trap") sameTable(linked, table, CALLEE);
      }),
      runs(from, to, 100),
    );
  });
});
