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

/** Frames from so many bytes on are written out of the ring, without another copy. */
const LARGE = 16 * 1024;

/** What the main thread has to write. */
export interface Piece {
  readonly to: Stream;
  readonly bytes: Buffer;
  /** Its bytes lie in the ring. */
  readonly isShared: boolean;
  /** Bytes of the ring. */
  readonly room: number;
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

/** Main side: what is to be written next, which stays in the ring until it is released; undefined where nothing is. */
export function nextOutput(channel: Channel): Piece | undefined {
  const tail = Atomics.load(channel.words, WORD.tail);
  const count = waiting(channel);
  if (count === 0) return undefined;
  const first = frameAt(channel, tail);
  const { to, length } = first;
  if (length >= LARGE && !wraps(tail + HEADER_BYTES, length)) {
    const { buffer } = channel.output;
    const bytes = Buffer.from(buffer, (tail + HEADER_BYTES) & (OUTPUT_BYTES - 1), length);
    return { to, bytes, isShared: true, room: HEADER_BYTES + length };
  }
  return copied(channel, tail, count);
}

/** Main side: it has been written. */
export function releaseOutput(channel: Channel, { room }: Piece): void {
  const before = waiting(channel);
  Atomics.add(channel.words, WORD.tail, room);
  const left = waiting(channel);
  // Who found no room does not need to be told of each little that there is.
  if (left === 0 || (before > OUTPUT_BYTES / 2 && left <= OUTPUT_BYTES / 2)) wake(channel, "system");
}

/** Frames that follow each other in one stream, as one piece: each line has its own. */
function copied(channel: Channel, tail: number, count: number): Piece {
  const { to } = frameAt(channel, tail);
  const parts: Buffer[] = [];
  let room = 0;
  while (room < count) {
    const frame = frameAt(channel, tail + room);
    if (frame.to !== to || (parts.length > 0 && frame.length >= LARGE)) break;
    const bytes = Buffer.allocUnsafe(frame.length);
    get(channel, tail + room + HEADER_BYTES, bytes);
    parts.push(bytes);
    room += HEADER_BYTES + frame.length;
  }
  const [first = Buffer.alloc(0)] = parts;
  return { to, bytes: parts.length === 1 ? first : Buffer.concat(parts), isShared: false, room };
}

function frameAt(channel: Channel, position: number): { readonly to: Stream; readonly length: number } {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  get(channel, position, header);
  const word = header.readUInt32LE();
  return { to: (word >>> TO_BITS) as Stream, length: word & MOST };
}

function wraps(position: number, length: number): boolean {
  return (position & (OUTPUT_BYTES - 1)) + length > OUTPUT_BYTES;
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
