/** Granted directories by handles: what a guest can do with files, and what it is told. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FOLLOW, guestWith, NOFOLLOW, type Guest } from "./caller.ts";

let base: string;
let guest: Guest;
let data: number;
let texts: number;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), "atoll-files-"));
  mkdirSync(join(base, "data", "sub"), { recursive: true });
  mkdirSync(join(base, "texts"));
  writeFileSync(join(base, "texts", "fixed.txt"), "fixed");
  writeFileSync(join(base, "data", "a.txt"), "abcdef");
  guest = await guestWith(
    [
      { path: "data", as: "/data" },
      { path: "texts", write: false },
    ],
    { base },
  );
  [data = 0, texts = 0] = guest.roots;
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const at = (time: bigint) => ({ case: "timestamp", value: time });
const onDisk = (path: string) => readFileSync(join(base, "data", path), "utf8");

it("hands out the granted directories by their names", () => {
  expect(guest.call("preopens")).toEqual([
    [expect.any(Number), "/data"],
    [expect.any(Number), "texts"],
  ]);
});

describe("contents", () => {
  it("are read from any place, and it says where they end", () => {
    const file = guest.opened(data, "a.txt");
    const read = (length: bigint, offset: bigint) => {
      const [part, isEnd] = guest.do(file, "read", length, offset) as [Uint8Array, boolean];
      return [new TextDecoder().decode(part), isEnd];
    };
    expect(read(3n, 0n)).toEqual(["abc", false]);
    expect(read(6n, 0n)).toEqual(["abcdef", false]);
    expect(read(7n, 0n)).toEqual(["abcdef", true]);
    expect(read(3n, 4n)).toEqual(["ef", true]);
    expect(read(3n, 2n ** 64n - 1n)).toEqual(["", true]);
    expect(read(0n, 0n)).toEqual(["", false]);
  });

  it("come in parts of 1 MiB, however much is asked for", () => {
    writeFileSync(join(base, "data", "large"), new Uint8Array(1024 * 1024 + 1));
    const [part, isEnd] = guest.do(guest.opened(data, "large"), "read", 2n ** 64n - 1n, 0n) as [
      Uint8Array,
      boolean,
    ];
    expect([part.length, isEnd]).toEqual([1024 * 1024, false]);
  });

  it("are written, behind zeros where the file ended before", () => {
    const file = guest.opened(data, "new.txt", "create write");
    expect(guest.do(file, "write", bytes("xyz"), 2n)).toBe(3n);
    expect(onDisk("new.txt")).toBe("\0\0xyz");
    expect(guest.do(file, "write", bytes("ab"), 0n)).toBe(2n);
    expect(onDisk("new.txt")).toBe("abxyz");
    expect(guest.do(file, "write", bytes("a"), 2n ** 64n - 1n)).toBe("!file-too-large");
    expect(guest.do(file, "read", 1n, 0n)).toBe("!bad-descriptor");
  });

  it("are appended, wherever the file ends by then", () => {
    const file = guest.opened(data, "a.txt", "read write");
    expect(guest.do(file, "append", bytes("1"))).toBe(1n);
    writeFileSync(join(base, "data", "a.txt"), "+", { flag: "a" });
    expect(guest.do(file, "append", bytes("2"))).toBe(1n);
    expect(guest.do(file, "write", bytes("A"), 0n)).toBe(1n);
    expect(onDisk("a.txt")).toBe("Abcdef1+2");
  });

  it("are cut off, and synchronised", () => {
    const file = guest.opened(data, "a.txt", "read write");
    expect(guest.do(file, "set-size", 2n)).toBeUndefined();
    expect(guest.do(file, "sync")).toBeUndefined();
    expect(guest.do(file, "sync-data")).toBeUndefined();
    expect(guest.do(data, "sync")).toBeUndefined();
    expect(onDisk("a.txt")).toBe("ab");
    expect(guest.do(file, "set-size", 2n ** 63n)).toBe("!file-too-large");
  });

  it("of a directory are none", () => {
    expect(guest.do(data, "read", 1n, 0n)).toBe("!is-directory");
    expect(guest.do(data, "write", bytes("a"), 0n)).toBe("!is-directory");
    expect(guest.do(data, "append", bytes("a"))).toBe("!is-directory");
    expect(guest.do(data, "set-size", 0n)).toBe("!is-directory");
  });
});

describe("opening", () => {
  it("makes, truncates and refuses as it is told", () => {
    expect(guest.open(data, "none")).toBe("!no-entry");
    expect(guest.open(data, "a.txt", "create exclusive write")).toBe("!exist");
    expect(guest.open(data, "new", "create exclusive write")).toEqual(expect.any(Number));
    expect(guest.open(data, "a.txt", "create truncate write")).toEqual(expect.any(Number));
    expect(onDisk("a.txt")).toBe("");
    expect(guest.open(data, "sub", "create write")).toBe("!is-directory");
    expect(guest.open(data, "sub", "write")).toBe("!is-directory");
    expect(guest.open(data, "new/", "create write")).toBe("!not-directory");
    expect(guest.open(data, "newer/", "create write")).toBe("!is-directory");
    expect(guest.open(data, "a.txt/")).toBe("!not-directory");
    expect(guest.open(data, "a.txt", "directory read")).toBe("!not-directory");
    expect(guest.open(data, "sub/", "directory create")).toBe("!invalid");
    expect(guest.open(data, "a.txt/b", "create write")).toBe("!not-directory");
    expect(guest.open(guest.opened(data, "a.txt"), "b")).toBe("!not-directory");
  });

  it("says what a descriptor is and may", () => {
    const on = (rep: number) =>
      Object.entries(guest.do(rep, "get-flags") as object).flatMap(([name, is]) => (is ? [name] : []));
    expect(on(guest.opened(data, "a.txt"))).toEqual(["read"]);
    expect(on(guest.opened(data, "a.txt", "write"))).toEqual(["write"]);
    expect(on(guest.opened(data, "a.txt", "read write data-integrity-sync"))).toEqual([
      "read",
      "write",
      "data-integrity-sync",
    ]);
    expect(on(data)).toEqual(["read", "mutate-directory"]);
    expect(on(guest.opened(data, "sub"))).toEqual(["read", "mutate-directory"]);
    expect(on(texts)).toEqual(["read"]);
    expect(guest.do(data, "get-type")).toBe("directory");
    expect(guest.do(guest.opened(data, "a.txt"), "get-type")).toBe("regular-file");
  });

  it("of a link does as it is told, and makes what the link leads to", () => {
    symlinkSync("a.txt", join(base, "data", "link"));
    symlinkSync("sub/made", join(base, "data", "dangling"));
    expect(guest.read(data, "link")).toBe("abcdef");
    expect(guest.open(data, "link", "read nofollow")).toBe("!loop");
    expect(guest.open(data, "dangling")).toBe("!no-entry");
    expect(guest.open(data, "dangling", "create exclusive write")).toBe("!exist");
    const made = guest.opened(data, "dangling", "create write");
    guest.do(made, "write", bytes("by link"), 0n);
    expect(onDisk("sub/made")).toBe("by link");
  });
});

describe("attributes", () => {
  it("are those of the host", () => {
    const host = statSync(join(base, "data", "a.txt"), { bigint: true });
    const file = guest.opened(data, "a.txt");
    const stat = {
      type: "regular-file",
      "link-count": 1n,
      size: 6n,
      modified: host.mtimeNs,
      changed: host.ctimeNs,
      accessed: expect.any(BigInt),
    };
    expect(guest.do(file, "stat")).toEqual(stat);
    expect(guest.do(data, "stat-at", FOLLOW, "a.txt")).toEqual(stat);
    expect(guest.do(data, "stat-at", FOLLOW, "none")).toBe("!no-entry");
    expect(guest.do(data, "stat-at", FOLLOW, "a.txt/")).toBe("!not-directory");
    expect(guest.do(data, "stat-at", FOLLOW, ".")).toMatchObject({ type: "directory" });
    expect(guest.do(data, "stat-at", FOLLOW, "sub/..")).toMatchObject({ type: "directory" });
    symlinkSync("a.txt", join(base, "data", "link"));
    expect(guest.do(data, "stat-at", NOFOLLOW, "link")).toMatchObject({ type: "symbolic-link", size: 5n });
    expect(guest.do(data, "stat-at", FOLLOW, "link")).toMatchObject({ type: "regular-file" });
    symlinkSync("sub", join(base, "data", "to-sub"));
    expect(guest.do(data, "stat-at", NOFOLLOW, "to-sub/")).toMatchObject({ type: "directory" });
  });

  it("have times that can be set, also those of a link itself", () => {
    const second = 1_000_000_000n;
    symlinkSync("a.txt", join(base, "data", "link"));
    utimesSync(join(base, "data", "a.txt"), 5, 6);
    const file = guest.opened(data, "a.txt");
    expect(guest.do(file, "set-times", { case: "no-change" }, at(7n * second))).toBeUndefined();
    expect(guest.do(file, "stat")).toMatchObject({ accessed: 5n * second, modified: 7n * second });
    expect(
      guest.do(data, "set-times-at", NOFOLLOW, "link", at(8n * second), at(9n * second)),
    ).toBeUndefined();
    expect(guest.do(data, "stat-at", NOFOLLOW, "link")).toMatchObject({ modified: 9n * second });
    expect(guest.do(file, "stat")).toMatchObject({ modified: 7n * second });
    expect(guest.do(data, "set-times-at", FOLLOW, "link", at(8n * second), { case: "now" })).toBeUndefined();
    const { modified } = guest.do(file, "stat") as { modified: bigint };
    expect(Math.abs(Number(modified) / 1e6 - Date.now())).toBeLessThan(60_000);
    expect(guest.do(data, "set-times", at(second), at(second))).toBeUndefined();
    expect(guest.do(data, "stat")).toMatchObject({ modified: second });
  });

  it("tell one file from another", () => {
    const [one, same, other] = ["a.txt", "sub/../a.txt", "sub"].map((path) => guest.opened(data, path));
    expect(guest.call("[method]descriptor.is-same-object", one, same)).toBe(true);
    expect(guest.call("[method]descriptor.is-same-object", one, other)).toBe(false);
    const hash = guest.do(one ?? 0, "metadata-hash");
    expect(guest.do(data, "metadata-hash-at", FOLLOW, "a.txt")).toEqual(hash);
    expect(guest.do(other ?? 0, "metadata-hash")).not.toEqual(hash);
  });
});

describe("names", () => {
  it("are made, changed and removed", () => {
    expect(guest.do(data, "create-directory-at", "made")).toBeUndefined();
    expect(guest.do(data, "create-directory-at", "made/")).toBe("!exist");
    expect(guest.do(data, "create-directory-at", ".")).toBe("!exist");
    expect(guest.do(data, "rename-at", "a.txt", data, "made/b.txt")).toBeUndefined();
    expect(guest.do(data, "rename-at", "made/b.txt/", data, "c")).toBe("!not-directory");
    expect(guest.do(data, "remove-directory-at", "made")).toBe("!not-empty");
    expect(guest.do(data, "unlink-file-at", "made")).toBe("!is-directory");
    expect(guest.do(data, "unlink-file-at", "made/b.txt/")).toBe("!not-directory");
    expect(guest.do(data, "link-at", NOFOLLOW, "made/b.txt", data, "second")).toBeUndefined();
    expect(guest.do(data, "link-at", FOLLOW, "made/b.txt", data, "third")).toBe("!invalid");
    expect(guest.do(data, "link-at", NOFOLLOW, "made", data, "third")).toBe("!not-permitted");
    expect(guest.do(data, "unlink-file-at", "made/b.txt")).toBeUndefined();
    expect(guest.do(data, "remove-directory-at", "made/")).toBeUndefined();
    expect(guest.do(data, "remove-directory-at", "second")).toBe("!not-directory");
    expect(guest.do(data, "remove-directory-at", ".")).toBe("!invalid");
    expect(guest.do(data, "rename-at", ".", data, "x")).toBe("!busy");
    expect(onDisk("second")).toBe("abcdef");
    expect(existsSync(join(base, "data", "made"))).toBe(false);
  });

  it("go from one granted directory to another only where both may be changed", () => {
    expect(guest.do(data, "rename-at", "a.txt", texts, "a.txt")).toBe("!read-only");
    expect(guest.do(texts, "rename-at", "fixed.txt", data, "f")).toBe("!read-only");
    expect(guest.do(texts, "link-at", NOFOLLOW, "fixed.txt", data, "f")).toBe("!read-only");
  });

  it("are links too, which say only what stays relative", () => {
    expect(guest.do(data, "symlink-at", "../a.txt", "sub/up")).toBeUndefined();
    expect(guest.do(data, "readlink-at", "sub/up")).toBe("../a.txt");
    expect(guest.read(data, "sub/up")).toBe("abcdef");
    expect(guest.do(data, "symlink-at", "/etc", "sub/etc")).toBe("!not-permitted");
    expect(guest.do(data, "symlink-at", "", "sub/nothing")).toBe("!no-entry");
    expect(guest.do(data, "symlink-at", "a", "sub/up")).toBe("!exist");
    expect(guest.do(data, "symlink-at", "a", "sub/new/")).toBe("!no-entry");
    expect(guest.do(data, "readlink-at", "a.txt")).toBe("!invalid");
    expect(guest.do(data, "rename-at", "sub/up", data, "moved")).toBeUndefined();
    expect(readlinkSync(join(base, "data", "moved"))).toBe("../a.txt");
    expect(guest.do(data, "unlink-file-at", "moved")).toBeUndefined();
    expect(onDisk("a.txt")).toBe("abcdef");
  });

  it("are listed in batches", () => {
    const wanted = Array.from({ length: 600 }, (_, i) => `regular-file ${i}`);
    for (const name of wanted) writeFileSync(join(base, "data", "sub", name.split(" ")[1] ?? ""), "");
    expect(guest.names(guest.opened(data, "sub"))).toEqual(wanted.sort());
    symlinkSync("/etc", join(base, "data", "out"));
    expect(guest.names(data)).toEqual(["directory sub", "regular-file a.txt", "symbolic-link out"]);
    expect(guest.names(guest.opened(data, "a.txt"))).toBe("!not-directory");
  });

  it("that are too long, or no names, are refused", () => {
    expect(guest.open(data, "x".repeat(300))).toBe("!name-too-long");
    expect(guest.open(data, "x/".repeat(3000))).toBe("!name-too-long");
    expect(guest.open(data, "sub/../".repeat(500) + "a.txt")).toEqual(expect.any(Number));
    expect(guest.open(data, "")).toBe("!no-entry");
    expect(guest.open(data, "a\0b")).toBe("!invalid");
  });
});

it("refuses every change of what was granted for reading", () => {
  const fixed = guest.opened(texts, "fixed.txt");
  const now = { case: "now" };
  const refused = [
    guest.open(texts, "new", "create"),
    guest.open(texts, "fixed.txt", "write"),
    guest.open(texts, "fixed.txt", "truncate"),
    guest.open(texts, "fixed.txt", "read mutate-directory"),
    guest.do(fixed, "write", bytes("x"), 0n),
    guest.do(fixed, "append", bytes("x")),
    guest.do(fixed, "set-size", 0n),
    guest.do(fixed, "set-times", now, now),
    guest.do(texts, "set-times", now, now),
    guest.do(texts, "set-times-at", NOFOLLOW, "fixed.txt", now, now),
    guest.do(texts, "create-directory-at", "new"),
    guest.do(texts, "remove-directory-at", "new"),
    guest.do(texts, "unlink-file-at", "fixed.txt"),
    guest.do(texts, "rename-at", "fixed.txt", texts, "new"),
    guest.do(texts, "link-at", NOFOLLOW, "fixed.txt", texts, "new"),
    guest.do(texts, "symlink-at", "fixed.txt", "new"),
  ];
  expect(refused).toEqual(refused.map(() => "!read-only"));
  expect(guest.read(texts, "fixed.txt")).toBe("fixed");
  expect(guest.do(texts, "sync")).toBeUndefined();
});
