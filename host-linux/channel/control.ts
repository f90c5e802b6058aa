/**
 * The words that the main thread and the system's thread share.
 *
 * One SharedArrayBuffer holds them, so that a guest that loops, or waits in
 * `read-line`, leaves the main thread free for signals. Each side sleeps until
 * the other has something: it reads the word it will be woken by, looks at the
 * state, and sleeps only if the word has not moved since, so no wake is lost.
 *
 *      word    written by   meaning
 *      MAIN    system       counts up when the main thread has something to do
 *      SYSTEM  main         counts up when the system has something to look at
 *      STOP    main         1: unwind at the next device call
 *      HEAD    system       bytes of output ever written, modulo 2^32
 *      TAIL    main         bytes of output ever taken, modulo 2^32
 *      INPUT   both         state of the input cell, see input.ts
 *      LENGTH  main         bytes in the input cell
 *      UNREAD  main         bit N: nobody reads stream N any more
 */
import { Stopped } from "../host-error.ts";

export const WORD = {
  main: 0,
  system: 1,
  stop: 2,
  head: 3,
  tail: 4,
  input: 5,
  length: 6,
  unread: 7,
} as const;
const WORDS = 8;

/** Bytes of output that wait for the main thread before a writer has to. A power of two. */
export const OUTPUT_BYTES: number = 4 * 1024 * 1024;
/** The longest input line; a longer one arrives in pieces. */
export const LINE_BYTES: number = 1024 * 1024;
/** Bytes of input that the main thread hands over at a time. */
export const INPUT_BYTES: number = 64 * 1024;

export interface Channel {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly output: Uint8Array<SharedArrayBuffer>;
  readonly input: Uint8Array<SharedArrayBuffer>;
}

export function createChannel(): Channel {
  return {
    words: new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)),
    output: new Uint8Array(new SharedArrayBuffer(OUTPUT_BYTES)),
    input: new Uint8Array(new SharedArrayBuffer(INPUT_BYTES)),
  };
}

/** Gives the other side, which may be asleep, something to look at. */
export function wake({ words }: Channel, side: "main" | "system"): void {
  Atomics.add(words, WORD[side], 1);
  Atomics.notify(words, WORD[side]);
}

/** System side: whether the main thread has asked for the end. */
export function isStopAsked({ words }: Channel): boolean {
  return Atomics.load(words, WORD.stop) !== 0;
}

/** System side: whether nobody reads a stream any more, by its number as a descriptor. */
export function isUnread({ words }: Channel, stream: number): boolean {
  return (Atomics.load(words, WORD.unread) & (1 << stream)) !== 0;
}

/** Main side: nobody reads a stream any more; who writes to it may be waiting. */
export function markUnread(channel: Channel, stream: number): void {
  Atomics.or(channel.words, WORD.unread, 1 << stream);
  wake(channel, "system");
}

/** System side: calls `look` now, and whenever the main thread has something for the system, until `over`. */
export async function watch({ words }: Channel, over: AbortSignal, look: () => void): Promise<void> {
  while (!over.aborted) {
    const seen = Atomics.load(words, WORD.system);
    look();
    const wait = Atomics.waitAsync(words, WORD.system, seen);
    if (wait.async) await wait.value;
  }
}

/** System side: throws Stopped once the main thread has asked for the end. */
export function checkStop(channel: Channel): void {
  if (isStopAsked(channel)) throw new Stopped();
}

/** System side: sleeps until `ready`, looked at again after every wake. */
export function sleepUntil(channel: Channel, ready: () => boolean): void {
  for (;;) {
    const seen = Atomics.load(channel.words, WORD.system);
    checkStop(channel);
    if (ready()) return;
    Atomics.wait(channel.words, WORD.system, seen);
  }
}

/** Main side: the value to hand to `wokenSince`, read before looking at the state. */
export function wakesSoFar({ words }: Channel): number {
  return Atomics.load(words, WORD.main);
}

/** Main side: resolves once the system has woken the main thread since `seen` was read. */
export async function wokenSince({ words }: Channel, seen: number): Promise<void> {
  const wait = Atomics.waitAsync(words, WORD.main, seen);
  if (wait.async) await wait.value;
}

/** Main side: asks for the end, and wakes the system if it sleeps. */
export function requestStop(channel: Channel): void {
  Atomics.store(channel.words, WORD.stop, 1);
  wake(channel, "system");
}
