/**
 * Linked systems and the reference do the same with handles, whatever is done in whatever order.
 */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  callFunction,
  type CoreFunction,
  type CoreValue,
  type FunctionType,
  HandleTable,
  resourceDrop,
  resourceNew,
  resourceRep,
  type ResourceType,
  serveFunction,
  Trap,
  type ValueType,
} from "../../../toolchain/abi/index.ts";
import { bringUp, call } from "./bring-up.ts";
import { linked } from "./guests.ts";
import { blobConsumer, blobProvider, trapOf, type Ask } from "./resource-guests.ts";

const blob: ResourceType = {};
const own: ValueType = { kind: "own", resource: blob };
const borrow: ValueType = { kind: "borrow", resource: blob };
const u32: ValueType = { kind: "u32" };

function func(types: readonly ValueType[], result: ValueType): FunctionType {
  return { async: false, params: types.map((type, i) => ({ label: `p${i}`, type })), result };
}

/** The two guests of `resource-guests.ts`, with the reference between them. */
function model(): { ask: Ask; live: () => number } {
  const [ours, theirs] = [new HandleTable(), new HandleTable()];
  let live = 0;
  const through = (type: FunctionType, implementation: CoreFunction): CoreFunction => {
    const callee = { func: implementation, handles: { table: theirs, implements: () => true } };
    return serveFunction({ handles: { table: ours, implements: () => false } }, type, (...args) =>
      callFunction(callee, type, args),
    );
  };
  const drop = (table: HandleTable, index: CoreValue): void =>
    resourceDrop(table, blob, Number(index), () => live--);
  const functions: Record<string, CoreFunction> = {
    make: through(func([u32], own), (n) => {
      live++;
      return resourceNew(theirs, blob, Number(n));
    }),
    drop: (index) => drop(ours, index),
    get: through(func([borrow], u32), (rep) => rep),
    sum: through(func([borrow, borrow], u32), (a, b) => Number(a) + Number(b)),
    join: through(func([borrow, own], u32), (rep, handle) => {
      const sum = Number(rep) + resourceRep(theirs, blob, Number(handle));
      drop(theirs, handle);
      return sum;
    }),
    maybe: through(func([{ kind: "option", type: borrow }], u32), (some, rep) => (some ? rep : 77)),
  };
  return { ask: (name, ...args) => functions[name]?.(...args), live: () => live };
}

const handle = fc.nat({ max: 5 });
const step: fc.Arbitrary<[string, ...number[]]> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant("make"), fc.nat({ max: 1000 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("drop"), handle) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("get"), handle) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("sum", "join"), handle, handle) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("maybe"), fc.nat({ max: 1 }), handle) },
);

/** The rules by which each of the two traps. */
const RULES: Readonly<Record<string, string>> = {
  "trap: unknown handle": "unknown handle",
  "trap: handle is lent": "is lent",
};

it("the same results, traps and destructor calls", async () => {
  const [consumer, provider] = [await blobConsumer(), await blobProvider()];
  const { plan } = linked({
    a: { bytes: consumer, imports: { "t:r/blobs": "b" } },
    b: { bytes: provider },
  });
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const running = bringUp(plan);
    const reference = model();
    for (const [name, ...args] of steps) {
      let expected: unknown;
      try {
        expected = reference.ask(name, ...args);
      } catch (error) {
        if (!(error instanceof Trap)) throw error;
        const trap = trapOf(() => call(running, "a", name, ...args));
        expect(error.message).toContain(RULES[trap] ?? trap);
        return;
      }
      expect(call(running, "a", name, ...args)).toBe(expected);
      expect(call(running, "b", "t:r/blobs#live")).toBe(reference.live());
    }
  });
  fc.assert(property, { numRuns: 150, seed: 1 });
});
