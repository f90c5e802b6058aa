/**
 * Hostile guests: whatever lies in memory or comes as a core value, an adapter
 * traps where the reference traps, carries the same value where it does not, and
 * never writes outside of what `realloc` returned.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  flattenFunction,
  liftParams,
  liftResult,
  lowerParams,
  lowerResult,
  Trap,
  type ComponentValue,
  type FunctionType,
} from "../../../../toolchain/abi/index.ts";
import { arbitraryCall } from "../../abi/generate.ts";
import { corrupt, corruption } from "./corrupt.ts";
import { callThrough, compile, connect, End, PAIRS, runs } from "./ends.ts";

type Outcome = { readonly value: ComponentValue | ComponentValue[] | undefined } | "trap";

function reference(lift: () => ComponentValue | ComponentValue[] | undefined): Outcome {
  try {
    return { value: lift() };
  } catch (error) {
    if (error instanceof Trap) return "trap";
    throw error;
  }
}

function actual(run: () => ComponentValue | ComponentValue[] | undefined): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return "trap";
    throw error;
  }
}

describe.each(PAIRS)("from a caller in %s to a callee in %s", (from, to) => {
  test("corrupt arguments trap, or arrive as the reference reads them", () => {
    fc.assert(
      fc.property(
        arbitraryCall(),
        fc.array(corruption, { minLength: 1, maxLength: 3 }),
        ({ type: { params: labelled }, args }, corruptions) => {
          const type: FunctionType = { async: false, params: labelled };
          const { params } = flattenFunction(type, "lower");
          const [caller, callee] = [new End(from), new End(to)];
          const flat = lowerParams(caller, type, args);
          for (const c of corruptions) corrupt(caller, params, flat, c);
          const expected = reference(() => liftParams(caller, type, flat));
          const unchanged = caller.snapshot();
          const found = actual(() => {
            let received: ComponentValue[] = [];
            const func = connect(compile(type, from, to), caller, callee, (...values) => {
              received = liftParams(callee, type, values);
              return undefined;
            });
            func(...flat);
            return received;
          });
          expect(found).toEqual(expected);
          expect(callee.strayWrites()).toEqual([]);
          expect(unchanged()).toBe(true);
        },
      ),
      runs(from, to, 200),
    );
  });

  test("corrupt results trap, or arrive as the reference reads them", () => {
    fc.assert(
      fc.property(
        arbitraryCall(),
        fc.array(corruption, { minLength: 1, maxLength: 3 }),
        ({ type: { result: resultType }, result }, corruptions) => {
          if (resultType === undefined) return;
          const type: FunctionType = { async: false, params: [], result: resultType };
          const [caller, callee] = [new End(from), new End(to)];
          const { resultSpilled, results } = flattenFunction(type, "lift");
          const into = resultSpilled ? callee.area(resultType) : 0;
          const flat = lowerResult(callee, type, result, into);
          if (resultSpilled) flat.push(into);
          for (const c of corruptions) corrupt(callee, results, flat, c);
          const expected = reference(() => liftResult(callee, type, flat));
          const unchanged = callee.snapshot();
          const func = connect(compile(type, from, to), caller, callee, () => flat[0]);
          expect(actual(() => callThrough(caller, type, func, []))).toEqual(expected);
          expect(caller.strayWrites()).toEqual([]);
          expect(unchanged()).toBe(true);
        },
      ),
      runs(from, to, 200),
    );
  });

  test.each(["callee", "caller"] as const)(
    "a lying realloc of the %s is found out, or harms only itself",
    (liar) => {
      const lie = fc.oneof(
        fc.constantFrom(
          0,
          1,
          2,
          4,
          0xffff,
          0xfffe,
          0xfffc,
          0xfff8,
          0x1_0000,
          0x1_0001,
          0xffff_fff8,
          0xffff_ffff,
        ),
        fc.integer({ min: 0, max: 0x1_0000 }),
      );
      fc.assert(
        fc.property(arbitraryCall(), fc.nat(3), lie, (call, which, pointer) => {
          const [caller, callee] = [new End(from), new End(to)];
          const run =
            liar === "callee" ? passArguments(call, caller, callee) : passResult(call, caller, callee);
          const [end, other] = liar === "callee" ? [callee, caller] : [caller, callee];
          const unchanged = other.snapshot();
          const before = end.calls.length;
          let wrong = false;
          end.lie = (position) => {
            if (position !== before + which) return undefined;
            const [, align, size] = end.calls[position] ?? [0, 1, 0];
            wrong = pointer % align !== 0 || pointer + size > end.bytes.length;
            return pointer;
          };
          const found = actual(run);
          if (wrong) expect(found).toBe("trap");
          else expect(found).not.toBe("trap");
          expect(end.strayWrites()).toEqual([]);
          expect(unchanged()).toBe(true);
        }),
        runs(from, to, 120),
      );
    },
  );
});

interface Call {
  readonly type: FunctionType;
  readonly args: ComponentValue[];
  readonly result: ComponentValue | undefined;
}

/** A call with arguments and no result; values are lowered in the caller's memory already. */
function passArguments({ type: { params }, args }: Call, caller: End, callee: End): () => undefined {
  const type: FunctionType = { async: false, params };
  const flat = lowerParams(caller, type, args);
  const func = connect(compile(type, caller.encoding, callee.encoding), caller, callee, () => undefined);
  return () => void func(...flat);
}

/** A call with a result and no arguments, which lies in the callee's memory already. */
function passResult(
  { type: { result: resultType }, result }: Call,
  caller: End,
  callee: End,
): () => undefined {
  const type: FunctionType = { async: false, params: [], ...(resultType && { result: resultType }) };
  const { resultSpilled } = flattenFunction(type, "lift");
  const spilled = resultSpilled && resultType ? callee.area(resultType) : 0;
  const [returned] = lowerResult(callee, type, result, spilled);
  const into = resultSpilled && resultType ? [caller.area(resultType)] : [];
  const func = connect(compile(type, caller.encoding, callee.encoding), caller, callee, () =>
    resultSpilled ? spilled : returned,
  );
  return () => void func(...into);
}
