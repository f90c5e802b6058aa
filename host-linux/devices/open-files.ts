/**
 * The files that guests have opened: resources whose reps this host gives out.
 *
 * One for a system, so that a handle means the same to whoever holds it. A rep is
 * never given out twice. The descriptors end with the thread's process at the
 * latest; a handle that is dropped, by its owner or after its owner's death,
 * closes its file.
 */
import { readSync } from "node:fs";
import { HostError } from "../host-error.ts";
import type { OpenFile } from "./directory-files.ts";
import { DirectoryError, asDirectoryError } from "./path-walk.ts";

/** Of all processes together; a host has a thousand descriptors as a rule. */
const MOST_OPEN = 512;
const MOST_REPS = 2 ** 31;

export class OpenFiles {
  readonly #files = new Map<number, OpenFile>();
  #next = 1;

  /** Takes the file over; returns its rep. Throws DirectoryError when too many are open. */
  add(file: OpenFile): number {
    if (this.#files.size >= MOST_OPEN || this.#next >= MOST_REPS) {
      file[Symbol.dispose]();
      throw new DirectoryError("too-large");
    }
    this.#files.set(this.#next, file);
    return this.#next++;
  }

  /** Reads into `bytes` from an offset of the file on; returns how many there were. */
  read(rep: number, offset: bigint, bytes: Uint8Array): number {
    const { descriptor } = this.get(rep);
    let done = 0;
    while (done < bytes.length) {
      const at = offset + BigInt(done);
      const count = asDirectoryError(() => readSync(descriptor, bytes, done, bytes.length - done, at));
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  get(rep: number): OpenFile {
    const file = this.#files.get(rep);
    if (file === undefined) throw new HostError(`A device was given the file ${rep}, which is not open.`);
    return file;
  }

  close(rep: number): void {
    const file = this.get(rep);
    this.#files.delete(rep);
    try {
      file[Symbol.dispose]();
    } catch {
      // Linux has let go of the descriptor all the same, and a drop has no error to return.
    }
  }
}
