/**
 * One proof of what of WASI works: a test, and the functions that it is about.
 *
 * docs/support.md is made of all rows (support/), so a function has one as soon as
 * the shim exports it.
 */
import { describe, it } from "vitest";

/** What is not as WASI has it. */
export type Limit =
  | { readonly partly: string }
  /** The call fails, or is refused when the system is linked. */
  | { readonly refused: string };

export interface Row {
  /**
   * Functions as `wasi:clocks/wall-clock#now` and `wasi:io/poll#pollable.ready`, without version; or all of an
   * interface, as `wasi:io/poll`.
   */
  readonly proves: readonly string[];
  /** What is true of them: the test's name. */
  readonly name: string;
  /** On the Linux host; without one it is as WASI has it. */
  readonly linux?: Limit;
  /** In images; without it as on the Linux host. images.test.ts is where they are tried. */
  readonly images?: Limit | "as WASI has it";
  readonly test: () => Promise<void> | void;
}

export function defineRows(subject: string, rows: readonly Row[]): void {
  describe(subject, () => {
    // The first of them compiles what all need.
    for (const { name, test } of rows) it(name, { timeout: 240_000 }, test);
  });
}
