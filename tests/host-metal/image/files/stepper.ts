/** Steps of a guest with granted directories, done by the device of Node: what it says, in the harness's words. */
import { FILE_ERRORS } from "../../../../toolchain/link/plan.ts";
import { FOLLOW, NOFOLLOW, type Guest } from "../../../host-linux/files/caller.ts";
import { hex, type Step } from "./steps.ts";

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

function flags(words: readonly string[], bits: number): object {
  return Object.fromEntries(words.flatMap((word, i) => ((bits >> i) & 1 ? [[word, true]] : [])));
}

function bitsOf(words: readonly string[], set: object): number {
  return words.reduce(
    (bits, word, i) => bits | ((set as Record<string, boolean>)[word] === true ? 1 << i : 0),
    0,
  );
}

function bytesOf(text: number | string): Uint8Array {
  return new TextEncoder().encode(String(text));
}

function following(set: number | string): object {
  return set === 0 ? NOFOLLOW : FOLLOW;
}

function timestamp(value: bigint | string | undefined): object {
  return { case: "timestamp", value };
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
        return said(guest.do(it, "stat-at", following(first), second), statText);
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
        return said(guest.do(it, "write", bytesOf(second), rest[0]), String);
      case "append":
        return said(guest.do(it, "append", bytesOf(first)), String);
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
      following(follow),
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
    const set = said(this.#guest.do(it, "set-times", timestamp(accessed), timestamp(modified)));
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
