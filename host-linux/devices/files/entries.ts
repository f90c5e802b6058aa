/** What a directory holds, batch by batch. */
import { isUtf8 } from "node:buffer";
import { opendirSync, type Dir, type Dirent } from "node:fs";
import { typeOf } from "./attributes.ts";
import { opened } from "./beneath.ts";
import type { Descriptor } from "./descriptor.ts";
import { asFileError } from "./error.ts";
import { directoryIn } from "./names.ts";

/** In a batch. */
const MOST_ENTRIES = 256;

export interface Entry {
  readonly name: string;
  /** Position in the interface's `descriptor-type`. */
  readonly type: number;
}

export class EntryStream implements Disposable {
  readonly #directory: Dir;
  #isClosed = false;

  /** Throws FileError. */
  constructor(directory: Descriptor) {
    // Names are read as bytes, because Linux has names that are not text. The types of Node know only strings here.
    const options = { encoding: "buffer" as BufferEncoding, bufferSize: MOST_ENTRIES };
    this.#directory = asFileError(() => opendirSync(opened(directoryIn(directory)), options));
  }

  /** The next ones, without those whose names are not UTF-8; none at the end. Throws FileError. */
  next(): Entry[] {
    const entries: Entry[] = [];
    while (entries.length < MOST_ENTRIES && !this.#isClosed) {
      const found = asFileError(() => this.#directory.readSync()) as unknown as Dirent<Buffer> | null;
      if (found === null) this[Symbol.dispose]();
      else if (isUtf8(found.name)) entries.push({ name: found.name.toString("utf8"), type: typeOf(found) });
    }
    return entries;
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#directory.closeSync();
  }
}
