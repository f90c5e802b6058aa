/**
 * The output ring: bytes from the system's thread to the main thread's stdout.
 *
 * The main thread does the writing, so that a reader who does not read blocks
 * nobody but the writer, and so that what was written before a trap, or before
 * the deadline ended a looping guest, still comes out.
 */
import { OUTPUT_BYTES, WORD, sleepUntil, wake, type Channel } from "./control.ts";

/** System side: appends `bytes`, waiting for room. Throws Stopped on the host's end. */
export function writeOutput(channel: Channel, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    if (room(channel) === 0) sleepUntil(channel, () => room(channel) > 0);
    const count = Math.min(room(channel), bytes.length - done);
    put(channel, bytes.subarray(done, done + count));
    done += count;
    wake(channel, "main");
  }
}

/** Main side: takes all that is there; empty when nothing is. */
export function takeOutput(channel: Channel): Buffer {
  const count = waiting(channel);
  const tail = Atomics.load(channel.words, WORD.tail);
  const start = tail & (OUTPUT_BYTES - 1);
  const first = Math.min(count, OUTPUT_BYTES - start);
  const taken = Buffer.concat([
    channel.output.subarray(start, start + first),
    channel.output.subarray(0, count - first),
  ]);
  Atomics.store(channel.words, WORD.tail, (tail + count) | 0);
  if (count > 0) wake(channel, "system");
  return taken;
}

function put(channel: Channel, bytes: Uint8Array): void {
  const head = Atomics.load(channel.words, WORD.head);
  const start = head & (OUTPUT_BYTES - 1);
  const first = Math.min(bytes.length, OUTPUT_BYTES - start);
  channel.output.set(bytes.subarray(0, first), start);
  channel.output.set(bytes.subarray(first), 0);
  Atomics.store(channel.words, WORD.head, (head + bytes.length) | 0);
}

function waiting({ words }: Channel): number {
  return (Atomics.load(words, WORD.head) - Atomics.load(words, WORD.tail)) >>> 0;
}

function room(channel: Channel): number {
  return OUTPUT_BYTES - waiting(channel);
}
