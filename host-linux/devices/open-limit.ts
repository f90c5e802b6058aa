/**
 * How much of what Linux lets this host have open may be one thing's.
 *
 * Node raises its limit to the highest that it may have, at its start. A guest that
 * opens all that it is allowed must leave the others, and the host, enough to go on.
 */
import { readFileSync } from "node:fs";

/** Of files and sockets together. Infinite where it cannot be known. */
const OPEN_LIMIT: number = limitIn(limitsText());

/** As many as are wanted, or a share of the limit. */
export function withinLimit(wanted: number, share: number): number {
  return Math.min(wanted, Math.floor(OPEN_LIMIT * share));
}

function limitsText(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}

function limitIn(text: string): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(text) ?? [];
  return soft === undefined ? Infinity : Number(soft);
}
