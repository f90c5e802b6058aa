/**
 * The input cell: one line at a time, from the main thread to the system's.
 *
 * The main thread reads only when a process has asked, so a system that never
 * reads leaves its standard input to whoever comes after it.
 *
 *      INPUT   idle ──system asks──▶ asked ──main answers──▶ line | end
 *                ▲                                              │
 *                └──────────────── system has read it ──────────┘
 */
import { INPUT_BYTES, WORD, sleepUntil, wake, type Channel } from "./control.ts";

const STATE = { idle: 0, asked: 1, line: 2, end: 3 } as const;

/** UTF-8, without its end; undefined at the end of input. */
export type InputLine = Uint8Array | undefined;

/** System side: waits for a line. */
export function readInput(channel: Channel): InputLine {
  askForInput(channel);
  sleepUntil(channel, () => Atomics.load(channel.words, WORD.input) !== STATE.asked);
  return takeInput(channel)?.line;
}

/** System side: asks for a line, which is not there at once. */
export function askForInput(channel: Channel): void {
  Atomics.store(channel.words, WORD.input, STATE.asked);
  wake(channel, "main");
}

/** System side: the answer, once; undefined while there is none. */
export function takeInput({ words, input }: Channel): { readonly line: InputLine } | undefined {
  const state = Atomics.load(words, WORD.input);
  if (state !== STATE.line && state !== STATE.end) return undefined;
  const line = state === STATE.line ? input.slice(0, words[WORD.length]) : undefined;
  Atomics.store(words, WORD.input, STATE.idle);
  return { line };
}

/** Main side: whether a process waits for a line. */
export function inputAsked({ words }: Channel): boolean {
  return Atomics.load(words, WORD.input) === STATE.asked;
}

/** Main side: answers; `line` has at most INPUT_BYTES. */
export function answerInput(channel: Channel, line: Uint8Array | undefined): void {
  if (line !== undefined) {
    if (line.length > INPUT_BYTES) throw new RangeError(`a line of ${line.length} bytes for ${INPUT_BYTES}`);
    channel.input.set(line);
    channel.words[WORD.length] = line.length;
  }
  Atomics.store(channel.words, WORD.input, line === undefined ? STATE.end : STATE.line);
  wake(channel, "system");
}
