/** Names of the numbers in abi.ts, for people and for event logs: `EVENT_CALL` is "call". */
import * as abi from "./abi.ts";

/** What the constants with this prefix are called, by number; in lower case. */
function namesOf(prefix: string): ReadonlyMap<number, string> {
  const entries = Object.entries(abi).filter(([name]) => name.startsWith(prefix));
  return new Map(entries.map(([name, value]) => [value, name.slice(prefix.length).toLowerCase()]));
}

export const EVENT_NAMES: ReadonlyMap<number, string> = namesOf("EVENT_");
export const COMMAND_NAMES: ReadonlyMap<number, string> = namesOf("COMMAND_");
export const STATUS_NAMES: ReadonlyMap<number, string> = namesOf("STATUS_");
