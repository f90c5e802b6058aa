/**
 * What a path names under an open directory, which no path leaves.
 *
 * Node has no `openat`, but Linux calls what is in the open directory N
 * `/proc/self/fd/N/name`. Every step of a walk is one such name in a directory
 * that is open already, and none follows a link: what a link says is read and
 * walked here. So whatever others do to the names meanwhile, a step leads to
 * something that was in the directory before it, and `..` goes back to where the
 * walk came from.
 */
import { isUtf8 } from "node:buffer";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  type BigIntStats,
} from "node:fs";
import { FileError, asFileError } from "./error.ts";

/** Of Linux: a descriptor that stands for a place and allows neither reading nor writing. */
const O_PATH = 0o10000000;
const LOOK = O_PATH | constants.O_NOFOLLOW;
const PASS = LOOK | constants.O_DIRECTORY;

const MOST_LINKS = 40;
/** PATH_MAX, in code units: Linux looks at the length of names itself. */
const LONGEST_PATH = 4096;
/** How often a name may become something else between two looks at it. */
const MOST_ATTEMPTS = 16;
/** Directories that one walk holds open. */
const MOST_DIRECTORIES = 256;
/** Names that one walk takes, with those in links: the system waits meanwhile. */
const MOST_STEPS = 4096;

/** What Linux calls what is open as `descriptor`: reopening it opens the same thing, whatever became of its names. */
export function opened(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/** Opens a directory by a path of the host, as that from which others are walked. Throws what Node throws. */
export function openRoot(path: string): number {
  return openSync(path, O_PATH | constants.O_DIRECTORY);
}

/** Whether it can be opened, and walked from, which needs /proc. Throws what Node throws. */
export function checkRoot(path: string): void {
  const descriptor = openRoot(path);
  try {
    closeSync(openSync(`${opened(descriptor)}/.`, PASS));
  } finally {
    closeSync(descriptor);
  }
}

/** What is done with the last name of a path: nothing; looked at, also if it is a link; or followed, if it is one. */
type Last = "name" | "look" | "follow";

/** What has the last name, held open by a descriptor that allows neither reading nor writing. */
interface Found {
  readonly descriptor: number;
  readonly stat: BigIntStats;
}

/** A place under a directory, with what leads there held open. */
export class Walk implements Disposable {
  readonly #root: number;
  readonly #passed: number[] = [];
  #left: string[];
  #links = 0;
  #steps = 0;
  #name = ".";
  /** The path ends in a slash, or in `.` or `..`. */
  asDirectory: boolean;
  /** Absent when nothing has the last name, or it was not looked at. */
  found: Found | undefined;

  /** `directory`: descriptor of the directory that `path` starts from. Throws FileError. */
  constructor(directory: number, path: string, last: Last) {
    this.#root = directory;
    this.#left = namesOf(path);
    this.asDirectory = endsAsDirectory(path);
    try {
      asFileError(() => this.#go(last));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The place, as Linux knows it. */
  get path(): string {
    return this.#pathOf(this.#name);
  }

  /** Whether the path ends in a directory that a step led to, not in a name in one. */
  get isNameless(): boolean {
    return this.#name === ".";
  }

  /** What was found; the walk closes it. Throws FileError where nothing was. */
  thing(): Found {
    if (this.found === undefined) throw new FileError("no-entry");
    if (this.asDirectory && !this.found.stat.isDirectory()) throw new FileError("not-directory");
    return this.found;
  }

  /** The descriptor of what was found, for the caller to close. Throws FileError where nothing was. */
  take(): number {
    const { descriptor } = this.thing();
    this.found = undefined;
    return descriptor;
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#passed.splice(0)) closeSync(descriptor);
    this.#forget();
  }

  #pathOf(name: string): string {
    return `${opened(this.#passed.at(-1) ?? this.#root)}/${name}`;
  }

  #go(last: Last): void {
    for (let name = this.#left.pop(); name !== undefined; name = this.#left.pop()) {
      if (++this.#steps > MOST_STEPS) throw new FileError("loop");
      if (name === "..") this.#goBack();
      else if (this.#left.length > 0) this.#pass(name);
      else if (this.#end(name, last)) return;
    }
    this.asDirectory = true;
    if (last !== "name") this.#look(".");
  }

  #goBack(): void {
    const descriptor = this.#passed.pop();
    if (descriptor === undefined) throw new FileError("not-permitted");
    closeSync(descriptor);
  }

  /** Steps into a directory, or puts what a link says before the names that are left. */
  #pass(name: string): void {
    if (this.#passed.length >= MOST_DIRECTORIES) throw new FileError("name-too-long");
    const path = this.#pathOf(name);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const descriptor = openDirectory(path);
      if (descriptor !== undefined) return void this.#passed.push(descriptor);
      const text = readLink(path);
      if (text !== undefined) return this.#follow(text);
      // Neither a directory nor a link, unless it has become one meanwhile.
      if (!mayBePassed(path)) throw new FileError("not-directory");
    }
    throw new FileError("not-directory");
  }

  /** Whether the walk ends with that name. */
  #end(name: string, last: Last): boolean {
    this.#name = name;
    if (last === "name") return true;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (!this.#look(name)) return true;
      const isLink = this.found?.stat.isSymbolicLink() ?? false;
      if (!isLink || (last === "look" && !this.asDirectory)) return true;
      this.#forget();
      const text = readLink(this.#pathOf(name));
      // It may have become something else meanwhile.
      if (text === undefined) continue;
      this.#name = ".";
      this.#follow(text);
      if (endsAsDirectory(text)) this.asDirectory = true;
      return false;
    }
    throw new FileError("busy");
  }

  /** Whether something has the name. */
  #look(name: string): boolean {
    const descriptor = openIfThere(this.#pathOf(name));
    if (descriptor === undefined) return false;
    // At first without what it is, so that it is closed whatever happens.
    this.#passed.push(descriptor);
    const stat = fstatSync(descriptor, { bigint: true });
    this.#passed.pop();
    this.found = { descriptor, stat };
    return true;
  }

  /** Goes on with what a link says. */
  #follow(text: string): void {
    if (++this.#links > MOST_LINKS) throw new FileError("loop");
    this.#left.push(...namesOf(text));
  }

  #forget(): void {
    if (this.found !== undefined) closeSync(this.found.descriptor);
    this.found = undefined;
  }
}

/** The text of a link; undefined where there is none. Throws FileError for one that is no text. */
function readLink(path: string): string | undefined {
  try {
    return textOf(readlinkSync(path, { encoding: "buffer" }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EINVAL") return undefined;
    throw error;
  }
}

function mayBePassed(path: string): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() || stat.isSymbolicLink();
}

/** A name or a link's text. Throws FileError. */
export function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new FileError("illegal-byte-sequence");
  return bytes.toString("utf8");
}

/** Undefined where it is a link, or no directory. */
function openDirectory(path: string): number | undefined {
  try {
    return openSync(path, PASS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR" || code === "ELOOP") return undefined;
    throw error;
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, LOOK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Last name first, without `.`. Throws FileError for what no walk can begin with. */
function namesOf(path: string): string[] {
  if (path === "") throw new FileError("no-entry");
  if (path.startsWith("/")) throw new FileError("not-permitted");
  if (path.includes("\0")) throw new FileError("invalid");
  if (path.length > LONGEST_PATH) throw new FileError("name-too-long");
  return path
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .reverse();
}

function endsAsDirectory(path: string): boolean {
  return /(^|\/)\.{0,2}$/.test(path);
}
