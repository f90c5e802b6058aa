/** Names of the numbers in abi.ts, for people and for event logs: `EVENT_CALL` is "call". */
import * as abi from "./abi.ts";

/** Bounds, which are no names. */
const BOUNDS: ReadonlySet<string> = new Set(["REASON_LAST", "REASON_LAST_ORDERLY"]);

/** What the constants with this prefix are called, by number: `start-timeout` for `REASON_START_TIMEOUT`. */
function namesOf(prefix: string): ReadonlyMap<number, string> {
  const entries = Object.entries(abi).filter(([name]) => name.startsWith(prefix) && !BOUNDS.has(name));
  const word = (name: string): string => name.slice(prefix.length).toLowerCase().replaceAll("_", "-");
  return new Map(entries.map(([name, value]) => [value, word(name)]));
}

export const EVENT_NAMES: ReadonlyMap<number, string> = namesOf("EVENT_");
export const COMMAND_NAMES: ReadonlyMap<number, string> = namesOf("COMMAND_");
export const STATUS_NAMES: ReadonlyMap<number, string> = namesOf("STATUS_");
export const STATE_NAMES: ReadonlyMap<number, string> = namesOf("STATE_");
export const REASON_NAMES: ReadonlyMap<number, string> = namesOf("REASON_");
