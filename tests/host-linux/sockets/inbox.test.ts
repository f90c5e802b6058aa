/** What is received and not taken: nothing is lost or mixed up, and what it costs is counted. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Inbox, Unread } from "../../../host-linux/devices/sockets/inbox.ts";

/** Adds a piece of so many bytes, or takes as many as there are at most. */
const steps = fc.array(
  fc.oneof(
    fc.record({ add: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
    fc.record({ take: fc.integer({ min: 0, max: 100 }) }),
  ),
  { maxLength: 60 },
);

it("gives what came, in its order, and costs nothing when it is empty", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const unread = new Unread();
      const inbox = new Inbox(unread, 1000);
      let expected: number[] = [];
      for (const step of all) {
        if ("add" in step) {
          inbox.add(step.add);
          expected.push(...step.add);
        } else {
          const into = new Uint8Array(Math.min(step.take, inbox.bytes));
          inbox.take(into);
          expect([...into]).toEqual(expected.slice(0, into.length));
          expected = expected.slice(into.length);
        }
        expect(inbox.bytes).toBe(expected.length);
        expect(unread.cost >= inbox.bytes).toBe(true);
      }
      inbox.take(new Uint8Array(inbox.bytes));
      expect(unread.cost).toBe(0);
    }),
  );
});

it("is full at its limit, or with anything when all of the process hold much", () => {
  const unread = new Unread();
  const [large, small] = [new Inbox(unread, 2 ** 30), new Inbox(unread, 10_000)];
  small.add(new Uint8Array(1));
  expect(small.isFull).toBe(false);
  small.add(new Uint8Array(9_999));
  expect(small.isFull).toBe(true);
  small.clear();
  large.add(new Uint8Array(32 * 1024 * 1024));
  expect([large.isFull, small.isFull]).toEqual([true, false]);
  small.add(new Uint8Array(1));
  expect(small.isFull).toBe(true);
  large.clear();
  expect(small.isFull).toBe(false);
});
