/**
 * Module "atoll/fault": how a program ends whose callee did not return.
 */
import { Fault } from "atoll";

/** Ends the program; `call` is what it had called, such as `search:index/api#search`. */
export function exitWith(fault: i32, call: string): void {
  throw new Error("fault: " + nameOf(fault) + ", in " + call);
}

function nameOf(fault: i32): string {
  switch (fault) {
    case Fault.Crashed:
      return "crashed";
    case Fault.Revoked:
      return "revoked";
    case Fault.Timeout:
      return "timeout";
    case Fault.Overloaded:
      return "overloaded";
    case Fault.Exhausted:
      return "exhausted";
    default:
      return "unavailable";
  }
}
