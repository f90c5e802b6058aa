/**
 * wasi:random: random, insecure and insecure-seed.
 *
 * The insecure ones come from the same source: they are fast enough, and nobody
 * can take one for the other.
 */
import { Tuple2 } from "atoll";
import { randomBytes, randomU64 } from "./pool";

export function getRandomBytes(len: u64): StaticArray<u8> {
  return randomBytes(len);
}

export function getRandomU64(): u64 {
  return randomU64();
}

export function getInsecureRandomBytes(len: u64): StaticArray<u8> {
  return randomBytes(len);
}

export function getInsecureRandomU64(): u64 {
  return randomU64();
}

export function insecureSeed(): Tuple2<u64, u64> {
  return new Tuple2<u64, u64>(randomU64(), randomU64());
}
