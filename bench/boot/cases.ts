/**
 * The cases: what one boot is timed until. A boot counts if the guest said what it had to, and its status was 0.
 *
 * The clock starts before QEMU is started as a process, and stops in the process that
 * started it: with the first byte of the line that is waited for, or with QEMU's end.
 */
import type { Case } from "../harness/benchmark.ts";

interface BootCase extends Case {
  /** One line for the report. */
  readonly measures: string;
}

const expected = (rounds: number): number => rounds;

export const CASES: readonly BootCase[] = [
  { name: "first-output", measures: "from the start of QEMU to the first output of an app", expected },
  { name: "exit", measures: "from the start of QEMU to its end", expected },
];
