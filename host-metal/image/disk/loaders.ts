/** The boot loaders of host-metal/loader, compiled once: what firmware loads before the system. */
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WARNINGS } from "../../hal/build.ts";
import { compile, type Compiler } from "../c-compiler.ts";
import { keyOf, type Cache } from "../cache.ts";

const FOLDER = join(import.meta.dirname, "../../loader");
/** The start info is one structure of both. */
const PVH = join(import.meta.dirname, "../../hal/x86_64/pvh.h");

/** As they lie in memory, from their first byte on. */
export interface Loaders {
  readonly bios: Uint8Array;
  readonly uefi: Uint8Array;
}

const OPTIONS = [
  "-std=gnu11",
  "-Os",
  "-ffreestanding",
  "-fno-stack-protector",
  "-mgeneral-regs-only",
  "-fno-asynchronous-unwind-tables",
  "-fcf-protection=none",
  ...WARNINGS,
  "-nostdlib",
  "-static",
  "-no-pie",
  "-Wl,--build-id=none",
  "-Wl,--oformat=binary",
];

/** A BIOS is called in 32-bit mode; UEFI loads a program to any address. */
const OWN = {
  bios: ["-m32", "-fno-pic", "-fno-pie"],
  uefi: ["-fpie", "-fvisibility=hidden", "-mno-red-zone"],
};

/** @throws ImageError with what the compiler did not like. */
export async function loadersOf(compiler: Compiler, cache: Cache): Promise<Loaders> {
  const [bios, uefi] = await Promise.all([loader("bios", compiler, cache), loader("uefi", compiler, cache)]);
  return { bios, uefi };
}

async function loader(kind: keyof typeof OWN, compiler: Compiler, cache: Cache): Promise<Uint8Array> {
  const files = [...filesOf(""), ...filesOf(kind)];
  const script = join(FOLDER, kind, "link.ld");
  const sources = files.filter((file) => /\.[cS]$/.test(file));
  const options = [...OPTIONS, ...OWN[kind]];
  const texts = [...files, PVH].map((file) => readFileSync(file));
  const key = keyOf(compiler.program, compiler.version, options.join(" "), ...texts);
  const made = await cache.file(`loader-${kind}-${key}`, (output) =>
    compile(compiler, `The ${kind} loader`, [...options, "-T", script, "-o", output, ...sources]),
  );
  return readFile(made);
}

/** Sorted, so that the same files give the same loader. */
function filesOf(folder: string): string[] {
  return readdirSync(join(FOLDER, folder))
    .filter((name) => /\.(c|h|S|ld)$/.test(name))
    .sort()
    .map((name) => join(FOLDER, folder, name));
}
