/** What arrives through an adapter is what was sent, for all types, nestings and pairs of encodings. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lowerParams, type ComponentValue, type CoreValue } from "../../../../toolchain/abi/index.ts";
import { arbitraryCall } from "../../abi/generate.ts";
import { callThrough, compile, connect, End, PAIRS, runs, serve } from "./ends.ts";

describe.each(PAIRS)("from a caller in %s to a callee in %s", (from, to) => {
  test.each([4, 6])("types nested %i deep cross both ways", (depth) => {
    fc.assert(
      fc.property(arbitraryCall({ depth }), ({ type, args, result }) => {
        const [caller, callee] = [new End(from), new End(to)];
        const received: ComponentValue[][] = [];
        const returned: (CoreValue | undefined)[] = [];
        const implementation = serve(callee, type, (values) => {
          received.push(values);
          return result;
        });
        const flags: number[] = [];
        const func = connect(
          compile(type, from, to),
          caller,
          callee,
          (...flat) => {
            returned.push(implementation(...flat));
            return returned[0];
          },
          (...flat) => {
            flags.push(callee.mayLeave.value);
            expect(signed(flat[0])).toEqual(signed(returned[0]));
            return undefined;
          },
        );
        const flat = lowerParams(caller, type, args);
        caller.mayLeave.value = 1;
        const calls = caller.calls.length;
        expect(callThrough(caller, type, func, flat)).toEqual(result);
        expect(received).toEqual([args]);
        expect(caller.strayWrites()).toEqual([]);
        expect(callee.strayWrites()).toEqual([]);
        expect(flags).toEqual([0]);
        expect([caller.mayLeave.value, callee.mayLeave.value]).toEqual([1, 1]);
        expect(calls).toBeLessThanOrEqual(caller.calls.length);
      }),
      runs(from, to, depth === 4 ? 200 : 50),
    );
  });
});

/** JavaScript may give a core integer in either reading; core code hands it back signed. */
function signed(value: CoreValue | undefined): CoreValue | undefined {
  if (typeof value === "bigint") return BigInt.asIntN(64, value);
  return typeof value === "number" && Number.isInteger(value) && value >= 2 ** 31 ? value | 0 : value;
}
