/**
 * C sources and this layer → an image that a virtual machine boots.
 *
 * Plain `cc` with binutils is enough: nothing of a C library is linked, and of its
 * headers only those that the compiler itself brings are there.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { appendSymbols } from "./symbols.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Warnings are errors in all C of the project. */
export const WARNINGS: readonly string[] = [
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wshadow",
  "-Wstrict-prototypes",
  "-Wmissing-prototypes",
];

/**
 * -mno-red-zone: an exception would overwrite what a function keeps below its stack.
 * -fno-omit-frame-pointer, -fno-optimize-sibling-calls: a fault tells who called whom
 * (portable/frames.h).
 * -fstack-clash-protection: no frame steps over a guard region.
 */
export const COMPILE: readonly string[] = [
  "-std=gnu11",
  "-O2",
  "-ffreestanding",
  "-fno-pic",
  "-fno-pie",
  "-mcmodel=small",
  "-mno-red-zone",
  "-fno-stack-protector",
  "-fstack-clash-protection",
  "-fno-omit-frame-pointer",
  "-fno-optimize-sibling-calls",
  "-fno-asynchronous-unwind-tables",
  "-fcf-protection=none",
];
export const LINK: readonly string[] = [
  "-static",
  "-no-pie",
  "-nostdlib",
  "-Wl,-z,noexecstack",
  "-Wl,-z,max-page-size=4096",
  "-Wl,--build-id=none",
  "-T",
  join(HERE, "x86_64/link.ld"),
];

/** Why no image can be built here; undefined when it can. */
export function missingCompiler(): string | undefined {
  const there = spawnSync("cc", ["--version"]).status === 0;
  return there ? undefined : "cc is not installed (Debian: gcc and libc6-dev)";
}

/** The sources of a folder of this layer, sorted, so that the same sources give the same image. */
export function sourcesOf(folder: "portable" | "x86_64"): string[] {
  return readdirSync(join(HERE, folder))
    .filter((name) => /\.[cS]$/.test(name))
    .sort()
    .map((name) => join(HERE, folder, name));
}

/**
 * Writes the image of `sources`, one of which has `hal_program`, to the file `output`.
 * Throws with what the compiler said.
 */
export function buildImage(sources: readonly string[], output: string): void {
  const own = [...sourcesOf("portable"), ...sourcesOf("x86_64")];
  compile([...COMPILE, ...WARNINGS, `-I${HERE}`, "-o", output, ...sources, ...own, ...LINK]);
  writeFileSync(output, appendSymbols(readFileSync(output)));
}

/** Arguments of `cc` for one object of this whole layer, to be linked with what has `hal_program`. */
export function layerArguments(output: string): readonly string[] {
  const own = [...sourcesOf("portable"), ...sourcesOf("x86_64")];
  return [...COMPILE, ...WARNINGS, "-r", "-nostdlib", "-o", output, ...own];
}

/** The text of all its files: it says whether such an object is still right. */
export function layerText(): string {
  const folders = ["", "portable", "x86_64"].map((folder) => join(HERE, folder));
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((name) => join(folder, name)),
  );
  return files
    .filter((file) => /\.(c|h|S|ld)$/.test(file))
    .map((file) => readFileSync(file, "utf8"))
    .join("\0");
}

/** Runs `cc`. */
export function compile(args: readonly string[]): void {
  const { status, stderr, error } = spawnSync("cc", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`cc failed:\n${error?.message ?? stderr}`);
}
