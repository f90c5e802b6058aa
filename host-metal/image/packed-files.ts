/**
 * Directories that were granted by handles, as they go into an image that has no files.
 *
 * Unlike those of packed.ts, guests see links in them and can change them: so a link stays a
 * link. Every file and directory is there once, whatever was granted it lies in and however
 * many names it has.
 */
import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type BigIntStats } from "node:fs";
import { resolve, sep } from "node:path";
import { ImageError } from "./error.ts";
import { asImageError, Contents, type GrantedDirectory } from "./packed.ts";

/** Names of `enum files_type` of the runtime. */
type Special =
  | "FILES_BLOCK_DEVICE"
  | "FILES_CHARACTER_DEVICE"
  | "FILES_FIFO"
  | "FILES_SOCKET"
  | "FILES_UNKNOWN";

export type PackedThing =
  /** Names that are text, sorted by their bytes, each with the position of what has it. */
  | {
      readonly type: "FILES_DIRECTORY";
      readonly names: readonly { readonly name: string; readonly thing: number }[];
    }
  /** Bytes of the contents, or of what a link says. */
  | { readonly type: "FILES_FILE" | "FILES_LINK"; readonly offset: number; readonly size: number }
  /** It is there, and cannot be opened. */
  | { readonly type: Special };

export interface PackedFiles {
  readonly things: readonly PackedThing[];
  /** The thing of each granted path. */
  readonly roots: ReadonlyMap<string, number>;
  readonly contents: Uint8Array;
}

/** @param base What relative paths start from. @throws ImageError as `packDirectories`. */
export function packFiles(granted: readonly GrantedDirectory[], base: string): PackedFiles {
  const packer = new Packer();
  for (const directory of granted) packer.add(directory, base);
  return packer.packed;
}

class Packer {
  readonly #things: PackedThing[] = [];
  readonly #roots = new Map<string, number>();
  readonly #contents = new Contents();
  /** Positions, by device and number of what it is. */
  readonly #known = new Map<string, number>();

  get packed(): PackedFiles {
    return { things: this.#things, roots: this.#roots, contents: this.#contents.bytes };
  }

  add({ process, path }: GrantedDirectory, base: string): void {
    if (this.#roots.has(path)) return;
    const whose = `Process ${process} is granted the directory ${path}`;
    const root = asImageError(whose, () => realpathSync.native(resolve(base, path)));
    if (!lstatSync(root).isDirectory()) throw new ImageError(`${whose}, which is not a directory.`);
    this.#roots.set(path, this.#thing(root, whose));
  }

  #thing(path: string, whose: string): number {
    const stat = asImageError(whose, () => lstatSync(path, { bigint: true }));
    const identity = `${stat.dev} ${stat.ino}`;
    const known = this.#known.get(identity);
    if (known !== undefined) return known;
    const position = this.#things.push({ type: "FILES_UNKNOWN" }) - 1;
    this.#known.set(identity, position);
    this.#things[position] = this.#read(path, stat, whose);
    return position;
  }

  #read(path: string, stat: BigIntStats, whose: string): PackedThing {
    if (stat.isDirectory()) {
      const names = asImageError(whose, () => namesIn(path));
      const named = names.map((name) => ({ name, thing: this.#thing(path + sep + name, whose) }));
      return { type: "FILES_DIRECTORY", names: named };
    }
    if (!stat.isFile() && !stat.isSymbolicLink()) return { type: specialOf(stat) };
    const [type, bytes] = asImageError(whose, () =>
      stat.isFile()
        ? (["FILES_FILE", readFileSync(path)] as const)
        : (["FILES_LINK", readlinkSync(path, { encoding: "buffer" })] as const),
    );
    return { type, offset: this.#contents.add(bytes, whose), size: bytes.length };
  }
}

/** Linux has names that are not text, which no guest can say. */
function namesIn(path: string): string[] {
  return readdirSync(path, { encoding: "buffer" })
    .filter((name) => isUtf8(name))
    .sort((a, b) => a.compare(b))
    .map((name) => name.toString("utf8"));
}

function specialOf(stat: BigIntStats): Special {
  if (stat.isFIFO()) return "FILES_FIFO";
  if (stat.isSocket()) return "FILES_SOCKET";
  if (stat.isBlockDevice()) return "FILES_BLOCK_DEVICE";
  return stat.isCharacterDevice() ? "FILES_CHARACTER_DEVICE" : "FILES_UNKNOWN";
}
