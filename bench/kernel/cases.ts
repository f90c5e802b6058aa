/**
 * The cases: what one round is, and the checksum that proves the work.
 *
 * In round i everybody adds i + 1 to the sum, where only what really served,
 * started, died or took its turn knows the 1. So all cases have one reference.
 */
import type { Case } from "../harness/benchmark.ts";

export interface KernelCase extends Case {
  /** One line for the report. */
  readonly measures: string;
  /** Of Atoll: systems/SYSTEM-system.ts. */
  readonly system: string;
}

/** The sum of i + 1 over all rounds, u32. */
const expected = (rounds: number): number => Number(BigInt.asUintN(32, sumTo(BigInt(rounds))));
const sumTo = (n: bigint): bigint => (n * (n + 1n)) / 2n;

const measured: readonly (readonly [name: string, system: string, measures: string])[] = [
  ["mailbox-call", "call", "a call of a server that is idle, and its answer"],
  ["mailbox-call:message", "message", "the same as a message there and back"],
  ["mailbox-call:stack", "stack", "the same where the server may wait, and has a stack of its own"],
  ["mailbox-call:busy", "ring", "a call of such a server that 16 clients call at once, and its answer"],
  ["mailbox-cast", "message", "a message without answer, sent and handled"],
  ["mailbox-cast:stack", "stack", "the same to a server that has a stack of its own"],
  ["switch", "ring", "one of 100 processes gives way, the next one runs"],
  ["spawn", "spawn", "from the spawn of a process, in the place of one that has ended, to its first answer"],
  ["crash-notice", "notice", "from the message that makes a process crash to the notice at its monitor"],
  ["crash-notice:stack", "notice-stack", "the same where the process has a stack of its own"],
  ["crash-notice:trap", "restart", "what V8 takes of that: the trap, caught in a frame of JavaScript"],
  [
    "crash-notice:promise",
    "restart",
    "what V8 takes for it on a stack of its own, whose promise is rejected",
  ],
  ["restart", "restart", "from the call that makes a process crash to the next life's first answer"],
  ["restart:instance", "restart", "the same with a new V8 instance in place of the reset, without kernel"],
];

export const CASES: readonly KernelCase[] = measured.map(([name, system, measures]) => ({
  name,
  measures,
  system,
  expected,
}));

/** The system that has the case; what is asked of one beside the cases is `SYSTEM:what`. */
export function systemOf(name: string): string {
  return CASES.find((c) => c.name === name)?.system ?? name.split(":")[0]!;
}
