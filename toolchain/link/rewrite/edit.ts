/**
 * Edits of a function body: what is put in, and what it takes the place of.
 *
 * Each feature of the rewriter says what it changes, in offsets of the old code;
 * all of it is done in one go, so that one map of offsets holds.
 */
import { CodeWriter } from "../../wasm/index.ts";

/** Replaces the old bytes from `start` to `end`; inserts when these are equal. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly code: Uint8Array;
}

/** A stretch of code that was copied; byte offsets within the old and the new code. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly target: number;
}

/**
 * The new code. Replacements must not overlap; what is inserted at the start of
 * a replaced instruction comes before it, and insertions at one place stay in their order.
 */
export function applyEdits(
  code: Uint8Array,
  edits: readonly Edit[],
): { readonly code: Uint8Array; readonly runs: readonly Run[] } {
  if (edits.length === 0) return { code, runs: [{ start: 0, end: code.length, target: 0 }] };
  const sorted = inOrder(edits) ? edits : edits.toSorted(byPlace);
  const out = new Uint8Array(sorted.reduce((sum, e) => sum + e.code.length - e.end + e.start, code.length));
  const runs: Run[] = [];
  let [copied, length] = [0, 0];
  const copyTo = (end: number): void => {
    runs.push({ start: copied, end, target: length });
    out.set(code.subarray(copied, end), length);
    length += end - copied;
  };
  for (const edit of sorted) {
    // Between insertions there is nothing; a replaced instruction begins behind what is inserted before it.
    if (edit.start > copied || edit.end > edit.start) copyTo(edit.start);
    out.set(edit.code, length);
    length += edit.code.length;
    copied = edit.end;
  }
  copyTo(code.length);
  return { code: out, runs };
}

function byPlace(a: Edit, b: Edit): number {
  return a.start - b.start || a.end - b.end;
}

function inOrder(edits: readonly Edit[]): boolean {
  let before = edits[0];
  for (const edit of edits) {
    if (before !== undefined && byPlace(before, edit) > 0) return false;
    before = edit;
  }
  return true;
}

/** What the writer holds, put in at an offset of the old code. */
export function insertion(at: number, code: CodeWriter): Edit {
  return { start: at, end: at, code: code.bytes() };
}
