/**
 * How handles lie in memory: one memory for the system, a table per component instance.
 *
 * Only what the linker emits reads or writes this memory; a guest holds an index.
 * ```
 * 0           64 KiB          + 32 × tables                          memory's end
 * | see below | loans ──▶   | table | table | … | entries of a table | entries … |
 *             a stack of 1 MiB
 * ```
 * A **table** is 32 bytes. Its entries move when they outgrow their place, so
 * `base` is read anew after each call:
 * ```
 * 0      4        8      12         16      20     32
 * | base | length | free | capacity | limit | unused |
 * ```
 * `length` counts entries up to the highest that was ever used, and index 0, which
 * never is; `free` is the index that was freed last, 0 for none: indices come
 * back last in, first out, as the specification asks. An **entry** is 16 bytes:
 * ```
 * 0      4     8       12      16
 * | kind | rep | lends | scope |      kind: 2 × type for a borrow, 2 × type + 1 for an own
 * | 0    |     |       | next  |      free: the index freed before this one
 * ```
 * Types are numbered over the whole system from 1, so `kind` names provider and
 * type in one word: a provider that starts anew gets new numbers, and handles to
 * what is gone fit no type any more. `lends` counts calls under way that borrow
 * from this handle. `scope` of a borrow is the address of the counter of the call
 * that it belongs to; that counter and the lenders of a call lie on the **loans**
 * stack. Sources: CanonicalABI.md, "Table State", "Resource State", "Task State".
 */

import { HANDLE_LAYOUT } from "../plan.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}

export const LOANS: Range = { start: 2 ** 16, end: 2 ** 16 + 2 ** 20 };
export const FIRST_TABLE: number = LOANS.end;
/** Below the loans: for each power of two, the last place of so many entries that a table outgrew, 0 for none. */
export const OUTGROWN = 64;

export const TABLE: (typeof HANDLE_LAYOUT)["table"] = HANDLE_LAYOUT.table;
export const TABLE_SIZE = 32;

export const ENTRY: (typeof HANDLE_LAYOUT)["entry"] = HANDLE_LAYOUT.entry;
export const ENTRY_SIZE_LOG2: number = Math.log2(HANDLE_LAYOUT.entrySize);

/** Of a table, in entries; `Table.MAX_LENGTH`, which no memory of 32 bits could exceed. */
export const MAX_ENTRIES: number = 2 ** 28 - 1;
/** Of a table's first place, in entries; a power of two, as all that follow. */
export const FIRST_CAPACITY = 16;

/** The `kind` of an own handle. */
export function ownKind(type: number): number {
  return 2 * type + 1;
}
