/**
 * The cases: what one round is, and the checksum that proves the work.
 *
 * Round i adds i + 1 where what it got is as it has to be: a later time, bytes that
 * are not the last ones. A chunk has in its first word what it adds, so whoever
 * reads it has the sum of what was really written.
 */
import type { Case } from "../harness/benchmark.ts";

export interface WasiCase extends Case {
  /** One line for the report. */
  readonly measures: string;
}

/** Bytes. */
export const CHUNK: number = 64 * 1024;
/** Of the file: round i is about chunk i modulo these, so that a file stays small. */
export const CHUNKS = 256;

const MASK = 0xffff_ffffn;
const sumTo = (n: bigint): bigint => (n * (n + 1n)) / 2n;
const all = (rounds: number): number => Number(sumTo(BigInt(rounds)) & MASK);

/** Chunk k has k + 1 in its first word. */
function read(rounds: number): number {
  const [whole, rest] = [BigInt(Math.floor(rounds / CHUNKS)), BigInt(rounds % CHUNKS)];
  return Number((whole * sumTo(BigInt(CHUNKS)) + sumTo(rest)) & MASK);
}

/** What is left in the file are the last rounds' chunks. */
function written(rounds: number): number {
  const over = BigInt(Math.max(0, rounds - CHUNKS));
  return Number((sumTo(BigInt(rounds)) - sumTo(over)) & MASK);
}

export const CASES: readonly WasiCase[] = [
  { name: "clock", measures: "a reading of the monotonic clock", expected: all },
  { name: "random-32", measures: "32 random bytes, fit for cryptography", expected: all },
  { name: "stdout-64k", measures: "64 KiB to standard output, a pipe whose other end reads", expected: all },
  { name: "write-64k", measures: "64 KiB to a file, one chunk after the other", expected: written },
  { name: "read-64k", measures: "64 KiB of a file, one chunk after the other", expected: read },
];
