/**
 * What was made before, by a hash of everything that it was made of.
 *
 * Files are written whole or not at all, so that two builds at once do each other
 * no harm, and never changed. What is not asked for any more stays: a folder under
 * `build/` may be deleted at any time.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

export class Cache {
  readonly folder: string;
  /** How many files were made, not found. */
  made = 0;

  readonly #making: () => void;

  /** @param making Told whenever something is about to be made, which takes long. */
  constructor(folder: string, making: () => void = () => {}) {
    this.folder = folder;
    this.#making = making;
  }

  /** The path of `name`, which `make` writes when it is not there. `make` gets a path beside it. */
  async file(name: string, make: (path: string) => Promise<void>): Promise<string> {
    const path = join(this.folder, name);
    if (existsSync(path)) return path;
    await mkdir(this.folder, { recursive: true });
    const own = join(this.folder, `${randomUUID()}-${name}`);
    this.#making();
    try {
      await make(own);
      await rename(own, path);
    } finally {
      await rm(own, { force: true });
    }
    this.made += 1;
    return path;
  }
}

/** Short enough for a file's name, long enough that nothing else has it. */
export function keyOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const { byteLength } = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${byteLength}:`).update(part);
  }
  return hash.digest("hex").slice(0, 24);
}
