/** What the project `after-reset` rests on: that things come back, and are renewed before they are used again. */
import { expect, it } from "vitest";
import { keyOf, Pool } from "./pool.ts";

interface Counter {
  renewed: number;
}

function make(): Counter {
  return { renewed: 0 };
}

it("what a test took is renewed for the next one that needs the same", () => {
  const pool = new Pool<Counter>((counter) => void counter.renewed++);
  const [first, other] = [pool.take("a", make), pool.take("a", make)];
  expect(other).not.toBe(first);
  pool.giveBack();
  expect(pool.take("b", make).renewed).toBe(0);
  const again = [pool.take("a", make), pool.take("a", make), pool.take("a", make)];
  expect(again.map(({ renewed }) => renewed)).toEqual([1, 1, 0]);
  expect(new Set(again)).toEqual(new Set([first, other, again[2]]));
});

it("keys tell parts from their concatenation", () => {
  expect(keyOf("a", "b")).not.toBe(keyOf("ab"));
  expect(keyOf("a", "b")).toBe(keyOf("a", Uint8Array.of(98)));
});
