/**
 * Reports of the kernel's tables, and how those of handles are laid out for guests.
 *
 * A handle-info (CanonicalABI.md, offsets in bytes):
 *
 *       0 handle     4 holder      8 provider     12 allows: u8
 *      16 functions 20 uses-left  24 derived-from 28
 */
import { HANDLE_CALL, LOOK_HANDLE, LOOK_PROCESS, LOOK_TOTALS } from "../../kernel/abi.ts";
import type { KernelDoor } from "./kernel-door.ts";
import type { Store } from "./transfer.ts";

export const NOTHING: Int32Array = new Int32Array(0);

export const HANDLE_INFO = { size: 28, alignment: 4 } as const;

/** The entries of a table that are in use: as many as the totals say, so that a large table is not read to its end. */
export function* reports(
  door: KernelDoor,
  what: typeof LOOK_PROCESS | typeof LOOK_HANDLE,
): Generator<Int32Array> {
  // What is in use has a word that is not 0: the pid, or the kind of a handle.
  const [used, total] = what === LOOK_PROCESS ? [0, 0] : [3, 2];
  let left = word(door.look(LOOK_TOTALS, 1) ?? NOTHING, total);
  for (let index = 1; left > 0; index++) {
    const words = door.look(what, index);
    if (words === undefined) return;
    if (word(words, used) === 0) continue;
    left -= 1;
    yield words;
  }
}

/** Unsigned; 0 for what is not there. */
export function word(words: Int32Array, position: number): number {
  return (words[position] ?? 0) >>> 0;
}

/** A report of LOOK_HANDLE. */
export const storeHandle: Store<Int32Array> = (view, at, words) => {
  for (const [i, from] of [0, 1, 2, 3, 5, 6, 7].entries()) {
    if (from === 3) view.setUint8(at + i * 4, word(words, from) - HANDLE_CALL);
    else view.setUint32(at + i * 4, word(words, from), true);
  }
};
