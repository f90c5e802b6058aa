/** How a system ended, and what that means to whoever started it. */
import type { Reading } from "./meter.ts";
import type { TrapReport } from "./trap/trap.ts";

export type Outcome =
  /** The entry returned. */
  | {
      readonly kind: "ended";
      readonly exitCode: number;
      readonly message?: string;
      readonly readings: readonly Reading[];
    }
  /** The job that ran in place of the entry returned. */
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "trapped"; readonly report: TrapReport }
  /** The plan could not be brought up, or the host could not go on; `message` is for the user. */
  | { readonly kind: "failed"; readonly message: string }
  /** A signal ended it; `forced` when it did not stop by itself in time. */
  | { readonly kind: "stopped"; readonly signal: StopSignal; readonly forced: boolean }
  /** Nobody reads the output any more. */
  | { readonly kind: "unread" };

export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

const SIGNAL_NUMBER = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const SIGPIPE = 13;
const MOST = 255;

/** As a shell has it: 128 and the signal's number for a system that a signal ended. */
export function exitCodeOf(outcome: Outcome): number {
  switch (outcome.kind) {
    case "ended":
      // Above 255 the operating system would keep the low bits: 256 would be success.
      return Math.min(outcome.exitCode, MOST);
    case "returned":
      return 0;
    case "stopped":
      return 128 + SIGNAL_NUMBER[outcome.signal];
    case "unread":
      return 128 + SIGPIPE;
    case "trapped":
    case "failed":
  }
  return 1;
}
