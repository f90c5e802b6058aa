/** Hostile guests: one word of what they hand over is another. */
import * as fc from "fast-check";
import type { CoreType, CoreValue } from "../../../../toolchain/abi/index.ts";
import type { End } from "./ends.ts";

/** Overwrites one word of the blocks, or one core value; positions are fractions of what there is. */
export interface Corruption {
  readonly inMemory: boolean;
  readonly where: number;
  readonly value: number;
  readonly bytes: 1 | 2 | 4;
}

const interesting = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 5, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0xd800, 0xdfff, 0x10_ffff, 0x11_0000),
  fc.constantFrom(0xfffe, 0xfffc, 0xfff8, 0x1_0000, 0x1_0001, 0x7fff_ffff, 0x8000_0000, 0x8000_0002),
  fc.constantFrom(0x0fff_ffff, 0x1000_0000, 0x07ff_ffff, 0x2000_0001, 0xffff_ffff, 0xffff_fff8),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.integer({ min: 64, max: 300 }),
);
export const corruption: fc.Arbitrary<Corruption> = fc.record({
  inMemory: fc.boolean(),
  where: fc.double({ min: 0, max: 1, noNaN: true }),
  value: interesting,
  bytes: fc.constantFrom(1, 2, 4),
});

export function corrupt(
  end: End,
  types: readonly CoreType[],
  flat: CoreValue[],
  { inMemory, where, value, bytes }: Corruption,
): void {
  const blocks = end.blocks.filter((block) => block.size >= bytes);
  if (!inMemory || blocks.length === 0) return corruptFlat(types, flat, where, value);
  const block = blocks[Math.floor(where * blocks.length * 0.999)] as (typeof blocks)[number];
  const steps = Math.floor(block.size / bytes);
  const at = block.start + bytes * (Math.floor(where * 7919) % steps);
  for (let i = 0; i < bytes; i++) end.bytes[at + i] = value >>> (8 * i);
}

function corruptFlat(types: readonly CoreType[], flat: CoreValue[], where: number, value: number): void {
  const at = Math.floor(where * flat.length * 0.999);
  if (types[at] === "i64") flat[at] = (BigInt(value) << 32n) | BigInt(value);
  else if (types[at] === "f32") flat[at] = Math.fround(value);
  else if (types[at] !== undefined) flat[at] = value;
}
