/**
 * What a guard takes for the end of a process, and what it lets pass.
 *
 * A trap, an exception that the guest threw, a stack that is used up, and a call
 * that a device refuses are the guest's. Anything else is the host's own: it is
 * stopping, or has a defect, and no process may outlive that.
 */
import { DeviceTrap } from "../host-error.ts";

const { RuntimeError, Exception } = WebAssembly;

export function isGuestFault(error: unknown): boolean {
  return (
    error instanceof RuntimeError ||
    error instanceof Exception ||
    error instanceof DeviceTrap ||
    isStackOverflow(error)
  );
}

/** V8 throws the same class for other mistakes of a host. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === "Maximum call stack size exceeded";
}
