/**
 * Random bytes, drawn from the device many at a time: one call out for many small wishes.
 *
 * What has been handed out is not kept.
 */
import { bytes } from "atoll:device/entropy";

/** Bytes that are drawn in advance. */
const BATCH: i32 = 4096;
/** What the device gives at once. */
const MOST: u64 = 1 << 20;
/** What a list of a component can hold, and some room for what is around it. */
const LONGEST: u64 = 1 << 30;

let pool: StaticArray<u8> = new StaticArray<u8>(0);
let used: i32 = 0;

export function randomBytes(length: u64): StaticArray<u8> {
  if (length > LONGEST) throw new Error(`${length.toString()} random bytes are more than a memory holds`);
  if (length > <u64>(BATCH / 4)) return drawn(<i32>length);
  const result = new StaticArray<u8>(<i32>length);
  copyFromPool(changetype<usize>(result), <i32>length);
  return result;
}

export function randomU64(): u64 {
  refillFor(8);
  const at = changetype<usize>(pool) + used;
  const value = load<u64>(at);
  store<u64>(at, 0);
  used += 8;
  return value;
}

function copyFromPool(to: usize, length: i32): void {
  refillFor(length);
  const from = changetype<usize>(pool) + used;
  memory.copy(to, from, length);
  memory.fill(from, 0, length);
  used += length;
}

function refillFor(length: i32): void {
  if (used + length <= pool.length) return;
  pool = bytes(BATCH);
  used = 0;
}

/** Too many to come from the pool. */
function drawn(length: i32): StaticArray<u8> {
  if (<u64>length <= MOST) return bytes(length);
  const result = new StaticArray<u8>(length);
  for (let at: i32 = 0; at < length;) {
    const part = bytes(<u32>min(<u64>(length - at), MOST));
    memory.copy(changetype<usize>(result) + at, changetype<usize>(part), part.length);
    at += part.length;
  }
  return result;
}
