/** No path leaves a granted directory, whoever made the links, and whatever others do meanwhile. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FOLLOW, guestWith, NOFOLLOW, type Guest } from "./caller.ts";

let base: string;
let outside: string;
let inside: string;
let guest: Guest;
let root: number;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "atoll-attacks-"));
  outside = join(base, "outside");
  inside = join(base, "root");
  mkdirSync(join(outside, "deep"), { recursive: true });
  mkdirSync(join(inside, "sub", "deep"), { recursive: true });
  mkdirSync(join(base, "root-sibling"));
  for (const folder of [outside, join(outside, "deep"), join(base, "root-sibling"), base]) {
    writeFileSync(join(folder, "f.txt"), "secret");
  }
  for (const folder of [inside, join(inside, "sub"), join(inside, "sub", "deep")]) {
    writeFileSync(join(folder, "f.txt"), "inside");
  }
  symlinkSync("sub/deep", join(inside, "to-deep"));
  symlinkSync(outside, join(inside, "absolute"));
  symlinkSync(join(inside, "sub"), join(inside, "absolute-inside"));
  symlinkSync("../outside", join(inside, "relative"));
  symlinkSync("../../../outside/f.txt", join(inside, "sub", "deep", "file-out"));
  symlinkSync("sub/../../root-sibling", join(inside, "sibling"));
  symlinkSync("..", join(inside, "sub", "up"));
  symlinkSync("loop", join(inside, "loop"));
  symlinkSync("/proc/self/root/etc", join(inside, "magic"));
  guest = await guestWith(["root"], { base });
  root = guest.roots[0] ?? 0;
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Everything that a path can be given to, and what came of it. */
function everyUse(of: Guest, directory: number, path: string): unknown[] {
  const now = { case: "now" };
  return [
    of.open(directory, path),
    of.open(directory, `${path}/x`, "create write"),
    of.do(directory, "stat-at", FOLLOW, path),
    of.do(directory, "set-times-at", FOLLOW, path, now, now),
    of.do(directory, "metadata-hash-at", FOLLOW, path),
    of.do(directory, "create-directory-at", `${path}/x`),
    of.do(directory, "remove-directory-at", `${path}/deep`),
    of.do(directory, "unlink-file-at", `${path}/f.txt`),
    of.do(directory, "rename-at", `${path}/f.txt`, directory, "stolen"),
    of.do(directory, "rename-at", "f.txt", directory, `${path}/planted`),
    of.do(directory, "link-at", NOFOLLOW, `${path}/f.txt`, directory, "stolen"),
    of.do(directory, "link-at", NOFOLLOW, "f.txt", directory, `${path}/planted`),
    of.do(directory, "symlink-at", "f.txt", `${path}/planted`),
    of.do(directory, "readlink-at", `${path}/f.txt`),
  ];
}

describe("a path that leads out is refused by all that takes paths", () => {
  const paths = [
    "..",
    "../outside",
    "sub/../..",
    "sub/../../outside",
    "./.././outside",
    "sub/up/..",
    "sub/up/../outside",
    "/",
    "/etc",
    "absolute",
    "absolute/deep",
    "relative",
    "sibling",
    "to-deep/../../../outside",
    "absolute-inside",
    "magic",
  ];
  it.each(paths)("%s", (path) => {
    const results = everyUse(guest, root, path);
    expect(results).toEqual(results.map(() => "!not-permitted"));
  });

  it("but a link itself can be looked at, renamed and removed", () => {
    symlinkSync(outside, join(inside, "own"));
    expect(guest.do(root, "stat-at", NOFOLLOW, "own")).toMatchObject({ type: "symbolic-link" });
    expect(guest.do(root, "readlink-at", "own")).toBe("!not-permitted");
    expect(guest.do(root, "rename-at", "own", root, "mine")).toBeUndefined();
    expect(guest.do(root, "unlink-file-at", "mine")).toBeUndefined();
    expect(readdirSync(outside).sort()).toEqual(["deep", "f.txt"]);
  });

  it("also of a directory below the granted one", () => {
    const sub = guest.opened(root, "sub");
    for (const path of ["..", "up", "up/f.txt", "deep/../../f.txt"]) {
      expect([path, guest.open(sub, path)]).toEqual([path, "!not-permitted"]);
    }
    expect(guest.read(sub, "deep/../f.txt")).toBe("inside");
    guest.close(sub);
  });

  it("also when the guest made the link itself", () => {
    expect(guest.do(root, "symlink-at", "../outside", "sub/own")).toBeUndefined();
    expect(guest.read(root, "sub/own/f.txt")).toBe("!no-entry");
    expect(guest.do(root, "symlink-at", "../../outside", "sub/deep/own")).toBeUndefined();
    expect(guest.read(root, "sub/deep/own/f.txt")).toBe("!no-entry");
    expect(guest.do(root, "symlink-at", "../../../outside", "sub/deep/far")).toBeUndefined();
    expect(guest.read(root, "sub/deep/far/f.txt")).toBe("!not-permitted");
    expect(guest.do(root, "rename-at", "sub/deep/own", root, "moved")).toBeUndefined();
    expect(guest.read(root, "moved/f.txt")).toBe("!not-permitted");
  });
});

it("follows 40 links and no more", () => {
  for (let i = 0; i < 41; i++) symlinkSync(i === 0 ? "f.txt" : `n${i - 1}`, join(inside, `n${i}`));
  expect(guest.read(root, "n39")).toBe("inside");
  expect(guest.read(root, "n40")).toBe("!loop");
  expect(guest.read(root, "loop")).toBe("!loop");
  expect(guest.read(root, "loop/x")).toBe("!loop");
});

it("takes 4096 steps and no more, so that nobody makes the system wait with links of links", () => {
  const far = "sub/../".repeat(500);
  for (let i = 0; i < 5; i++) symlinkSync(far + (i === 0 ? "f.txt" : `far${i - 1}`), join(inside, `far${i}`));
  expect(guest.read(root, "far3")).toBe("inside");
  expect(guest.read(root, "far4")).toBe("!loop");
});

it("finds what the host finds, where it finds anything", () => {
  const name = fc.constantFrom(
    "..",
    ".",
    "",
    "sub",
    "deep",
    "up",
    "to-deep",
    "absolute",
    "relative",
    "sibling",
    "f.txt",
    "loop",
  );
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 7 }), (names) => {
      const path = names.join("/");
      const found = guest.open(root, path);
      if (typeof found === "string") return;
      const host = realpathSync.native(`${inside}/${path}`);
      expect(host === inside || host.startsWith(`${inside}/`)).toBe(true);
      const { size } = guest.do(found, "stat") as { size: bigint };
      expect(size).toBe(statSync(host, { bigint: true }).size);
      guest.close(found);
    }),
    { numRuns: 500 },
  );
});

describe("what is no file", () => {
  afterEach(() => rmSync(join(inside, "special"), { force: true }));

  it("is refused without waiting for anybody: a pipe", () => {
    execFileSync("mkfifo", [join(inside, "special")]);
    for (const how of ["read", "write", "read write", "create write", "truncate write"]) {
      expect([how, guest.open(root, "special", how)]).toEqual([how, "!unsupported"]);
    }
    expect(guest.do(root, "stat-at", FOLLOW, "special")).toMatchObject({ type: "fifo" });
  });

  it("is refused: a socket", async () => {
    const server = createServer().listen(join(inside, "special"));
    await new Promise((resolve) => server.once("listening", resolve));
    expect(guest.open(root, "special")).toBe("!unsupported");
    server.close();
  });

  it("is refused: a device", async () => {
    const devices = await guestWith(["/dev"]);
    const [dev = 0] = devices.roots;
    for (const path of ["null", "zero", "tty"]) expect(devices.open(dev, path)).toBe("!unsupported");
  });

  it("is refused: a directory of another process by /proc", async () => {
    const processes = await guestWith(["/proc"]);
    const [proc = 0] = processes.roots;
    for (const path of [`${process.pid}/root/etc/hostname`, `${process.pid}/cwd`, "self/cwd"]) {
      expect(processes.open(proc, path)).toBe("!not-permitted");
    }
  });
});

/** Gives the name `root/NAME` by turns to a directory and to a link that leads out, as fast as it can. */
function swapper(name: string, target: string): ChildProcess {
  const program = `
    const { renameSync, symlinkSync } = require("node:fs");
    process.chdir(${JSON.stringify(inside)});
    symlinkSync(${JSON.stringify(target)}, "spare-link");
    for (;;) {
      renameSync("${name}", "spare-directory"); renameSync("spare-link", "${name}");
      renameSync("${name}", "spare-link"); renameSync("spare-directory", "${name}");
    }`;
  return spawn(process.execPath, ["-e", program], { stdio: "ignore" });
}

describe("a directory that is swapped for a link meanwhile", () => {
  let child: ChildProcess | undefined;
  afterEach(async () => {
    const ended = new Promise((resolve) => child?.once("exit", resolve));
    child?.kill("SIGKILL");
    await ended;
    rmSync(join(inside, "spare-link"), { force: true });
    const target = join(inside, "swapped");
    if (existsSync(join(inside, "spare-directory"))) {
      rmSync(target, { force: true });
      renameSync(join(inside, "spare-directory"), target);
    }
    rmSync(target, { recursive: true });
  });

  it.each(["../outside", "absolute"])(
    "leads nowhere else: a link to %s",
    (target) => {
      mkdirSync(join(inside, "swapped"));
      writeFileSync(join(inside, "swapped", "f.txt"), "inside");
      child = swapper("swapped", target === "absolute" ? outside : target);
      const before = readdirSync(outside).sort();
      const seen = new Map<string, number>();
      const enough = (outcome: string): boolean => (seen.get(outcome) ?? 0) >= 50;
      const deadline = Date.now() + 20_000;
      while (!(enough("inside") && enough("!not-permitted")) && Date.now() < deadline) {
        const text = guest.read(root, "swapped/f.txt");
        seen.set(text, (seen.get(text) ?? 0) + 1);
        const made = guest.open(root, "swapped/made", "create write");
        if (typeof made === "number") guest.close(made);
        guest.do(root, "create-directory-at", "swapped/folder");
        guest.do(root, "rename-at", "swapped/made", root, "swapped/renamed");
        guest.do(root, "unlink-file-at", "swapped/renamed");
      }
      expect([...seen.keys()].filter((text) => text !== "inside" && !text.startsWith("!"))).toEqual([]);
      expect([enough("inside"), enough("!not-permitted")]).toEqual([true, true]);
      expect(readdirSync(outside).sort()).toEqual(before);
      expect(readFileSync(join(outside, "f.txt"), "utf8")).toBe("secret");
    },
    30_000,
  );
});

it("goes back to where it came from, when the directory that it went through was moved out", async () => {
  mkdirSync(join(inside, "moving"));
  const moving = guest.opened(root, "moving");
  renameSync(join(inside, "moving"), join(outside, "moving"));
  expect(guest.open(moving, "../f.txt")).toBe("!not-permitted");
  expect(guest.open(root, "moving")).toBe("!no-entry");
  guest.close(moving);
  rmSync(join(outside, "moving"), { recursive: true });
});
