/**
 * Binaryen's optimiser over a merged module, in a process of its own.
 *
 * It is the wasm-opt of the Binaryen that AssemblyScript brings: building needs
 * that anyway, and who only runs systems needs neither. Nothing is promised to
 * it that does not hold: traps stay where they are, and what the module exports
 * can be read and called by anybody.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LinkError } from "../error.ts";

export interface Optimised {
  readonly bytes: Uint8Array;
  readonly sourceMap: string;
}

/**
 * What it may find and write: what wasm engines have for long. Garbage collection is only allowed where
 * a module has it, because with it references are written in a form that not every engine reads.
 */
const FEATURES = [
  "sign-ext",
  "mutable-globals",
  "nontrapping-float-to-int",
  "simd",
  "relaxed-simd",
  "bulk-memory",
  "bulk-memory-opt",
  "call-indirect-overlong",
  "threads",
  "exception-handling",
  "tail-call",
  "reference-types",
  "multivalue",
  "memory64",
  "extended-const",
  "multimemory",
];

/** @param domain Its name, for messages. @throws LinkError (`config`, `not-yet`) */
export function optimise(
  domain: string,
  bytes: Uint8Array,
  sourceMap: string,
  hasReferences: boolean,
): Optimised {
  const folder = mkdtempSync(join(tmpdir(), "atoll-fuse-"));
  const [input, output] = [join(folder, "in.wasm"), join(folder, "out.wasm")];
  try {
    writeFileSync(input, bytes);
    writeFileSync(`${input}.map`, sourceMap);
    const features = [...FEATURES, ...(hasReferences ? ["gc"] : [])].map((feature) => `--enable-${feature}`);
    const maps = ["--input-source-map", `${input}.map`, "--output-source-map", `${output}.map`];
    // An initial value may be a global of another part, which Binaryen allows with garbage collection
    // alone; the engine validates what comes out.
    run(domain, [
      input,
      "-o",
      output,
      "-O3",
      "-g",
      "--mvp-features",
      ...features,
      ...maps,
      "--no-validation",
    ]);
    return { bytes: readFileSync(output), sourceMap: readFileSync(`${output}.map`, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Binaryen is Wasm itself, and runs once: to optimise it takes V8 longer than most domains do. */
const BASELINE = "--liftoff-only";

function run(domain: string, options: readonly string[]): void {
  const { status, stderr, error } = spawnSync(process.execPath, [BASELINE, wasmOpt(domain), ...options], {
    encoding: "utf8",
  });
  if (status === 0) return;
  const [said = "nothing"] = (error?.message ?? stderr).trim().split("\n");
  throw new LinkError(
    "not-yet",
    `domain "${domain}": the optimiser that fuses it (wasm-opt) cannot read one of its components: ${said}`,
    "Take out the process whose component uses what is not supported, by leaving out its domain.",
  );
}

function wasmOpt(domain: string): string {
  const assemblyscript = packageOf("assemblyscript", import.meta.url);
  const binaryen = assemblyscript && packageOf("binaryen", pathToFileURL(assemblyscript));
  if (binaryen !== undefined) return join(dirname(binaryen), "bin", "wasm-opt");
  throw new LinkError(
    "config",
    `domain "${domain}": fusing needs the package binaryen, which comes with assemblyscript, and it is not installed`,
    "Install atoll-os with its optional dependencies (npm install --include=optional), or take the domain out of system.ts.",
  );
}

/** Path of a package's `package.json`; undefined when it is not installed. */
function packageOf(name: string, from: string | URL): string | undefined {
  try {
    return findPackageJSON(name, from);
  } catch {
    return undefined;
  }
}
