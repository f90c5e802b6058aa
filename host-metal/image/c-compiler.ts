/**
 * The C compiler of the machine: gcc or another that takes its options.
 */
import { WARNINGS } from "../hal/build.ts";
import { ImageError } from "./error.ts";
import { runTool } from "./run-tool.ts";

/** `fast`: compiled quickly, with what a debugger needs. */
export type Optimisation = "full" | "fast";

export interface Compiler {
  readonly program: string;
  /** What it says of itself: another compiler makes other code. */
  readonly version: string;
}

/** Throws ImageError that says what to install. */
export async function findCompiler(program: string = process.env["CC"] ?? "cc"): Promise<Compiler> {
  const { status, text } = await runTool(program, ["--version"]);
  const version = text.split("\n")[0] ?? "";
  if (status === 0 && version !== "") return { program, version };
  throw new ImageError(
    `An image is compiled by a C compiler, and there is no ${program}.\nOn Debian or Ubuntu: apt-get install gcc libc6-dev`,
  );
}

/** Runs it. Throws ImageError with the first thing that it did not like. */
export async function compile({ program }: Compiler, what: string, args: readonly string[]): Promise<void> {
  const { status, text } = await runTool(program, args);
  if (status === 0) return;
  const problem = text.split("\n").find((line) => line.includes("error")) ?? text.split("\n")[0] ?? "";
  throw new ImageError(`${what} was refused by the C compiler ${program}: ${problem.trim()}`);
}

/** For everything. Nothing of the result depends on where it was made. */
const COMMON = [
  "-std=gnu11",
  "-fno-pie",
  "-fno-strict-aliasing",
  "-fno-asynchronous-unwind-tables",
  "-ffunction-sections",
  "-fdata-sections",
  "-fno-math-errno",
  "-fno-omit-frame-pointer",
  "-fno-ident",
  "-DNDEBUG",
];

/** What lines/ reads: no version that a compiler may prefer, and nothing of variables. */
const DWARF = ["-gdwarf-4", "-gstrict-dwarf", "-fno-var-tracking"];

const LEVELS: Readonly<Record<Optimisation, readonly string[]>> = {
  full: ["-O2", "-flto", "-fno-fat-lto-objects", "-g1", ...DWARF],
  fast: ["-O1", "-g", ...DWARF],
};

/** Of C that was generated, and keeps to C's rules of types: see runtime/include/wasm-access.h. */
const GENERATED = ["-w", "-fstrict-aliasing", "-fstack-clash-protection"];

/** For C that was made of Wasm: its rules of floating point, and a probe of each page of a large frame. */
const OF_WASM = [
  ...GENERATED,
  "-fwrapv",
  "-frounding-math",
  "-fsignaling-nans",
  "-fno-optimize-sibling-calls",
  // Two traps of a function are two places.
  "-fno-crossjumping",
  "-fno-tree-tail-merge",
];

/** A few percent of an image's size: loops are laid out anew, and more of what is called is put where it is called. */
const OF_WASM_IN_FULL = ["-O3"];

export function options(level: Optimisation, from: "wasm" | "hand" | "generated"): readonly string[] {
  const wasm = level === "full" ? [...OF_WASM, ...OF_WASM_IN_FULL] : OF_WASM;
  const own = { wasm, hand: WARNINGS, generated: GENERATED }[from];
  // Of C made of Wasm a debugger is told functions and lines: its variables mean nothing, and take as long as the rest.
  const lines = level === "fast" && from !== "hand" ? ["-g1"] : [];
  return [...COMMON, ...LEVELS[level], ...lines, ...own];
}

export function linkOptions(level: Optimisation): readonly string[] {
  return [
    ...COMMON,
    ...LEVELS[level],
    ...(level === "full" ? ["-fuse-linker-plugin", "-flto-partition=one"] : []),
    "-static",
    "-no-pie",
    "-Wl,--gc-sections",
    "-Wl,--build-id=none",
    "-Wl,-z,noexecstack",
  ];
}
