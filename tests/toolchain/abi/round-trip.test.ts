/** Lifting what was lowered gives the value back, in each encoding, flat and through memory. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  callFunction,
  flattenFunction,
  layoutOf,
  liftParams,
  liftResult,
  lowerParams,
  lowerResult,
  serveFunction,
  type ComponentValue,
  type CoreValue,
} from "../../../toolchain/abi/index.ts";
import { arbitraryCall } from "./generate.ts";
import { GuestStub } from "./guest-stub.ts";
import { runs } from "./runs.ts";

describe.each(["utf8", "utf16", "latin1+utf16"] as const)("a guest in %s", (encoding) => {
  test("receives the arguments that were lowered for it", () => {
    fc.assert(
      fc.property(arbitraryCall(), ({ type, args }) => {
        const guest = new GuestStub(encoding);
        const flat = lowerParams(guest, type, args);
        expect(flat.length).toBe(flattenFunction(type, "lift").params.length);
        expect(liftParams(guest, type, flat)).toEqual(args);
      }),
      runs(300),
    );
  });

  test("hands over a result that was lowered for it", () => {
    fc.assert(
      fc.property(arbitraryCall(), ({ type, result }) => {
        const guest = new GuestStub(encoding);
        const { resultSpilled } = flattenFunction(type, "lift");
        const into = resultSpilled && type.result !== undefined ? area(guest, type.result) : 0;
        const flat = lowerResult(guest, type, result, into);
        expect(flat.length).toBe(flattenFunction(type, "lower").results.length);
        expect(liftResult(guest, type, resultSpilled ? [into] : flat)).toEqual(result);
      }),
      runs(300),
    );
  });
});

test("an export that calls its import passes everything on", () => {
  fc.assert(
    fc.property(arbitraryCall(), ({ type, args, result }) => {
      const guest = new GuestStub("utf16");
      const received: ComponentValue[][] = [];
      const imported = serveFunction(guest, type, (...values) => {
        received.push(values);
        return result;
      });
      // Lift and lower agree on parameters; a spilled result is where the guest says it is.
      const { resultSpilled } = flattenFunction(type, "lift");
      const func = (...flat: CoreValue[]): unknown => {
        if (!resultSpilled || type.result === undefined) return imported(...flat);
        const into = area(guest, type.result);
        imported(...flat, into);
        return into;
      };
      const returned = callFunction(
        { ...guest.options, func, postReturn: () => guest.calls.push([0, 0, 0]) },
        type,
        args,
      );
      expect(received).toEqual([args]);
      expect(returned).toEqual(result);
      expect(guest.calls.at(-1)).toEqual([0, 0, 0]);
    }),
    runs(200),
  );
});

function area(guest: GuestStub, type: Parameters<typeof layoutOf>[0]): number {
  const { size, align } = layoutOf(type);
  return guest.place(new Uint8Array(size), align);
}
