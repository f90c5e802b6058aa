/**
 * What the functions of every process view do: for bindings, and for who reads the WIT.
 *
 * Costs are the order of the kernel's own work: *constant* means independent of how
 * many processes, messages and handles there are.
 */
import { PROCESS } from "./process-resource.ts";
import { PROCESS_FLAGS, type PROCESS_FUNCTIONS } from "./process-view.ts";

const FUNCTIONS: Readonly<Record<(typeof PROCESS_FUNCTIONS)[number], string>> = {
  spawn: `Makes a process, and starts it. The handle is its life.
Only over a wire that says so, such as { spawn: "room" }.
Faults: exhausted (as many as there may be), unavailable (its supervisor is not up),
revoked and overloaded (the limits of the wire). Cost: constant, and its initialisers.`,
  provider: `A handle of the process that the wire leads to, within the limits of the wire.
Only over a wire to a process that is there, such as "store".
Faults: exhausted (handles), revoked and overloaded (the limits of the wire). Cost: constant.`,
  monitor: `Asks for one notice, with this token, when the process ends.
Faults: revoked, unavailable (it does not run), exhausted (records). Cost: constant.`,
  link: `Binds both lives: when one fails, so does the other.
Faults: revoked, unavailable (it does not run), exhausted (records). Cost: constant.`,
  narrow: `A new handle made of this one. It allows these functions, as far as this one does:
so many uses, at most so many in a second, for so many microseconds from now; 0 is no limit.
A use of it is one of all that it was made of.
Faults: revoked (or expired), overloaded (the rate), exhausted (handles; 16 made one of the other).
Cost: grows with the number of handles that it was made of, one of the other.`,
  revoke: `Takes back this handle and all that were made of it, whoever has them: calls by them end in
the fault revoked. Faults: revoked (it was already).
Cost: grows with the number of handles that were made of it.`,
};

const RESOURCE = `What its holder may do with a process that exports the interface. Handles cross between
processes as they are. The process ends when the handle that it was made with is dropped or
revoked; other handles of it may be dropped as one likes.`;

/** By item path, such as `chat:room/api-process#process.spawn`. */
export function processViewDocs(view: string): Map<string, string> {
  return new Map([
    [`${view}#${PROCESS_FLAGS}`, "The functions of the interface, in their order."],
    [`${view}#${PROCESS}`, RESOURCE],
    ...Object.entries(FUNCTIONS).map(([name, text]) => [`${view}#${PROCESS}.${name}`, text] as const),
  ]);
}
