/**
 * Granted directories as they go into an image that has no files: read, sorted, each file once.
 *
 * What a path leads to is decided here as host-linux/devices/path-walk.ts does it for a
 * running system, with one difference: links are followed once, when the image is made.
 */
import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import { ImageError } from "./error.ts";

/** A directory that a process was granted; `path` as the grant says. */
export interface GrantedDirectory {
  readonly process: string;
  readonly path: string;
}

/** Names of `enum directory_error` of the runtime. */
type EntryError = "DIRECTORY_NOT_FOUND" | "DIRECTORY_ESCAPES" | "DIRECTORY_IO";

export interface PackedEntry {
  readonly name: string;
  /** Its node, or why it cannot be opened. */
  readonly leads: number | EntryError;
}

export type PackedNode =
  /** All names that are text, sorted by their bytes. */
  | { readonly kind: "directory"; readonly entries: readonly PackedEntry[] }
  /** Bytes of the contents. */
  | { readonly kind: "file"; readonly offset: number; readonly size: number };

export interface PackedDirectories {
  readonly nodes: readonly PackedNode[];
  /** The node of each granted path. */
  readonly roots: ReadonlyMap<string, number>;
  /** Of all files, one after the other. */
  readonly contents: Uint8Array;
}

/** The first GiB of a machine has the whole image in it. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * @param base What relative paths start from.
 * @throws ImageError for what is not a directory, cannot be read, or is too much.
 */
export function packDirectories(granted: readonly GrantedDirectory[], base: string): PackedDirectories {
  const packer = new Packer();
  for (const directory of granted) packer.add(directory, base);
  return packer.packed;
}

/** Of all files, one after the other; those that are alike once. */
export class Contents {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  /** By the hash of its bytes, where a file's contents begin. */
  readonly #offsets = new Map<string, number>();

  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  /** Where the bytes begin. `whose` begins an error. @throws ImageError when it is too much. */
  add(bytes: Uint8Array, whose: string): number {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const known = this.#offsets.get(hash);
    if (known !== undefined) return known;
    const offset = this.#size;
    this.#offsets.set(hash, offset);
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    if (this.#size <= MOST_BYTES) return offset;
    throw new ImageError(
      `${whose}, which has more than ${MOST_BYTES / 1024 / 1024} MiB: an image that boots without Linux has it in memory. Grant a smaller one.`,
    );
  }
}

class Packer {
  readonly #nodes: PackedNode[] = [];
  readonly #roots = new Map<string, number>();
  readonly #contents = new Contents();

  get packed(): PackedDirectories {
    return { nodes: this.#nodes, roots: this.#roots, contents: this.#contents.bytes };
  }

  add({ process, path }: GrantedDirectory, base: string): void {
    if (this.#roots.has(path)) return;
    const whose = `Process ${process} is granted the directory ${path}`;
    const root = asImageError(whose, () => realpathSync.native(resolve(base, path)));
    if (!statSync(root).isDirectory()) throw new ImageError(`${whose}, which is not a directory.`);
    this.#roots.set(path, this.#directory(root, { whose, root, known: new Map() }));
  }

  #directory(real: string, walk: Walk): number {
    const position = this.#place(real, walk);
    const entries = namesIn(real, walk).map((name): PackedEntry => ({
      name,
      leads: this.#leadsTo(real + sep + name, walk),
    }));
    this.#nodes[position] = { kind: "directory", entries };
    return position;
  }

  #leadsTo(path: string, walk: Walk): number | EntryError {
    const real = followed(path, walk.root);
    if (typeof real !== "string") return real.error;
    const known = walk.known.get(real);
    if (known !== undefined) return known;
    const stat = asImageError(walk.whose, () => statSync(real));
    if (stat.isDirectory()) return this.#directory(real, walk);
    return stat.isFile() ? this.#file(real, walk) : "DIRECTORY_IO";
  }

  #file(real: string, walk: Walk): number {
    const position = this.#place(real, walk);
    const bytes = asImageError(walk.whose, () => readFileSync(real));
    const offset = this.#contents.add(bytes, walk.whose);
    this.#nodes[position] = { kind: "file", offset, size: bytes.length };
    return position;
  }

  /** A directory may have a link to itself in it, so what is known has a number before it is read. */
  #place(real: string, { known }: Walk): number {
    const position = this.#nodes.push({ kind: "directory", entries: [] }) - 1;
    known.set(real, position);
    return position;
  }
}

interface Walk {
  /** Begins an error. */
  readonly whose: string;
  /** A real path. */
  readonly root: string;
  /** Nodes of real paths; of this root alone, since links lead out of each root elsewhere. */
  readonly known: Map<string, number>;
}

/** Linux has names that are not text, which no guest can say. */
function namesIn(real: string, { whose }: Walk): string[] {
  const names = asImageError(whose, () => readdirSync(real, { encoding: "buffer" }));
  return names
    .filter((name) => isUtf8(name))
    .sort((a, b) => a.compare(b))
    .map((name) => name.toString("utf8"));
}

function followed(path: string, root: string): string | { readonly error: EntryError } {
  try {
    const real = realpathSync.native(path);
    const isInside = real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
    return isInside ? real : { error: "DIRECTORY_ESCAPES" };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { error: code === "ENOENT" ? "DIRECTORY_NOT_FOUND" : "DIRECTORY_IO" };
  }
}

/** Runs a call of node:fs. `whose` begins an error. @throws ImageError */
export function asImageError<T>(whose: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const { code = "unknown error", path = "" } = error as NodeJS.ErrnoException;
    throw new ImageError(`${whose}, of which ${path} cannot be read (${code}).`);
  }
}
