/**
 * C sources and this layer → an image that a virtual machine boots.
 *
 * Plain `cc` with binutils is enough: nothing of a C library is linked, and of its
 * headers only those that the compiler itself brings are there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isGeneral, LAYERS, type Part, partSources, type Ring } from "./parts.ts";
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

/** Arguments of `cc` for the object of a part. */
export function partArguments(part: Part, output: string): readonly string[] {
  const registers = isGeneral(part) ? ["-mgeneral-regs-only"] : [];
  const options = [...COMPILE, ...registers, ...WARNINGS, `-I${HERE}`];
  return [...options, "-r", "-nostdlib", "-o", output, ...partSources(part)];
}

/** Arguments of `cc` that join objects. */
export function joinArguments(objects: readonly string[], output: string): readonly string[] {
  return ["-r", "-nostdlib", "-no-pie", "-o", output, ...objects];
}

/**
 * Arguments of `objcopy` that set the joined parts apart: their sections get names of their own, for
 * link.ld, and of their symbols only the entry stays to be found.
 */
export function apartArguments(object: string): readonly string[] {
  return ["--prefix-alloc-sections=.layer", "--keep-global-symbol=pvh_entry", object];
}

/** The program that goes with `cc`. */
export function objcopyOf(compiler: string): string {
  const { stdout } = spawnSync(compiler, ["-print-prog-name=objcopy"], { encoding: "utf8" });
  return stdout.trim() || "objcopy";
}

/**
 * Writes the image of `sources`, one of which has `hal_program`, to the file `output`. Objects are kept
 * in `folder`, from one ring to the other. Throws with what the compiler said.
 */
export function buildImage(sources: readonly string[], output: string, ring: Ring, folder: string): void {
  const once = (name: string, make: (path: string) => void): string => {
    const path = join(folder, `${name}.o`);
    if (!existsSync(path)) make(path);
    return path;
  };
  const part = (name: Part): string => once(name, (path) => compile(partArguments(name, path)));
  const program = sources.map((source) =>
    once(`of-${basename(dirname(source))}-${basename(source)}`, (path) =>
      compile([...COMPILE, ...WARNINGS, `-I${HERE}`, "-c", "-o", path, source]),
    ),
  );
  const { beside, apart } = LAYERS[ring];
  const objects = [...program, ...beside.map((name) => part(name))];
  if (apart.length > 0) {
    const joined = apart.map((name) => part(name));
    objects.push(once("apart", (path) => setApart(joined, path)));
  }
  compile([...COMPILE, "-o", output, ...objects, ...LINK]);
  writeFileSync(output, appendSymbols(readFileSync(output), true));
}

function setApart(objects: readonly string[], output: string): void {
  compile(joinArguments(objects, output));
  const { status, stderr, error } = spawnSync(objcopyOf("cc"), apartArguments(output), { encoding: "utf8" });
  if (status !== 0) throw new Error(`objcopy failed:\n${error?.message ?? stderr}`);
}

/** Runs `cc`. */
export function compile(args: readonly string[]): void {
  const { status, stderr, error } = spawnSync("cc", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`cc failed:\n${error?.message ?? stderr}`);
}
