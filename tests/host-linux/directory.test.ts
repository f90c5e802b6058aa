/** The granted directory: what can be read there, and that no path leads out. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deviceCaller, type Call } from "./device-caller.ts";

let outside: string;
let root: string;
let call: Call;

beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), "atoll-directory-"));
  root = join(outside, "root");
  mkdirSync(join(root, "sub", "deep"), { recursive: true });
  writeFileSync(join(outside, "secret.txt"), "secret");
  mkdirSync(join(outside, "root-sibling"));
  writeFileSync(join(outside, "root-sibling", "s.txt"), "secret");
  writeFileSync(join(root, "hello.txt"), "grüße\n");
  writeFileSync(join(root, "marked.txt"), "\ufeffmarked");
  writeFileSync(join(root, "binary"), Uint8Array.from([0xff, 0x00, 0x41]));
  writeFileSync(join(root, "empty"), "");
  writeFileSync(join(root, "sub", "deep", "low.txt"), "low");
  writeFileSync(join(root, "ﬀ.txt"), "");
  writeFileSync(join(root, "🐚.txt"), "");
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff])]), "");
  writeFileSync(join(root, "large"), "");
  truncateSync(join(root, "large"), 64 * 1024 * 1024 + 1);
  symlinkSync("hello.txt", join(root, "link"));
  symlinkSync("sub/deep", join(root, "link-deep"));
  symlinkSync("../secret.txt", join(root, "link-out"));
  symlinkSync(outside, join(root, "link-absolute"));
  symlinkSync("../root-sibling", join(root, "link-sibling"));
  symlinkSync("nowhere", join(root, "link-dangling"));
  symlinkSync("link-loop", join(root, "link-loop"));
  execFileSync("bash", ["-c", `mkfifo "$0"`, join(root, "pipe")]);
  call = await deviceCaller({ device: "atoll:device/directory", path: "root" }, { base: outside });
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

const error = (value: string) => ({ case: "error", value });
const ok = (value: unknown) => ({ case: "ok", value });

describe("reading", () => {
  it("gives text, without a byte order mark", () => {
    expect(call("read-text", "hello.txt")).toEqual(ok("grüße\n"));
    expect(call("read-text", "marked.txt")).toEqual(ok("marked"));
    expect(call("read-text", "empty")).toEqual(ok(""));
    expect(call("read-text", "binary")).toEqual(error("invalid-utf8"));
  });

  it("gives bytes", () => {
    expect(call("read", "binary")).toEqual(ok(Uint8Array.from([0xff, 0x00, 0x41])));
    expect(call("read", "empty")).toEqual(ok(new Uint8Array()));
  });

  it("takes paths apart by /, and follows links that stay inside", () => {
    for (const path of [
      "sub/deep/low.txt",
      "./sub//deep/./low.txt",
      "sub/../sub/deep/low.txt",
      "link-deep/low.txt",
    ]) {
      expect(call("read-text", path)).toEqual(ok("low"));
    }
    expect(call("read-text", "link")).toEqual(ok("grüße\n"));
  });

  it("says what is wrong", () => {
    const cases = {
      missing: "not-found",
      "missing/below": "not-found",
      "link-dangling": "not-found",
      ["x".repeat(300)]: "not-found",
      "hello.txt/below": "not-a-directory",
      "": "is-a-directory",
      ".": "is-a-directory",
      sub: "is-a-directory",
      large: "too-large",
      pipe: "io",
      "link-loop": "io",
    };
    for (const [path, code] of Object.entries(cases))
      expect([path, call("read", path)]).toEqual([path, error(code)]);
  });

  it.runIf(process.getuid?.() !== 0)("says io for what may not be read", () => {
    writeFileSync(join(root, "closed"), "");
    chmodSync(join(root, "closed"), 0);
    expect(call("read", "closed")).toEqual(error("io"));
    rmSync(join(root, "closed"));
  });
});

describe("listing", () => {
  it("is sorted by code point and leaves out what cannot be opened", () => {
    const { value } = call("list", "") as unknown as { value: { name: string }[] };
    expect(value.map(({ name }) => name)).toEqual([
      "binary",
      "empty",
      "hello.txt",
      "large",
      "link",
      "link-deep",
      "marked.txt",
      "sub",
      "ﬀ.txt",
      "🐚.txt",
    ]);
  });

  it("says kind and size, through links too", () => {
    const { value } = call("list", ".") as unknown as { value: { name: string }[] };
    expect(value).toContainEqual({ name: "hello.txt", kind: "file", size: 8n });
    expect(value).toContainEqual({ name: "link", kind: "file", size: 8n });
    expect(value).toContainEqual({ name: "link-deep", kind: "directory", size: 0n });
  });

  it("says what is wrong", () => {
    expect(call("list", "hello.txt")).toEqual(error("not-a-directory"));
    expect(call("list", "missing")).toEqual(error("not-found"));
    expect(call("list", "link-sibling")).toEqual(error("escapes"));
  });
});

describe("stat", () => {
  it("tells files from directories", () => {
    expect(call("stat", "sub/deep/low.txt")).toEqual(ok({ name: "low.txt", kind: "file", size: 3n }));
    expect(call("stat", "sub")).toEqual(ok({ name: "sub", kind: "directory", size: 0n }));
    expect(call("stat", "")).toEqual(ok({ name: "", kind: "directory", size: 0n }));
    expect(call("stat", "pipe")).toEqual(error("io"));
    expect(call("stat", "missing")).toEqual(error("not-found"));
  });
});

describe("no path leads out", () => {
  const paths = [
    "..",
    "../secret.txt",
    "sub/../../secret.txt",
    "./../root/hello.txt",
    "/etc/passwd",
    "/",
    "hello.txt\0",
    "\0",
    "link-out",
    "link-absolute",
    "link-absolute/secret.txt",
    "link-absolute/root/hello.txt",
    "link-sibling/s.txt",
    "sub/../link-out",
    "link-deep/../../../secret.txt",
  ];
  it.each(paths)("%j", (path) => {
    for (const name of ["read", "read-text", "list", "stat"])
      expect(call(name, path)).toEqual(error("escapes"));
  });

  it("takes `..` as a step back along the names, also after a link", () => {
    expect(call("read-text", "link-deep/../hello.txt")).toEqual(ok("grüße\n"));
  });

  it("whatever names it is made of", () => {
    const name = fc.constantFrom(
      "..",
      ".",
      "",
      "sub",
      "deep",
      "link-deep",
      "link-absolute",
      "link-sibling",
      "root",
      "/",
      "\0",
    );
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 8 }),
        fc.constantFrom("secret.txt", "s.txt", ""),
        (names, last) => {
          const result = call("read-text", [...names, last].join("/")) as { case: string; value: string };
          return result.case === "error" || !result.value.includes("secret");
        },
      ),
      { numRuns: 500 },
    );
  });
});

const grant = (path: string) =>
  deviceCaller({ device: "atoll:device/directory", path }, { process: "corpus", base: outside });

describe("a grant that cannot be given", () => {
  it("names the process and the directory", async () => {
    await expect(grant("missing")).rejects.toThrow(
      /Process corpus is granted the directory .*missing, which cannot be opened \(ENOENT\)/,
    );
    await expect(grant("secret.txt")).rejects.toThrow(/which is not a directory/);
  });
});
