/** Steps of a guest with granted directories: as lines for the harness, and done by the device of Node. */
import fc from "fast-check";
import { FILE_ERRORS } from "../../../../toolchain/link/plan.ts";
import { FOLLOW, NOFOLLOW, type Guest } from "../../../host-linux/files/caller.ts";

/** An operation with its arguments: a slot first, then numbers and texts. */
export type Step = readonly [name: string, slot: number, ...(number | string)[]];

const SLOTS = 8;
const OPEN = ["create", "directory", "exclusive", "truncate"];
const FLAGS = [
  "read",
  "write",
  "file-integrity-sync",
  "data-integrity-sync",
  "requested-write-sync",
  "mutate-directory",
];
const TYPES = [
  "unknown",
  "block-device",
  "character-device",
  "directory",
  "fifo",
  "symbolic-link",
  "regular-file",
  "socket",
];

const NAMES = ["a", "b", "c", "link", "pipe", "zoë", "."];
const name = fc.constantFrom(...NAMES);
const path = fc.oneof(
  { weight: 4, arbitrary: name },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.oneof({ weight: 5, arbitrary: name }, fc.constant("..")), { minLength: 2, maxLength: 4 })
      .map((names) => names.join("/")),
  },
  fc.constantFrom(
    "",
    "/a",
    "..",
    "../texts",
    "a/",
    "b//a",
    "a/.",
    "a/..",
    "link/",
    "x".repeat(256),
    "nul\0",
    `a/${"b/".repeat(2100)}`,
  ),
);
const slot = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: SLOTS - 1 }));
const offset = fc.constantFrom(0, 1, 4095, 4096, 9000, 70_000, 5_000_000);
const bytes = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom("x".repeat(4096), "y".repeat(10_000)));
const bit = fc.integer({ min: 0, max: 1 });

export const step: fc.Arbitrary<Step> = fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constant("open"),
      slot,
      fc.integer({ min: 2, max: SLOTS - 1 }),
      bit,
      path,
      fc.constantFrom(0, 0, 1, 1, 2, 4, 5, 8, 9, 3),
      fc.constantFrom(1, 3, 3, 2, 0, 32, 35, 7),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant("mkdir"), slot, path) },
  fc.tuple(fc.constant("rmdir"), slot, path),
  fc.tuple(fc.constant("unlink"), slot, path),
  fc.tuple(fc.constant("readlink"), slot, path),
  fc.tuple(fc.constant("stat-at"), slot, bit, path),
  { weight: 2, arbitrary: fc.tuple(fc.constant("symlink"), slot, path, path) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("rename"), slot, path, slot, path) },
  fc.tuple(fc.constant("link"), slot, path, slot, path),
  { weight: 2, arbitrary: fc.tuple(fc.constant("list"), slot) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("read"), slot, fc.constantFrom(0, 5, 5000, 200_000), offset) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("write"), slot, offset, bytes) },
  fc.tuple(fc.constant("append"), slot, bytes),
  fc.tuple(fc.constant("set-size"), slot, offset),
  fc.tuple(
    fc.constant("set-times"),
    slot,
    fc.constant(2),
    fc.constantFrom(0, 5e9),
    fc.constant(2),
    fc.constantFrom(0, 7e9),
  ),
  fc.tuple(fc.constant("stat"), slot),
  fc.tuple(fc.constant("flags"), slot),
  fc.tuple(fc.constant("sync"), slot),
  fc.tuple(fc.constant("same"), slot, slot),
);

export function lineOf(words: Step): string {
  return words
    .map((word, i) => (i === 0 || typeof word === "number" ? String(word) : hex(word) || "-"))
    .join(" ");
}

function hex(text: string): string {
  return Buffer.from(text).toString("hex");
}

function flags(words: readonly string[], bits: number): object {
  return Object.fromEntries(words.flatMap((word, i) => ((bits >> i) & 1 ? [[word, true]] : [])));
}

function bitsOf(words: readonly string[], set: object): number {
  return words.reduce(
    (bits, word, i) => bits | ((set as Record<string, boolean>)[word] === true ? 1 << i : 0),
    0,
  );
}

/** What the device of Node says, in the harness's words. */
export class Stepper {
  readonly #guest: Guest;
  readonly #slots: (number | undefined)[];

  constructor(guest: Guest) {
    this.#guest = guest;
    this.#slots = [...guest.roots];
  }

  answer([name, at, ...args]: Step): string {
    const it = this.#slots[at];
    if (it === undefined) return "skip";
    if (name === "open") return this.#open(it, args as [number, number, string, number, number]);
    if (name === "list") return this.#list(it);
    const rest = args.map((arg) => (typeof arg === "number" ? BigInt(arg) : arg));
    return this.#method(name, it, args, rest);
  }

  #method(name: string, it: number, args: (number | string)[], rest: (bigint | string)[]): string {
    const [first = "", second = "", third = ""] = args;
    const text = (value: number | string): Uint8Array => new TextEncoder().encode(String(value));
    const follow = (set: number | string): object => (set === 0 ? NOFOLLOW : FOLLOW);
    const guest = this.#guest;
    switch (name) {
      case "mkdir":
        return said(guest.do(it, "create-directory-at", first));
      case "rmdir":
        return said(guest.do(it, "remove-directory-at", first));
      case "unlink":
        return said(guest.do(it, "unlink-file-at", first));
      case "readlink":
        return said(guest.do(it, "readlink-at", first), (value) => hex(value as string));
      case "stat-at":
        return said(guest.do(it, "stat-at", follow(first), second), statText);
      case "stat":
        return said(guest.do(it, "stat"), statText);
      case "symlink":
        return said(guest.do(it, "symlink-at", first, second));
      case "rename":
      case "link": {
        const other = this.#slots[second as number];
        if (other === undefined) return "skip";
        if (name === "rename") return said(guest.do(it, "rename-at", first, other, third));
        return said(guest.do(it, "link-at", NOFOLLOW, first, other, third));
      }
      case "same": {
        const other = this.#slots[first as number];
        return other === undefined ? "skip" : String(Number(guest.do(it, "is-same-object", other)));
      }
      case "read":
        return said(guest.do(it, "read", ...rest), readText);
      case "write":
        return said(guest.do(it, "write", text(second), rest[0]), String);
      case "append":
        return said(guest.do(it, "append", text(first)), String);
      case "flags":
        return said(guest.do(it, "get-flags"), (value) => String(bitsOf(FLAGS, value as object)));
      case "set-times":
        return this.#setTimes(it, rest);
      default:
        return said(guest.do(it, name, ...rest));
    }
  }

  #open(base: number, [to, follow, path, open, how]: [number, number, string, number, number]): string {
    const found = this.#guest.do(
      base,
      "open-at",
      follow === 0 ? NOFOLLOW : FOLLOW,
      path,
      flags(OPEN, open),
      flags(FLAGS, how),
    );
    if (typeof found !== "number") return said(found);
    const before = this.#slots[to];
    if (before !== undefined) this.#guest.close(before);
    this.#slots[to] = found;
    return "ok";
  }

  #list(it: number): string {
    const names = this.#guest.names(it);
    if (typeof names === "string") return said(names);
    return sorted(
      names.map((entry) => {
        const space = entry.indexOf(" ");
        return `${TYPES.indexOf(entry.slice(0, space))}:${hex(entry.slice(space + 1))}`;
      }),
    );
  }

  #setTimes(it: number, [, accessed, , modified]: (bigint | string)[]): string {
    const at = (value: bigint | string | undefined): object => ({ case: "timestamp", value });
    const set = said(this.#guest.do(it, "set-times", at(accessed), at(modified)));
    if (set !== "ok") return set;
    return said(this.#guest.do(it, "stat"), (value) => {
      const stat = value as Record<string, bigint>;
      return `${stat["accessed"]} ${stat["modified"]}`;
    });
  }
}

/** A listing has no order. */
export function sorted(entries: readonly string[]): string {
  return [...entries].sort().join(" ");
}

/** By its case where it is an error, else as `text` says. */
function said(outcome: unknown, text: (value: unknown) => string = () => "ok"): string {
  if (typeof outcome !== "string" || !outcome.startsWith("!")) return text(outcome);
  const position = (FILE_ERRORS as readonly string[]).indexOf(outcome.slice(1));
  return position < 0 ? text(outcome) : `!${position}`;
}

function statText(value: unknown): string {
  const stat = value as Record<string, bigint> & { type: string };
  const type = TYPES.indexOf(stat.type);
  return type === TYPES.indexOf("directory") ? String(type) : `${type} ${stat["link-count"]} ${stat["size"]}`;
}

function readText(value: unknown): string {
  const [part, isEnd] = value as [Uint8Array, boolean];
  return `${Buffer.from(part).toString("hex")} ${isEnd ? 1 : 0}`;
}
