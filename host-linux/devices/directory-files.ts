/**
 * Reading under a granted directory: what the host's files look like to a guest.
 *
 * Everything here throws DirectoryError and knows nothing of memories.
 */
import { Buffer, isUtf8 } from "node:buffer";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  opendirSync,
  readlinkSync,
  statSync,
  type Dirent,
} from "node:fs";
import { DirectoryError, asDirectoryError, isInside, namesOf, walk, walkOne } from "./path-walk.ts";

const MOST_ENTRIES = 65_536;
/** That are read at once. */
export const MOST_BYTES: number = 64 * 1024 * 1024;

export interface Entry {
  readonly name: string;
  readonly kind: "file" | "directory";
  readonly size: number;
}

/** An open file and its size; `using` closes it. */
export interface OpenFile extends Disposable {
  readonly descriptor: number;
  readonly size: number;
}

/** Opens a file that lies under `root`. */
export function openFile(root: string, path: string): OpenFile {
  const real = walk(root, path);
  // Not blocking, because opening a pipe would wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const descriptor = asDirectoryError(() => openSync(real, flags));
  try {
    const stat = asDirectoryError(() => fstatSync(descriptor));
    if (stat.isDirectory()) throw new DirectoryError("is-a-directory");
    if (!stat.isFile()) throw new DirectoryError("io");
    // Somebody may have swapped a directory for a link after the walk.
    const opened = asDirectoryError(() => readlinkSync(`/proc/self/fd/${descriptor}`));
    if (!isInside(root, opened)) throw new DirectoryError("escapes");
    return { descriptor, size: stat.size, [Symbol.dispose]: () => closeSync(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** What `path` names; `io` for what is neither a file nor a directory. */
export function statEntry(root: string, path: string): Entry {
  return entryOf(walk(root, path), namesOf(path).at(-1) ?? "");
}

/** The files and directories at `path` that can be opened from there, sorted by name. */
export function listEntries(root: string, path: string): Entry[] {
  const real = walk(root, path);
  const names = asDirectoryError(() => namesIn(real)).sort((a, b) => a.compare(b));
  const entries: Entry[] = [];
  for (const bytes of names) {
    const name = bytes.toString("utf8");
    try {
      entries.push(entryOf(walkOne(root, real, name), name));
    } catch (error) {
      // What cannot be opened is not shown: a link that leads out or nowhere, a pipe, a file just deleted.
      if (!(error instanceof DirectoryError)) throw error;
    }
  }
  return entries;
}

function entryOf(real: string, name: string): Entry {
  const stat = asDirectoryError(() => statSync(real));
  if (stat.isDirectory()) return { name, kind: "directory", size: 0 };
  if (!stat.isFile()) throw new DirectoryError("io");
  return { name, kind: "file", size: stat.size };
}

/** Names are read as bytes, because Linux has names that are not text. */
function namesIn(real: string): Buffer[] {
  const names: Buffer[] = [];
  // The types of Node know only strings here.
  const directory = opendirSync(real, { encoding: "buffer" as BufferEncoding });
  try {
    for (let next = directory.readSync(); next !== null; next = directory.readSync()) {
      const { name } = next as unknown as Dirent<Buffer>;
      if (isUtf8(name)) names.push(name);
      if (names.length > MOST_ENTRIES) throw new DirectoryError("too-large");
    }
  } finally {
    directory.closeSync();
  }
  return names;
}
