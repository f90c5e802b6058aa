/**
 * A file or a directory that a guest has open, and what it may do with it.
 *
 * What a guest does to contents goes straight between the file and the bytes
 * that the caller gives: parts of the transfer memory.
 */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
  type BigIntStats,
} from "node:fs";
import { opened } from "./beneath.ts";
import { FileError, asFileError } from "./error.ts";

/** Bits of the interface's `descriptor-flags`. */
export const FLAGS = {
  read: 1,
  write: 2,
  fileIntegritySync: 4,
  dataIntegritySync: 8,
  requestedWriteSync: 16,
  mutateDirectory: 32,
} as const;

/** Offsets behind this cannot be passed to Node, and no file is that long. */
const MOST_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

export class Descriptor implements Disposable {
  readonly fd: number;
  readonly isDirectory: boolean;
  /** Bits of FLAGS. */
  readonly flags: number;
  /** Whether the directory was granted for writing that it is, or was opened through. */
  readonly mayChange: boolean;
  #appending: number | undefined;

  /** Takes `fd` over: of a directory, one of O_PATH. */
  constructor(fd: number, of: { isDirectory: boolean; flags: number; mayChange: boolean }) {
    this.fd = fd;
    this.isDirectory = of.isDirectory;
    this.flags = of.flags;
    this.mayChange = of.mayChange;
  }

  /** Returns how many bytes there were. */
  read(bytes: Uint8Array, offset: bigint): number {
    this.#needs(FLAGS.read);
    if (offset > MOST_OFFSET) return 0;
    return whole(bytes.length, (done) =>
      readSync(this.fd, bytes, done, bytes.length - done, Number(offset) + done),
    );
  }

  /** Returns how many bytes were written: all, or as many as there was room for. */
  write(bytes: Uint8Array, offset: bigint): number {
    this.#needs(FLAGS.write);
    if (offset > MOST_OFFSET) throw new FileError("file-too-large");
    return whole(bytes.length, (done) =>
      writeSync(this.fd, bytes, done, bytes.length - done, Number(offset) + done),
    );
  }

  /** As `write`, at the end. Linux finds that itself, so that nobody else's bytes are written over. */
  append(bytes: Uint8Array): number {
    this.#needs(FLAGS.write);
    const flags = constants.O_WRONLY | constants.O_APPEND | syncFlags(this.flags);
    const fd = (this.#appending ??= asFileError(() => openSync(opened(this.fd), flags)));
    return whole(bytes.length, (done) => writeSync(fd, bytes, done, bytes.length - done));
  }

  setSize(size: bigint): void {
    this.#needs(FLAGS.write);
    if (size > MOST_OFFSET) throw new FileError("file-too-large");
    asFileError(() => ftruncateSync(this.fd, Number(size)));
  }

  sync(): void {
    this.#sync(fsyncSync);
  }

  syncData(): void {
    this.#sync(fdatasyncSync);
  }

  stat(): BigIntStats {
    return asFileError(() => fstatSync(this.fd, { bigint: true }));
  }

  /** Throws FileError where something in the directory was to be changed, or the file's attributes. */
  needsChange(): void {
    if (!this.mayChange) throw new FileError("read-only");
  }

  [Symbol.dispose](): void {
    if (this.#appending !== undefined) closeSync(this.#appending);
    closeSync(this.fd);
  }

  #needs(flag: number): void {
    if (this.isDirectory) throw new FileError("is-directory");
    if ((this.flags & flag) !== 0) return;
    throw new FileError(flag === FLAGS.write && !this.mayChange ? "read-only" : "bad-descriptor");
  }

  #sync(call: (fd: number) => void): void {
    asFileError(() => {
      if (!this.isDirectory) return call(this.fd);
      const fd = openSync(`${opened(this.fd)}/.`, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        call(fd);
      } finally {
        closeSync(fd);
      }
    });
  }
}

/** What Linux is to be told at opening, of FLAGS. */
export function syncFlags(flags: number): number {
  const { O_SYNC, O_DSYNC } = constants;
  // Linux treats O_RSYNC as O_SYNC.
  const all = FLAGS.fileIntegritySync | FLAGS.requestedWriteSync;
  return ((flags & all) !== 0 ? O_SYNC : 0) | ((flags & FLAGS.dataIntegritySync) !== 0 ? O_DSYNC : 0);
}

/** Calls until all is done or nothing more is, and returns how much that was; throws what the first call throws. */
function whole(length: number, call: (done: number) => number): number {
  let done = 0;
  while (done < length) {
    try {
      const count = call(done);
      if (count === 0) break;
      done += count;
    } catch (error) {
      if (done > 0) break;
      return asFileError(() => {
        throw error;
      });
    }
  }
  return done;
}
