/**
 * Guarded functions against plain ones: they carry the same, and a hostile callee
 * never makes a trap look like its caller's, nor a hostile caller like its callee's.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  flattenFunction,
  guardedFunction,
  lowerParams,
  type ComponentValue,
  type CoreValue,
  type FunctionType,
} from "../../../../toolchain/abi/index.ts";
import { emitAdapter, GUARDED } from "../../../../toolchain/link/adapter/index.ts";
import { encodeModule } from "../../../../toolchain/wasm/index.ts";
import { arbitraryCall } from "../../abi/generate.ts";
import { corrupt, corruption } from "./corrupt.ts";
import { callThrough, End, PAIRS, runs, serve, type Core, type Encoding } from "./ends.ts";

const CRASHED = { case: "error", value: "crashed" };

/** What a guard of the test makes of a call. */
interface Verdict {
  /** The mark when something was thrown; absent when nothing was. */
  inside?: number;
}

class Guarded {
  readonly caller: End;
  readonly callee: End;
  readonly mark: WebAssembly.Global<"i32"> = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  readonly verdict: Verdict = {};
  readonly func: Core;

  constructor(
    type: FunctionType,
    [from, to]: readonly [Encoding, Encoding],
    implementation: (callee: End) => Core,
  ) {
    this.caller = new End(from);
    this.callee = new End(to);
    let inner: (() => void) | undefined;
    const guard = (): number => {
      try {
        inner?.();
        return 0;
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError)) throw error;
        this.verdict.inside = this.mark.value;
        if (this.mark.value === 0) throw error;
        this.mark.value = 0;
        return 1;
      }
    };
    const { exports } = new WebAssembly.Instance(compiled(type, from, to), {
      caller: sideOf(this.caller),
      callee: { ...sideOf(this.callee), inside: this.mark },
      function: { f: implementation(this.callee) },
      "post-return": { f: () => undefined },
      guard: { f: guard },
    } as WebAssembly.Imports);
    inner = exports[GUARDED.inner("f")] as () => void;
    this.func = exports["f"] as Core;
  }

  /** With arguments that were lowered in the caller. */
  call(type: FunctionType, flat: readonly CoreValue[]): ComponentValue | undefined {
    this.caller.mayLeave.value = 1;
    return callThrough(this.caller, guardedFunction(type), this.func, flat);
  }
}

function sideOf(end: End): object {
  return { memory: end.memory, realloc: end.realloc, "may-leave": end.mayLeave };
}

function compiled(type: FunctionType, caller: Encoding, callee: Encoding): WebAssembly.Module {
  const side = { memory: true, realloc: true };
  const { bytes } = encodeModule(
    emitAdapter({
      caller: { ...side, encoding: caller },
      callee: { ...side, encoding: callee },
      functions: [{ name: "f", type, postReturn: true, view: "guarded", guard: { frame: "javascript" } }],
      resources: new Map(),
      callsBack: false,
      callerMayLeave: true,
      marksCallee: true,
      calleeMayLeave: true,
    }),
  );
  return new WebAssembly.Module(bytes);
}

describe.each(PAIRS)("from a caller in %s to a callee in %s", (from, to) => {
  test("what a guarded function carries is what was sent, in an ok", () => {
    fc.assert(
      fc.property(arbitraryCall({ depth: 4 }), ({ type, args, result }) => {
        const received: ComponentValue[][] = [];
        const marks: number[] = [];
        const ends = new Guarded(type, [from, to], (callee) =>
          serve(callee, type, (values) => {
            received.push(values);
            marks.push(ends.mark.value);
            return result;
          }),
        );
        const ok = result === undefined ? { case: "ok" } : { case: "ok", value: result };
        expect(ends.call(type, lowerParams(ends.caller, type, args))).toEqual(ok);
        expect(received).toEqual([args]);
        expect(marks).toEqual([1]);
        expect(ends.mark.value).toBe(0);
        expect([...ends.caller.strayWrites(), ...ends.callee.strayWrites()]).toEqual([]);
      }),
      runs(from, to, 80),
    );
  });

  test("a callee that hands over anything answers for it itself", () => {
    const lies = fc.option(fc.tuple(fc.nat(3), fc.constantFrom(-1, -8, 3, 0x7fff_fff0)), { nil: undefined });
    fc.assert(
      fc.property(arbitraryCall({ depth: 4 }), corruption, lies, ({ type, args, result }, change, lie) => {
        const lifted = flattenFunction(type, "lift").results;
        const ends = new Guarded(type, [from, to], (callee) => {
          const honest = serve(callee, type, () => result);
          return (...flat) => {
            callee.lie = undefined;
            const returned = [honest(...flat) ?? 0];
            corrupt(callee, lifted, returned, change);
            return returned[0];
          };
        });
        const flat = lowerParams(ends.caller, type, args);
        ends.callee.lie = lie && ((call) => (call === lie[0] ? lie[1] : undefined));
        const outcome = ends.call(type, flat);
        if (ends.verdict.inside === undefined) expect(outcome).toMatchObject({ case: "ok" });
        else expect([ends.verdict.inside, outcome]).toEqual([1, CRASHED]);
        expect(ends.mark.value).toBe(0);
        expect(ends.caller.strayWrites()).toEqual([]);
      }),
      runs(from, to, 120),
    );
  });

  test("a caller that hands over anything never makes its callee look guilty", () => {
    fc.assert(
      fc.property(arbitraryCall({ depth: 4 }), corruption, ({ type, args, result }, change) => {
        const ends = new Guarded(type, [from, to], (callee) => serve(callee, type, () => result));
        const flat = lowerParams(ends.caller, type, args);
        corrupt(ends.caller, flattenFunction(type, "lower").params.slice(0, flat.length), flat, change);
        try {
          ends.call(type, flat);
        } catch (error) {
          expect(error).toBeInstanceOf(WebAssembly.RuntimeError);
        }
        expect(ends.verdict.inside ?? 0).toBe(0);
        expect(ends.mark.value).toBe(0);
        expect(ends.callee.strayWrites()).toEqual([]);
      }),
      runs(from, to, 120),
    );
  });
});
