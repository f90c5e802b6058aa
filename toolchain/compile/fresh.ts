/**
 * Whether a component is still what its inputs make: a record beside it.
 *
 * `build/app.inputs.json` has the SHA-256 of each input, of the toolchain and
 * of the component itself. Times of files are not looked at: they say nothing
 * after a checkout or a copy.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { libraryFiles } from "./lean/library.ts";
import { writeChanged } from "./output.ts";

/** Raised when the meaning of a field changes; other versions count as stale. */
const VERSION = 1;

export interface BuildRecord {
  readonly version: number;
  readonly toolchain: string;
  readonly options: string;
  /** Path relative to the app's folder, and hash. */
  readonly files: readonly (readonly [string, string])[];
  /** Apps whose interfaces it saw: path relative to the app's folder, and hash of their exported WIT. */
  readonly siblings: readonly (readonly [string, string])[];
  readonly component: string;
  /** The exported interfaces, as WIT. */
  readonly exported: string;
}

export interface Built {
  /** Absolute path of the app. */
  readonly app: string;
  readonly output: string;
  /** Options that change the result, as text. */
  readonly options: string;
}

/** The record of the last build, if everything is as it was then. `exportedBy` gives a sibling's WIT. */
export function freshRecord(
  built: Built,
  exportedBy: (app: string) => string | undefined,
): BuildRecord | undefined {
  const record = readRecord(recordPath(built.output));
  if (record === undefined || record.version !== VERSION || record.options !== built.options)
    return undefined;
  if (record.toolchain !== toolchainHash() || hashOf(built.output) !== record.component) return undefined;
  const folder = dirname(built.app);
  const same = record.files.every(([path, hash]) => hashOf(resolve(folder, path)) === hash);
  const sameSiblings = record.siblings.every(
    ([path, hash]) => sha256(exportedBy(resolve(folder, path)) ?? "") === hash,
  );
  return same && sameSiblings ? record : undefined;
}

export async function writeRecord(
  built: Built,
  made: {
    readonly inputs: readonly string[];
    readonly siblings: readonly (readonly [string, string])[];
    readonly exported: string;
  },
): Promise<void> {
  const folder = dirname(built.app);
  const record: BuildRecord = {
    version: VERSION,
    toolchain: toolchainHash(),
    options: built.options,
    files: [...new Set(made.inputs)].map((path) => [relative(folder, path), hashOf(path) ?? ""]),
    siblings: made.siblings.map(([path, exported]) => [relative(folder, path), sha256(exported)]),
    component: hashOf(built.output) ?? "",
    exported: made.exported,
  };
  await writeChanged(recordPath(built.output), `${JSON.stringify(record, null, 1)}\n`);
}

function recordPath(output: string): string {
  return output.replace(/(\.wasm)?$/, ".inputs.json");
}

function readRecord(path: string): BuildRecord | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as BuildRecord;
  } catch {
    // Written by something else, or half: as if it were not there.
    return undefined;
  }
}

function hashOf(path: string): string | undefined {
  return existsSync(path) ? sha256(readFileSync(path)) : undefined;
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

let known: string | undefined;

/** Of the compiler's and the bindings' own code, and of the libraries: a newer Atoll builds again. */
function toolchainHash(): string {
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  for (const folder of ["abi", "bindgen", "compile", "wasm"]) {
    const root = join(import.meta.dirname, "..", folder);
    for (const path of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
      if (/\.([jt]s|wasm)$/.test(path)) hash.update(path).update(readFileSync(join(root, path)));
    }
  }
  for (const { module, text } of libraryFiles()) hash.update(module).update(text);
  known = hash.digest("hex");
  return known;
}
