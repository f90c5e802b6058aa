/**
 * Which sources of this layer an image has, and on which side of the wall, by its ring.
 *
 * In ring 0 there is no wall, and all of them are one program with what runs on them. In
 * ring 3 those that only move the program's own stacks and registers are on its side.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** The sources of a folder of this layer, sorted, so that the same sources give the same image. */
export function sourcesOf(folder: string): string[] {
  return readdirSync(join(HERE, folder))
    .filter((name) => /\.[cS]$/.test(name))
    .sort()
    .map((name) => join(HERE, folder, name));
}

/** Where the program runs: beside this layer, or where it can reach nothing else than what is its own. */
export type Ring = 0 | 3;

/** Sources that are the program's in its ring, or are there twice, for it and for the layer. */
const OF_PROGRAM = ["portable/fiber.c", "x86_64/catch.c", "x86_64/program-start.c", "x86_64/switch.S"];
const OF_BOTH = [
  "portable/command-line.c",
  "portable/frames.c",
  "portable/text.c",
  "x86_64/clock-reading.c",
  "x86_64/memory-functions.c",
  "x86_64/shared.c",
];

/** Sources that become one object. */
export type Part = "layer" | "program" | "both" | "both-for-layer" | "ring0" | "ring3" | "ring3-program";

export function partSources(part: Part): string[] {
  switch (part) {
    case "layer":
      return [...sourcesOf("portable"), ...sourcesOf("x86_64")].filter((path) => !isNamed(path));
    case "program":
      return OF_PROGRAM.map((name) => join(HERE, name));
    case "both":
    case "both-for-layer":
      return OF_BOTH.map((name) => join(HERE, name));
    default:
      return sourcesOf(join("x86_64", part));
  }
}

function isNamed(path: string): boolean {
  return [...OF_PROGRAM, ...OF_BOTH].some((name) => join(HERE, name) === path);
}

/** What an image is linked of: parts beside the program, and parts that are joined and set apart from it. */
export interface Layer {
  readonly beside: readonly Part[];
  readonly apart: readonly Part[];
}
export const LAYERS: Readonly<Record<Ring, Layer>> = {
  0: { beside: ["layer", "program", "both", "ring0"], apart: [] },
  3: { beside: ["program", "both", "ring3-program"], apart: ["layer", "both-for-layer", "ring3"] },
};

/**
 * Whether it is compiled for the general registers alone. What is sure to run in ring 0 is: there is no
 * floating point in it, what it interrupts keeps the others, and a KVM that emulates ring 0 has no others.
 */
export function isGeneral(part: Part): boolean {
  return part === "layer" || part === "both-for-layer" || part === "ring3";
}

/** The text of all its files: it says whether such an object is still right. */
export function layerText(): string {
  const names = ["", "portable", "x86_64", "x86_64/ring0", "x86_64/ring3", "x86_64/ring3-program"];
  const folders = names.map((folder) => join(HERE, folder));
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
