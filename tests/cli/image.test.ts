/** `atoll image`: a system becomes a program, and what cannot become one is refused with the reason. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MISSING } from "../host-metal/image/tools.ts";
import { atoll, builtFolder } from "./atoll.ts";

const CACHE = join(import.meta.dirname, "../fixtures/image/build");
const folder = builtFolder("hello");
const setting = { cwd: folder.path };
const file = (name: string): string => join(folder.path, name);
beforeAll(() => {
  const system = readFileSync(file("system.ts"), "utf8");
  writeFileSync(
    file("watched.ts"),
    system.replace("  entry:", '  supervisor: {},\n  control: "run.sock",\n  entry:'),
  );
});
afterAll(() => folder.remove());

describe.skipIf(MISSING !== undefined)("an image for Linux", () => {
  it("is a program that needs nothing else", async () => {
    const { code, stdout, stderr } = await atoll(
      ["image", "--target", "linux", "--debug", "--report", "system.ts"],
      setting,
    );
    expect([code, stderr.split("\n").at(-2)]).toEqual([0, "Compiling hello for linux …"]);
    expect(stdout).toMatch(/^build\/hello-linux: system hello, 2 processes, ([\d,]+) bytes, for linux\n/);
    expect(stdout).toMatch(/\ncomponent main +[\d,]+ +[\d.]+ %/);
    const [, whole] = /, ([\d,]+) bytes,/.exec(stdout) ?? [];
    expect(/\ntogether +([\d,]+) +100.0 %/.exec(stdout)?.[1]).toBe(whole);
    const { status, stdout: said } = spawnSync(file("build/hello-linux"), { env: {}, encoding: "utf8" });
    expect([status, said]).toEqual([0, "main │ Hello, Atoll!\n"]);
  });

  it("says what it does without", async () => {
    // The kernel, of the same parts as in other tests.
    mkdirSync(CACHE, { recursive: true });
    rmSync(file("build/image"), { recursive: true });
    symlinkSync(CACHE, file("build/image"));
    const args = ["image", "--target", "linux", "--debug", "--json", "watched.ts", "-o", "watched"];
    const { code, stdout, stderr } = await atoll(args, setting);
    const note = "The image has no control socket: atoll ps and the like find nothing at run.sock.";
    expect(code).toBe(0);
    expect(stderr.replace("Compiling hello for linux …\n", "")).toBe(`atoll: note: ${note}\n`);
    expect(JSON.parse(stdout)).toMatchObject({ output: "watched", target: "linux", leftOut: [note] });
    expect(spawnSync(file("watched"), { env: {} }).status).toBe(0);
  });
});

describe("mistakes", () => {
  it.each([
    [["system.ts"], "atoll: required option '--target <TARGET>' not specified"],
    [
      ["--target", "windows", "system.ts"],
      "argument 'windows' is invalid. Allowed choices are linux, metal.",
    ],
    [["--target", "linux", "--format", "disk", "system.ts"], "--format is for --target metal"],
    [
      ["--target", "metal", "system.ts", "--", "a", "b"],
      "arguments (a b): an image gets them when it is run, and only a disk has them in it.",
    ],
    [
      ["--target", "linux", "system.ts", "-o", "hello.img", "--append", "tags=0"],
      "--append tags=0: an image",
    ],
    [
      ["--target", "linux", "system.ts", "--dir", "."],
      "system.ts: --dir is for one component, and a system says itself who is granted what.",
    ],
    [["--target", "metal", "system.ts", "--env", "A=b"], "system.ts: --env is for one component"],
    [["--target", "linux", "nothing.ts"], "found nothing: there is no such file."],
  ])("%j", async (args, message) => {
    const { code, stderr } = await atoll(["image", ...args], setting);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(file("build/nothing-linux"))).toBe(false);
  });
});
