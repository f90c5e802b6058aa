/**
 * Paths that cannot leave the directory that was granted.
 *
 * A path is walked name by name, each resolved through its symbolic links and
 * compared with the granted directory before the next is looked up, so nothing
 * outside is even touched. `..` is a step back along the names, never the
 * host's idea of a parent.
 */
import { realpathSync } from "node:fs";
import { sep } from "node:path";

/** In the order of the interface's enum, which is its discriminant. */
export const ERROR_CODES = [
  "not-found",
  "not-a-directory",
  "is-a-directory",
  "escapes",
  "too-large",
  "invalid-utf8",
  "io",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error value of the directory interface, on its way to the caller. */
export class DirectoryError extends Error {
  override readonly name = "DirectoryError";
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

/** The real path of what `path` names under `root`, itself a real path. Throws DirectoryError. */
export function walk(root: string, path: string): string {
  let current = root;
  for (const name of namesOf(path)) current = walkOne(root, current, name);
  return current;
}

/** The real path of what the real directory `from` calls `name`. Throws DirectoryError. */
export function walkOne(root: string, from: string, name: string): string {
  const real = asDirectoryError(() => realpathSync.native(from + sep + name));
  if (!isInside(root, real)) throw new DirectoryError("escapes");
  return real;
}

/** The names that are left once `.` and `..` are taken out. Throws `escapes`. */
export function namesOf(path: string): string[] {
  if (path.startsWith("/") || path.includes("\0")) throw new DirectoryError("escapes");
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.pop() === undefined) throw new DirectoryError("escapes");
  }
  return names;
}

export function isInside(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

const CODE_OF: Readonly<Record<string, ErrorCode>> = {
  ENOENT: "not-found",
  ENAMETOOLONG: "not-found",
  ENOTDIR: "not-a-directory",
  EISDIR: "is-a-directory",
};

/** Runs a call of node:fs, its exceptions turned into error values of the interface. */
export function asDirectoryError<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof DirectoryError || typeof code !== "string") throw error;
    throw new DirectoryError(CODE_OF[code] ?? "io");
  }
}
