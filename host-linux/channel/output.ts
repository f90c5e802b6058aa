/**
 * The output ring: bytes from the system's thread to the main thread's stdout and stderr.
 *
 * The main thread does the writing, so that a reader who does not read blocks
 * nobody but the writer, and so that what was written before a trap, or before
 * the deadline ended a looping guest, still comes out. Both streams share the
 * ring, so that at a terminal their order is that of the writes. It holds frames:
 *
 *     0                4
 *     +----------------+-------------- … --+
 *     | n | to << 24   | n bytes           |   low byte first
 *     +----------------+-------------- … --+
 */
import { OUTPUT_BYTES, WORD, sleepUntil, wake, type Channel } from "./control.ts";

/** A standard stream: its number as a descriptor. */
export type Stream = typeof STDOUT | typeof STDERR;
export const STDOUT = 1;
export const STDERR = 2;

const HEADER_BYTES = 4;
const TO_BITS = 24;
/** Bytes in a frame; the ring is smaller. */
const MOST = 2 ** TO_BITS - 1;

/** What the main thread has to write, in this order. */
export interface Written {
  readonly to: Stream;
  readonly bytes: Buffer;
}

/** System side: appends `bytes`, waiting for room. Throws Stopped on the host's end. */
export function writeOutput(channel: Channel, to: Stream, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    const count = offerOutput(channel, to, bytes.subarray(done));
    if (count === 0) sleepUntil(channel, () => outputRoom(channel) > 0);
    done += count;
  }
}

/** System side: appends as many bytes as there is room for. Returns how many. */
export function offerOutput(channel: Channel, to: Stream, bytes: Uint8Array): number {
  const count = Math.min(outputRoom(channel), bytes.length);
  if (count === 0) return 0;
  const head = Atomics.load(channel.words, WORD.head);
  put(channel, head, headerOf(to, count));
  put(channel, head + HEADER_BYTES, bytes.subarray(0, count));
  Atomics.store(channel.words, WORD.head, (head + HEADER_BYTES + count) | 0);
  wake(channel, "main");
  return count;
}

/** System side: for how many bytes there is room now. */
export function outputRoom(channel: Channel): number {
  return Math.max(0, OUTPUT_BYTES - waiting(channel) - HEADER_BYTES);
}

/** Main side: takes all that is there; what follows each other in one stream is one piece. */
export function takeOutput(channel: Channel): Written[] {
  const count = waiting(channel);
  if (count === 0) return [];
  const tail = Atomics.load(channel.words, WORD.tail);
  const taken = unframed(channel, tail, count);
  Atomics.store(channel.words, WORD.tail, (tail + count) | 0);
  wake(channel, "system");
  return taken;
}

function unframed(channel: Channel, tail: number, count: number): Written[] {
  const all = Buffer.allocUnsafe(count);
  const pieces: { readonly to: Stream; readonly start: number; end: number }[] = [];
  let end = 0;
  for (let at = 0; at < count;) {
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    get(channel, tail + at, header);
    const word = header.readUInt32LE();
    const [to, length] = [word >>> TO_BITS, word & MOST];
    get(channel, tail + at + HEADER_BYTES, all.subarray(end, end + length));
    const last = pieces.at(-1);
    if (last?.to === to) last.end += length;
    else pieces.push({ to: to as Stream, start: end, end: end + length });
    end += length;
    at += HEADER_BYTES + length;
  }
  return pieces.map((piece) => ({ to: piece.to, bytes: all.subarray(piece.start, piece.end) }));
}

function headerOf(to: Stream, length: number): Uint8Array {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32LE(((to << TO_BITS) | length) >>> 0);
  return header;
}

function put({ output }: Channel, position: number, bytes: Uint8Array): void {
  const start = position & (OUTPUT_BYTES - 1);
  const first = Math.min(bytes.length, OUTPUT_BYTES - start);
  output.set(first === bytes.length ? bytes : bytes.subarray(0, first), start);
  if (first < bytes.length) output.set(bytes.subarray(first), 0);
}

function get({ output }: Channel, position: number, into: Uint8Array): void {
  const start = position & (OUTPUT_BYTES - 1);
  const first = Math.min(into.length, OUTPUT_BYTES - start);
  into.set(output.subarray(start, start + first));
  if (first < into.length) into.set(output.subarray(0, into.length - first), first);
}

function waiting({ words }: Channel): number {
  return (Atomics.load(words, WORD.head) - Atomics.load(words, WORD.tail)) >>> 0;
}
