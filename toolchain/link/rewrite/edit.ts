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
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const out = new CodeWriter();
  const runs: Run[] = [];
  let copied = 0;
  for (const edit of sorted) {
    runs.push({ start: copied, end: edit.start, target: out.length });
    out.raw(code.subarray(copied, edit.start)).raw(edit.code);
    copied = edit.end;
  }
  runs.push({ start: copied, end: code.length, target: out.length });
  out.raw(code.subarray(copied));
  return { code: out.bytes(), runs };
}

/** What the writer holds, put in at an offset of the old code. */
export function insertion(at: number, code: CodeWriter): Edit {
  return { start: at, end: at, code: code.bytes() };
}
