/**
 * Names in a directory: made, removed, changed, and given to something else.
 *
 * Linux follows no link in the last name here, and the walk follows those before
 * it, so what is changed lies in the directory.
 */
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { Walk, textOf } from "./beneath.ts";
import type { Descriptor } from "./descriptor.ts";
import { FileError, asFileError } from "./error.ts";

/** A path under a directory that is open. */
export interface Below {
  readonly of: Descriptor;
  readonly path: string;
}

export function createDirectory(where: Below): void {
  using walk = toChange(where);
  if (walk.isNameless) throw new FileError("exist");
  asFileError(() => mkdirSync(walk.path));
}

export function removeDirectory(where: Below): void {
  using walk = toChange(where);
  if (walk.isNameless) throw new FileError("invalid");
  asFileError(() => rmdirSync(walk.path));
}

export function unlinkFile(where: Below): void {
  using walk = toChange(where);
  if (walk.isNameless) throw new FileError("is-directory");
  if (walk.asDirectory) throw new FileError(isDirectory(walk) ? "is-directory" : "not-directory");
  asFileError(() => unlinkSync(walk.path));
}

export function rename(from: Below, to: Below): void {
  using before = toChange(from);
  using after = toChange(to);
  if (before.isNameless || after.isNameless) throw new FileError("busy");
  if ((before.asDirectory || after.asDirectory) && !isDirectory(before)) throw new FileError("not-directory");
  asFileError(() => renameSync(before.path, after.path));
}

export function link(from: Below, to: Below): void {
  using before = toChange(from);
  using after = toChange(to);
  if (before.isNameless) throw new FileError("not-permitted");
  if (before.asDirectory) throw new FileError(isDirectory(before) ? "not-permitted" : "not-directory");
  newName(after);
  asFileError(() => linkSync(before.path, after.path));
}

/** `text` is what the link says. */
export function symlink(text: string, where: Below): void {
  if (text === "") throw new FileError("no-entry");
  if (text.startsWith("/")) throw new FileError("not-permitted");
  if (text.includes("\0")) throw new FileError("invalid");
  using walk = toChange(where);
  newName(walk);
  asFileError(() => symlinkSync(text, walk.path));
}

/** What a link says. */
export function readLink({ of, path }: Below): string {
  using walk = new Walk(directoryIn(of), path, "name");
  if (walk.asDirectory) throw new FileError("invalid");
  const text = textOf(asFileError(() => readlinkSync(walk.path, { encoding: "buffer" })));
  if (text.startsWith("/")) throw new FileError("not-permitted");
  return text;
}

/** Throws FileError where it is a file. */
export function directoryIn({ isDirectory, fd }: Descriptor): number {
  if (!isDirectory) throw new FileError("not-directory");
  return fd;
}

function toChange({ of, path }: Below): Walk {
  const directory = directoryIn(of);
  of.needsChange();
  return new Walk(directory, path, "name");
}

/** Of what is no directory. */
function newName(walk: Walk): void {
  if (walk.isNameless) throw new FileError("exist");
  if (walk.asDirectory) throw new FileError("no-entry");
}

function isDirectory(walk: Walk): boolean {
  return asFileError(() => lstatSync(walk.path)).isDirectory();
}
