/** What a host's files can do to a guest: full disks, names that are no text, directories that go away, limits. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Descriptor } from "../../../host-linux/devices/files/descriptor.ts";
import type { KernelDoor } from "../../../host-linux/devices/kernel-door.ts";
import { isSameObject } from "../../../host-linux/devices/files/attributes.ts";
import { Descriptors } from "../../../host-linux/devices/files/descriptors.ts";
import { openBelow } from "../open-below.ts";
import { FOLLOW, guestWith, type Guest } from "./caller.ts";

let base: string;
let guest: Guest;
let root: number;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), "atoll-failures-"));
  mkdirSync(join(base, "root"));
  writeFileSync(join(base, "root", "f.txt"), "text");
  guest = await guestWith(["root"], { base });
  root = guest.roots[0] ?? 0;
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const raw = (name: number[]) => Buffer.concat([Buffer.from(`${base}/root/`), Buffer.from(name)]);
const granted = (path: string) => guestWith([path], { base, process: "editor" });
const bytes = (count: number) => new Uint8Array(count).fill(65);

describe("a full disk", () => {
  it("takes what it has room for, and then says so", async ({ skip }) => {
    const disk = join(base, "disk");
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=65536", "none", disk], { stdio: "pipe" });
    } catch (error) {
      skip(`no small file system can be mounted here: ${(error as Error).message.split("\n")[1] ?? ""}`);
    }
    try {
      const small = await guestWith(["disk"], { base });
      const file = small.opened(small.roots[0] ?? 0, "f", "create read write");
      expect(small.do(file, "write", bytes(40_000), 0n)).toBe(40_000n);
      expect(small.do(file, "write", bytes(40_000), 40_000n)).toBe(25_536n);
      expect(small.do(file, "write", bytes(40_000), 65_536n)).toBe("!insufficient-space");
      expect(small.do(file, "append", bytes(1))).toBe("!insufficient-space");
      expect(small.do(file, "stat")).toMatchObject({ size: 65_536n });
      expect(small.do(small.roots[0] ?? 0, "unlink-file-at", "f")).toBeUndefined();
      expect(small.do(file, "write", bytes(10), 0n)).toBe(10n);
      small.close(file);
      small.close(small.roots[0] ?? 0);
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});

it("nothing is the same object as what is not there any more", () => {
  // As the descriptors of a file system are whose server has gone.
  const gone = new Descriptor(2 ** 30, { isDirectory: true, flags: 0, mayChange: false });
  expect(isSameObject(gone, gone)).toBe(false);
});

describe("a directory that is removed while it is in use", () => {
  it("has nothing any more, and lets nothing be made; what is open stays", async () => {
    mkdirSync(join(base, "root", "sub"));
    writeFileSync(join(base, "root", "sub", "open.txt"), "still here");
    const sub = guest.opened(root, "sub");
    const file = guest.opened(sub, "open.txt", "read write");
    rmSync(join(base, "root", "sub"), { recursive: true });
    expect(guest.open(sub, "open.txt")).toBe("!no-entry");
    expect(guest.open(sub, "new", "create write")).toBe("!no-entry");
    expect(guest.do(sub, "create-directory-at", "new")).toBe("!no-entry");
    expect(guest.do(root, "rename-at", "f.txt", sub, "f.txt")).toBe("!no-entry");
    expect(guest.names(sub)).toEqual([]);
    expect(guest.do(sub, "stat")).toMatchObject({ type: "directory", "link-count": 0n });
    expect(guest.do(file, "write", bytes(1), 0n)).toBe(1n);
    expect(guest.do(file, "append", bytes(1))).toBe(1n);
    expect(guest.do(file, "stat")).toMatchObject({ size: 11n, "link-count": 0n });
    expect(guest.read(root, "f.txt")).toBe("text");
  });

  it("and was granted, is a trap to who asks for it anew, until it is there again", () => {
    rmSync(join(base, "root"), { recursive: true });
    expect(guest.open(root, "f.txt")).toBe("!no-entry");
    expect(() => guest.call("preopens")).toThrow(
      'files: the granted directory "root" cannot be opened (ENOENT)',
    );
    mkdirSync(join(base, "root"));
    expect(guest.call("preopens")).toHaveLength(1);
  });
});

describe("names that are not UTF-8", () => {
  it("are left out, and disturb nothing else", () => {
    writeFileSync(raw([0x62, 0xff]), "");
    writeFileSync(raw([0xc3, 0xbc]), "");
    expect(guest.names(root)).toEqual(["regular-file f.txt", "regular-file ü"]);
    expect(guest.read(root, "ü")).toBe("");
  });

  it("keep their directory from being removed", () => {
    mkdirSync(join(base, "root", "sub"));
    writeFileSync(Buffer.concat([Buffer.from(`${base}/root/sub/`), Buffer.from([0xff])]), "");
    expect(guest.names(guest.opened(root, "sub"))).toEqual([]);
    expect(guest.do(root, "remove-directory-at", "sub")).toBe("!not-empty");
  });

  it("in links are said to be that", () => {
    symlinkSync(Buffer.from([0xff]), join(base, "root", "link"));
    expect(guest.do(root, "readlink-at", "link")).toBe("!illegal-byte-sequence");
    expect(guest.open(root, "link")).toBe("!illegal-byte-sequence");
    expect(guest.open(root, "link/x")).toBe("!illegal-byte-sequence");
  });
});

it.runIf(process.getuid?.() !== 0)("says access where the host does not let it in", () => {
  mkdirSync(join(base, "root", "closed"), { mode: 0 });
  writeFileSync(join(base, "root", "secret"), "", { mode: 0 });
  expect(guest.open(root, "secret")).toBe("!access");
  expect(guest.open(root, "closed/x")).toBe("!access");
  expect(guest.names(guest.opened(root, "closed"))).toBe("!access");
  chmodSync(join(base, "root", "closed"), 0o700);
});

describe("limits", () => {
  it("are 256 descriptors of a process, and nothing is made that cannot be opened", () => {
    const before = openBelow(base);
    const open = Array.from({ length: 255 }, () => guest.opened(root, "f.txt"));
    expect(openBelow(base)).toBe(before + 255);
    expect(guest.open(root, "new", "create write")).toBe("!quota");
    expect(guest.open(root, "f.txt", "truncate write")).toBe("!quota");
    expect(guest.do(root, "read-directory")).toBe("!quota");
    expect(guest.do(root, "stat-at", FOLLOW, "new")).toBe("!no-entry");
    expect(() => guest.call("preopens")).toThrow("(quota)");
    for (const rep of open.splice(0)) guest.close(rep);
    expect(openBelow(base)).toBe(before);
    expect(guest.read(root, "f.txt")).toBe("text");
  });

  it("are 1024 of the system", async () => {
    const shared = new Descriptors();
    const guests = await Promise.all(
      ["a", "b", "c", "d", "e"].map((process) => guestWith(["root"], { base, process, descriptors: shared })),
    );
    const opened = guests.map((each) => {
      let count = 1;
      while (typeof each.open(each.roots[0] ?? 0, "f.txt") === "number") count++;
      return count;
    });
    expect(opened).toEqual([256, 256, 256, 255, 1]);
    for (let rep = 1; rep <= 1024; rep++) shared.close(rep);
    expect(openBelow(base)).toBe(1);
  });

  it("are 768 of all that are made like one process", async () => {
    const shared = new Descriptors();
    const opened: number[] = [];
    for (let pid = 1; pid <= 4; pid++) {
      const kernel = { pid: () => pid } as KernelDoor;
      try {
        const each = await guestWith(["root"], { base, process: "worker", descriptors: shared, kernel });
        while (typeof each.open(each.roots[0] ?? 0, "f.txt") === "number")
          opened[pid] = (opened[pid] ?? 1) + 1;
      } catch (error) {
        expect((error as Error).message).toContain("(quota)");
      }
    }
    expect(opened.slice(1)).toEqual([256, 256, 256]);
    const other = await guestWith(["root"], { base, process: "other", descriptors: shared });
    expect(other.read(other.roots[0] ?? 0, "f.txt")).toBe("text");
    for (let rep = 1; rep <= 769; rep++) shared.close(rep);
  });

  it("are 256 directories on one path", () => {
    expect(guest.open(root, "./".repeat(1000) + "f.txt")).toEqual(expect.any(Number));
    let deep = root;
    for (let i = 0; i < 300; i++) {
      guest.do(deep, "create-directory-at", "d");
      const next = guest.opened(deep, "d");
      if (deep !== root) guest.close(deep);
      deep = next;
    }
    expect(guest.open(root, "d/".repeat(256) + "d")).toEqual(expect.any(Number));
    expect(guest.open(root, "d/".repeat(257) + "d")).toBe("!name-too-long");
  });
});

it("says at start what cannot be granted", async () => {
  await expect(granted("missing")).rejects.toThrow(
    /Process editor is granted the directory .*missing, which cannot be opened \(ENOENT\)\. Create it/,
  );
  await expect(granted("root/f.txt")).rejects.toThrow(/f\.txt, which is not a directory\./);
});

it("keeps nothing open of a call that failed", () => {
  const before = readdirSync("/proc/self/fd").length;
  mkdirSync(join(base, "root", "sub"));
  symlinkSync("../..", join(base, "root", "sub", "out"));
  for (const path of ["sub/none", "sub/out/x", "sub/out", "sub/../..", "sub/f/x", "f.txt/x"]) {
    expect([path, guest.open(root, path)]).toEqual([path, expect.stringMatching(/^!/)]);
  }
  expect(readdirSync("/proc/self/fd").length).toBe(before);
});
