/**
 * Opening a file or a directory under a directory.
 *
 * What is there is looked at first, by a descriptor that does nothing to it, and
 * then that same thing is opened: so pipes and devices are never opened, and
 * what was looked at is what is opened, whatever has its name by then.
 */
import { constants, openSync } from "node:fs";
import { Walk, opened } from "./beneath.ts";
import { Descriptor, FLAGS, syncFlags } from "./descriptor.ts";
import { FileError, asFileError } from "./error.ts";

/** Bits of the interface's `open-flags`. */
const OPEN = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;

/** How often a name may come and go between a look and an opening. */
const MOST_ATTEMPTS = 16;

export interface Opening {
  readonly path: string;
  readonly follow: boolean;
  /** Bits of OPEN. */
  readonly open: number;
  /** Bits of FLAGS. */
  readonly flags: number;
}

/** Throws FileError. */
export function openAt(base: Descriptor, opening: Opening): Descriptor {
  if (!base.isDirectory) throw new FileError("not-directory");
  const { open, flags } = opening;
  const changes = (open & (OPEN.create | OPEN.truncate)) | (flags & (FLAGS.write | FLAGS.mutateDirectory));
  if (changes !== 0) base.needsChange();
  if ((open & OPEN.create) !== 0 && (open & OPEN.directory) !== 0) throw new FileError("invalid");
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const descriptor = tryToOpen(base, opening);
    if (descriptor !== undefined) return descriptor;
  }
  throw new FileError("busy");
}

/** Undefined when somebody made what was to be created. */
function tryToOpen(base: Descriptor, opening: Opening): Descriptor | undefined {
  const exclusive = (opening.open & OPEN.exclusive) !== 0 && (opening.open & OPEN.create) !== 0;
  using walk = new Walk(base.fd, opening.path, opening.follow && !exclusive ? "follow" : "look");
  if (walk.found === undefined && (opening.open & OPEN.create) !== 0) {
    return create(base, walk, opening, exclusive);
  }
  if (walk.found !== undefined && exclusive) throw new FileError("exist");
  return openFound(base, walk, opening);
}

function create(base: Descriptor, walk: Walk, opening: Opening, exclusive: boolean): Descriptor | undefined {
  if (walk.asDirectory) throw new FileError("is-directory");
  const flags = opening.flags & ~FLAGS.mutateDirectory;
  const how = constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    const fd = asFileError(() => openSync(walk.path, how | accessOf(opening)));
    return new Descriptor(fd, { isDirectory: false, flags, mayChange: base.mayChange });
  } catch (error) {
    if (error instanceof FileError && error.code === "exist" && !exclusive) return undefined;
    throw error;
  }
}

function openFound({ mayChange }: Descriptor, walk: Walk, opening: Opening): Descriptor {
  const { descriptor, stat } = walk.thing();
  if (stat.isDirectory()) {
    const writes = (opening.flags & FLAGS.write) | (opening.open & (OPEN.create | OPEN.truncate));
    if (writes !== 0) throw new FileError("is-directory");
    return directoryOf(walk.take(), mayChange);
  }
  if ((opening.open & OPEN.directory) !== 0) throw new FileError("not-directory");
  if (stat.isSymbolicLink()) throw new FileError("loop");
  if (!stat.isFile()) throw new FileError("unsupported");
  const truncates = (opening.open & OPEN.truncate) !== 0 ? constants.O_TRUNC : 0;
  const fd = asFileError(() => openSync(opened(descriptor), accessOf(opening) | truncates));
  return new Descriptor(fd, { isDirectory: false, flags: opening.flags & ~FLAGS.mutateDirectory, mayChange });
}

/** Takes the descriptor over, which is one of O_PATH. */
export function directoryOf(fd: number, mayChange: boolean): Descriptor {
  const flags = FLAGS.read | (mayChange ? FLAGS.mutateDirectory : 0);
  return new Descriptor(fd, { isDirectory: true, flags, mayChange });
}

function accessOf({ open, flags }: Opening): number {
  const writes = (flags & FLAGS.write) !== 0 || (open & OPEN.truncate) !== 0;
  const reads = (flags & FLAGS.read) !== 0 || !writes;
  const access = writes ? (reads ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  // Not blocking and no controlling terminal: what was looked at is a file, but nothing hangs on that alone.
  return access | constants.O_NONBLOCK | constants.O_NOCTTY | syncFlags(flags);
}
