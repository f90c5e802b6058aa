/** Bodies in small parts: all of it in its order, in pieces that are worth their memory. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Gathered } from "../../../../host-linux/devices/http/gathered.ts";
import { runs } from "../../../toolchain/abi/runs.ts";

const part = fc
  .oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 4_090, max: 4_100 }))
  .chain((length) => fc.nat(255).map((byte) => Buffer.alloc(length, byte)));

it("is the same bytes in few pieces", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const gathered = new Gathered();
      const taken = parts.filter((one) => gathered.add(one)).length;
      const pieces = gathered.take();
      expect(Buffer.concat(pieces).equals(Buffer.concat(parts))).toBe(true);
      expect(pieces.length).toBe(taken);
    }),
    runs(100),
  );
});

it("takes twice as much memory as it holds at most, but for one piece", () => {
  const gathered = new Gathered();
  for (let i = 0; i < 100_000; i++) gathered.add(Buffer.from([i]));
  const memory = gathered.take().reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  expect(memory).toBeLessThan(200_000 + 4_096);
});
