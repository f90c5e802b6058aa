/**
 * The files that guests have opened in read-only directories.
 */
import { readSync } from "node:fs";
import type { OpenFile } from "./directory-files.ts";
import { DirectoryError, asDirectoryError } from "./path-walk.ts";
import { RepTable } from "./rep-table.ts";

/** Of all processes together; a host has a thousand descriptors as a rule. */
const MOST_OPEN = 512;

export class OpenFiles {
  readonly #files = new RepTable<OpenFile>("file");

  /** Takes the file over; returns its rep. Throws DirectoryError when too many are open. */
  add(file: OpenFile): number {
    if (this.#files.size >= MOST_OPEN) {
      file[Symbol.dispose]();
      throw new DirectoryError("too-large");
    }
    const rep = this.#files.add(file);
    if (rep === undefined) throw new DirectoryError("too-large");
    return rep;
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
    return this.#files.get(rep);
  }

  close(rep: number): void {
    this.#files.close(rep);
  }
}
