/** Steps of a guest with granted directories, by chance, and as lines for the harness. */
import * as fc from "fast-check";

/** An operation with its arguments: a slot first, then numbers and texts. */
export type Step = readonly [name: string, slot: number, ...(number | string)[]];

const SLOTS = 8;

const NAMES = ["a", "b", "c", "link", "pipe", "zoë", "."];
const name = fc.constantFrom(...NAMES);
const path = fc.oneof(
  { weight: 4, arbitrary: name },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.oneof({ weight: 5, arbitrary: name }, fc.constant("..")), { minLength: 2, maxLength: 4 })
      .map((names) => names.join("/")),
  },
  fc.constantFrom(
    "",
    "/a",
    "..",
    "../texts",
    "a/",
    "b//a",
    "a/.",
    "a/..",
    "link/",
    "x".repeat(256),
    "nul\0",
    `a/${"b/".repeat(2100)}`,
  ),
);
const slot = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: SLOTS - 1 }));
const offset = fc.constantFrom(0, 1, 4095, 4096, 9000, 70_000, 5_000_000);
const bytes = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom("x".repeat(4096), "y".repeat(10_000)));
const bit = fc.integer({ min: 0, max: 1 });

export const step: fc.Arbitrary<Step> = fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constant("open"),
      slot,
      fc.integer({ min: 2, max: SLOTS - 1 }),
      bit,
      path,
      fc.constantFrom(0, 0, 1, 1, 2, 4, 5, 8, 9, 3),
      fc.constantFrom(1, 3, 3, 2, 0, 32, 35, 7),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant("mkdir"), slot, path) },
  fc.tuple(fc.constant("rmdir"), slot, path),
  fc.tuple(fc.constant("unlink"), slot, path),
  fc.tuple(fc.constant("readlink"), slot, path),
  fc.tuple(fc.constant("stat-at"), slot, bit, path),
  { weight: 2, arbitrary: fc.tuple(fc.constant("symlink"), slot, path, path) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("rename"), slot, path, slot, path) },
  fc.tuple(fc.constant("link"), slot, path, slot, path),
  { weight: 2, arbitrary: fc.tuple(fc.constant("list"), slot) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("read"), slot, fc.constantFrom(0, 5, 5000, 200_000), offset) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("write"), slot, offset, bytes) },
  fc.tuple(fc.constant("append"), slot, bytes),
  fc.tuple(fc.constant("set-size"), slot, offset),
  fc.tuple(
    fc.constant("set-times"),
    slot,
    fc.constant(2),
    fc.constantFrom(0, 5e9),
    fc.constant(2),
    fc.constantFrom(0, 7e9),
  ),
  fc.tuple(fc.constant("stat"), slot),
  fc.tuple(fc.constant("flags"), slot),
  fc.tuple(fc.constant("sync"), slot),
  fc.tuple(fc.constant("same"), slot, slot),
);

export function lineOf(words: Step): string {
  return words
    .map((word, i) => (i === 0 || typeof word === "number" ? String(word) : hex(word) || "-"))
    .join(" ");
}

/** Of a text's bytes. */
export function hex(text: string): string {
  return Buffer.from(text).toString("hex");
}
