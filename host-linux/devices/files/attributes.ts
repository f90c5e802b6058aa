/**
 * What is known of a file or a directory: its kind, times, and which one it is.
 */
import { createHash } from "node:crypto";
import { fstatSync, utimesSync, type BigIntStats, type Dirent } from "node:fs";
import { Walk, opened } from "./beneath.ts";
import type { Descriptor } from "./descriptor.ts";
import { asFileError, FileError } from "./error.ts";
import { directoryIn, type Below } from "./names.ts";

/** Positions in the interface's `descriptor-type`. */
const TYPES = [
  ["isBlockDevice", 1],
  ["isCharacterDevice", 2],
  ["isDirectory", 3],
  ["isFIFO", 4],
  ["isSymbolicLink", 5],
  ["isFile", 6],
  ["isSocket", 7],
] as const;
const UNKNOWN = 0;

/** A time to set, in nanoseconds since 1970. */
export type NewTimestamp = "no-change" | "now" | bigint;

/** Position of the kind in the interface's enum. */
export function typeOf(thing: BigIntStats | Dirent<Buffer>): number {
  return TYPES.find(([is]) => thing[is]())?.[1] ?? UNKNOWN;
}

/** What has a path; of a link in its last name what it leads to, or the link. */
export function statAt({ of, path }: Below, follow: boolean): BigIntStats {
  using walk = new Walk(directoryIn(of), path, follow ? "follow" : "look");
  return walk.thing().stat;
}

export function setTimes(descriptor: Descriptor, accessed: NewTimestamp, modified: NewTimestamp): void {
  descriptor.needsChange();
  set(descriptor.fd, accessed, modified);
}

export function setTimesAt(
  { of, path }: Below,
  follow: boolean,
  accessed: NewTimestamp,
  modified: NewTimestamp,
): void {
  const directory = directoryIn(of);
  of.needsChange();
  using walk = new Walk(directory, path, follow ? "follow" : "look");
  set(walk.thing().descriptor, accessed, modified);
}

/** False too for what a file system that is gone says nothing of any more. */
export function isSameObject(one: Descriptor, other: Descriptor): boolean {
  try {
    const [a, b] = [one.stat(), other.stat()];
    return a.dev === b.dev && a.ino === b.ino;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** Of device and number there: two halves of 64 bits. The numbers themselves would tell of the host. */
export function hashOf({ dev, ino }: BigIntStats): readonly [bigint, bigint] {
  const hash = createHash("sha256").update(`atoll file ${dev} ${ino}`).digest();
  return [hash.readBigUInt64LE(0), hash.readBigUInt64LE(8)];
}

/** By the descriptor: what is open as one of O_PATH can be a link, whose own times these are. */
function set(descriptor: number, accessed: NewTimestamp, modified: NewTimestamp): void {
  asFileError(() => {
    const stat = fstatSync(descriptor, { bigint: true });
    utimesSync(opened(descriptor), seconds(accessed, stat.atimeNs), seconds(modified, stat.mtimeNs));
  });
}

/** Since 1970, as Node takes them; `old` is in nanoseconds. */
function seconds(time: NewTimestamp, old: bigint): number {
  if (time === "now") return Date.now() / 1000;
  return Number(time === "no-change" ? old : time) / 1e9;
}
