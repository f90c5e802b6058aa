/**
 * Both halves of messages: what is sent arrives, whoever is hostile answers for it, and nothing is left behind.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { EVENT_CALL, EVENT_CAST, STATUS_CRASHED } from "../../../../kernel/abi.ts";
import {
  flattenFunction,
  guardedFunction,
  lowerParams,
  type ComponentValue,
  type FunctionType,
} from "../../../../toolchain/abi/index.ts";
import { arbitraryCall } from "../../abi/generate.ts";
import { corrupt, corruption } from "./corrupt.ts";
import { callThrough, PAIRS, runs, serve } from "./ends.ts";
import { AUTHORITY, NUMBER, PIDS, PostOffice, prepareMail } from "./post-office.ts";

beforeAll(prepareMail);

describe.each(PAIRS)("from a sender in %s to a receiver in %s", (from, to) => {
  test.each([undefined, "guarded"] as const)(
    "a call carries what was sent, and its result (view: %s)",
    (view) => {
      fc.assert(
        fc.property(arbitraryCall({ depth: 4 }), ({ type, args, result }) => {
          const received: ComponentValue[][] = [];
          const seen: unknown[] = [];
          const sent = { kind: "call" as const, ...(view && { view }), deadline: 1000 };
          const office = new PostOffice(
            type,
            [from, to],
            sent,
            (receiver) =>
              serve(receiver, type, (values) => {
                received.push(values);
                seen.push(office.mark.value, office.mail.used());
                return result;
              }),
            () => {
              seen.push(office.receiver.mayLeave.value);
              return undefined;
            },
          );
          const flat = lowerParams(office.sender, type, args);
          const faced = view === undefined ? type : guardedFunction(type);
          const outcome = callThrough(office.sender, faced, office.func, flat);
          expect(outcome).toEqual(view === undefined ? result : ok(result));
          expect(received).toEqual([args]);
          // Marked as inside, the message freed; then it may not leave.
          expect(seen).toEqual([1, 0, 0]);
          expect(office.mark.value).toBe(0);
          expect(office.events).toEqual([
            [EVENT_CALL, PIDS.sender, AUTHORITY, NUMBER, expect.any(Number), 1000, expect.any(Number), 0],
          ]);
          expect(office.mail.used()).toBe(0);
          expect([...office.sender.strayWrites(), ...office.receiver.strayWrites()]).toEqual([]);
          expect([office.sender.mayLeave.value, office.receiver.mayLeave.value]).toEqual([1, 1]);
        }),
        runs(from, to, 80),
      );
    },
  );

  test("a cast carries what was sent, and returns at once", () => {
    fc.assert(
      fc.property(arbitraryCall({ depth: 4 }), fc.boolean(), ({ type: { params }, args }, guarded) => {
        const type: FunctionType = { async: false, params };
        const received: ComponentValue[][] = [];
        const office = new PostOffice(
          type,
          [from, to],
          { kind: "cast", ...(guarded && { view: "guarded" }) },
          (receiver) =>
            serve(receiver, type, (values) => {
              received.push(values);
              return undefined;
            }),
        );
        const flat = lowerParams(office.sender, type, args);
        const faced = guarded ? guardedFunction(type) : type;
        expect(callThrough(office.sender, faced, office.func, flat)).toEqual(
          guarded ? ok(undefined) : undefined,
        );
        expect(received).toEqual([args]);
        expect(office.events).toEqual([
          [EVENT_CAST, PIDS.sender, AUTHORITY, NUMBER, expect.any(Number), expect.any(Number), 0, 0],
        ]);
        expect(office.mail.used()).toBe(0);
      }),
      runs(from, to, 40),
    );
  });

  test("a sender that hands over anything traps by itself, or its message is a value", () => {
    fc.assert(
      fc.property(arbitraryCall({ depth: 4 }), corruption, ({ type, args, result }, change) => {
        let served = 0;
        const office = new PostOffice(type, [from, to], { kind: "call", view: "guarded" }, (receiver) =>
          serve(receiver, type, () => {
            served++;
            return result;
          }),
        );
        const flat = lowerParams(office.sender, type, args);
        corrupt(office.sender, flattenFunction(type, "lower").params.slice(0, flat.length), flat, change);
        try {
          callThrough(office.sender, guardedFunction(type), office.func, flat);
          expect(served).toBe(1);
        } catch (error) {
          expect(error).toBeInstanceOf(WebAssembly.RuntimeError);
          expect([served, office.events]).toEqual([0, []]);
        }
        expect(office.mark.value).toBe(0);
        office.mail.abandon(PIDS.sender);
        expect(office.mail.used()).toBe(0);
        // What is claimed and not there takes no memory: nearly all of this is the map of the heap.
        expect(office.mail.memory.buffer.byteLength).toBeLessThan(4 << 20);
        expect(office.receiver.strayWrites()).toEqual([]);
      }),
      runs(from, to, 100),
    );
  });

  test("a receiver that hands over anything answers for it itself", () => {
    const lies = fc.option(fc.tuple(fc.nat(3), fc.constantFrom(-1, -8, 3, 0x7fff_fff0)), { nil: undefined });
    fc.assert(
      fc.property(arbitraryCall({ depth: 4 }), corruption, lies, ({ type, args, result }, change, lie) => {
        const lifted = flattenFunction(type, "lift").results;
        const office = new PostOffice(type, [from, to], { kind: "call", view: "guarded" }, (receiver) => {
          const honest = serve(receiver, type, () => result);
          return (...flat) => {
            receiver.lie = undefined;
            const returned = [honest(...flat) ?? 0];
            corrupt(receiver, lifted, returned, change);
            return returned[0];
          };
        });
        const { deliver } = office;
        let died = false;
        office.deliver = (message) => {
          try {
            return deliver(message);
          } catch (error) {
            expect(error).toBeInstanceOf(WebAssembly.RuntimeError);
            expect(office.mark.value).toBe(1);
            died = true;
            office.mail.abandon(PIDS.receiver);
            return STATUS_CRASHED;
          }
        };
        const flat = lowerParams(office.sender, type, args);
        office.receiver.lie = lie && ((call) => (call === lie[0] ? lie[1] : undefined));
        const outcome = callThrough(office.sender, guardedFunction(type), office.func, flat);
        if (died) expect(outcome).toEqual({ case: "error", value: "crashed" });
        else expect(outcome).toMatchObject({ case: "ok" });
        expect(office.mail.used()).toBe(0);
        expect(office.sender.strayWrites()).toEqual([]);
      }),
      runs(from, to, 100),
    );
  });
});

function ok(value: ComponentValue | undefined): ComponentValue {
  return value === undefined ? { case: "ok" } : { case: "ok", value };
}
