/** Guests that check several things in one run: each is a row. */
import { expect } from "vitest";
import { type Process, type Ran, runGuest, wasiPlan } from "./guest.ts";
import type { Row } from "./row.ts";

/** What a check of a guest proves. */
export type Check = Omit<Row, "test">;

export interface CheckOptions {
  readonly process?: Process;
  /** What stands in for the shim "base". */
  readonly shim?: () => Promise<Uint8Array>;
  /** Of a run in which time passes in sleep alone. */
  readonly seed?: number;
  /** Of standard input. */
  readonly input?: string;
}

/**
 * A row for each name by which the guest, a component, calls `check` (guests/check.ts). It runs once, when the first of them
 * is tested.
 */
export function checkedRows(
  guest: () => Promise<Uint8Array>,
  { process, shim, input, seed }: CheckOptions,
  checks: readonly Check[],
): Row[] {
  let ran: Promise<Ran> | undefined;
  const run = async (): Promise<Ran> =>
    runGuest(await wasiPlan(await guest(), process, await shim?.()), input, undefined, seed);
  return checks.map((row) => ({
    ...row,
    test: async () => {
      const { lines, outcome } = await (ran ??= run());
      const found = lines.filter((line) => line.replace(/^(not )?ok /, "").replace(/: .*/, "") === row.name);
      expect(found, JSON.stringify({ lines, outcome })).toEqual([`ok ${row.name}`]);
    },
  }));
}
