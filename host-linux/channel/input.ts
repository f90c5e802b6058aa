/**
 * The input cell: some bytes at a time, from the main thread to the system's.
 *
 * The main thread reads only when a process has asked, so a system that never
 * reads leaves its standard input to whoever comes after it.
 *
 *      INPUT   idle ──system asks──▶ asked ──main answers──▶ bytes | end
 *                ▲                                              │
 *                └──────────────── system has read it ──────────┘
 */
import { INPUT_BYTES, WORD, wake, type Channel } from "./control.ts";

const STATE = { idle: 0, asked: 1, bytes: 2, end: 3 } as const;

/** System side: asks for bytes, which are not there at once. */
export function askForInput(channel: Channel): void {
  Atomics.store(channel.words, WORD.input, STATE.asked);
  wake(channel, "main");
}

/** System side: whether there is an answer. */
export function isInputThere({ words }: Channel): boolean {
  const state = Atomics.load(words, WORD.input);
  return state === STATE.bytes || state === STATE.end;
}

/** System side: the answer, once, where there is one: bytes, or undefined at the end of input. */
export function takeInput({ words, input }: Channel): Uint8Array | undefined {
  const isEnd = Atomics.load(words, WORD.input) === STATE.end;
  const bytes = isEnd ? undefined : input.slice(0, words[WORD.length]);
  Atomics.store(words, WORD.input, STATE.idle);
  return bytes;
}

/** Main side: whether a process waits for input. */
export function inputAsked({ words }: Channel): boolean {
  return Atomics.load(words, WORD.input) === STATE.asked;
}

/** Main side: answers; `bytes` are at most INPUT_BYTES, undefined at the end of input. */
export function answerInput(channel: Channel, bytes: Uint8Array | undefined): void {
  if (bytes !== undefined) {
    if (bytes.length > INPUT_BYTES) throw new RangeError(`${bytes.length} bytes of input for ${INPUT_BYTES}`);
    channel.input.set(bytes);
    channel.words[WORD.length] = bytes.length;
  }
  Atomics.store(channel.words, WORD.input, bytes === undefined ? STATE.end : STATE.bytes);
  wake(channel, "system");
}
