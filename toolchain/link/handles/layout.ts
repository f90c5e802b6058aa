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
 * 0      4        8      12         16     20     24     28       32
 * | base | length | free | capacity | room | left | more | next |
 * ```
 * `length` counts entries up to the highest that was ever used, and index 0, which
 * never is; `free` is the index that was freed last, 0 for none: indices come
 * back last in, first out, as the specification asks. `more` of the first table of a
 * process says by how many entries its tables together may still grow, and `room` of
 * each where that is. `left` is 1 while the instance has called another one of its
 * component and could be entered again (`doors.ts`). Tables of processes that are made
 * at run time lie among the entries, in a list by `next`. An **entry** is 16 bytes:
 * ```
 * 0      4     8       12      16
 * | kind | rep | lends | scope |      kind: 2 × type for a borrow, 2 × type + 1 for an own
 * | 0    |     |       | next  |      free: the index freed before this one
 * ```
 * Types are numbered over the whole system: the number is 1 + type + types ×
 * generation, so `kind` names provider, type and life of the provider in one word.
 * A provider that starts anew gets the next generation, and handles to what is gone
 * fit no type any more: they are **stale**. Generation 0 is given to none, only to
 * stale entries once numbers start over.
 *
 * `lends` counts calls under way that borrow from this handle. A call that lends
 * handles out, or gives borrowed ones, has a record on the stack of **loans**, and
 * above it a word for each handle of the caller that it lent. Where a guard may have
 * to undo the call, there is also one for each own that it gave, by the handle that
 * the receiver has:
 * ```
 * 0              4              8         12
 * | caller table | callee table | borrows | lent: 2 × handle + 1 | given: 4 × handle + 2 | …
 * ```
 * `borrows` counts the handles that the callee has to drop, whose `scope` is the
 * address of the record. Addresses of tables are multiples of 4, so the stack can be read
 * upwards: from it `empty` undoes what calls that never ended have lent.
 * Sources: CanonicalABI.md, "Table State", "Resource State", "Task State".
 */

import { HANDLE_LAYOUT } from "../plan.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}

export const LOANS: Range = { start: 2 ** 16, end: 2 ** 16 + 2 ** 20 };
/** Of a call's record on the stack of loans. */
export const RECORD: Record<keyof (typeof HANDLE_LAYOUT)["record"] | "size", number> = {
  ...HANDLE_LAYOUT.record,
  size: HANDLE_LAYOUT.recordSize,
};
export const FIRST_TABLE: number = LOANS.end;
/** Below the loans: how many types the system has. */
export const TYPES = 32;
/** Below the loans: for each power of two, the last place of so many entries that a table outgrew, 0 for none. */
export const OUTGROWN = 64;
/** Below the loans: the table that was made last while the system runs, 0 for none. */
export const MADE = 36;

export const TABLE: Record<keyof (typeof HANDLE_LAYOUT)["table"] | "left" | "more" | "next", number> = {
  ...HANDLE_LAYOUT.table,
  left: 20,
  more: 24,
  next: 28,
};
export const TABLE_SIZE = 32;

export const ENTRY: (typeof HANDLE_LAYOUT)["entry"] = HANDLE_LAYOUT.entry;
export const ENTRY_SIZE_LOG2: number = Math.log2(HANDLE_LAYOUT.entrySize);

/** Of a table, in entries; `Table.MAX_LENGTH`, which no memory of 32 bits could exceed. */
export const MAX_ENTRIES: number = 2 ** 28 - 1;
/** Of a table's first place, in entries; a power of two, as all that follow. */
export const FIRST_CAPACITY = 16;

/** The `kind` of an own handle of a type in its provider's first life. */
export function firstKind(type: number, types: number): number {
  return 2 * (1 + type + types) + 1;
}
