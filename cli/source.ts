/**
 * What a FILE on the command line is: told by its content, not by its name.
 *
 * A component and a linked system are known by their first bytes; a program is
 * told from a system by what only a `system.ts` has, a default export.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { UsageError } from "./report.ts";

export type Source =
  /** A linked system, `system.atoll`. */
  | { readonly kind: "plan"; readonly file: string; readonly bytes: Uint8Array }
  | { readonly kind: "component"; readonly file: string; readonly bytes: Uint8Array }
  /** `system.ts`. */
  | { readonly kind: "system"; readonly file: string }
  /** A program, to be built first. */
  | { readonly kind: "app"; readonly file: string };

const SCRIPTS: ReadonlySet<string> = new Set([".ts", ".mts", ".js", ".mjs"]);
const WASM_MAGIC = "\0asm";
const PLAN_MAGIC = "atoll\0";
const EXPECTED = "expected a program or a system (.ts), a component (.wasm) or a linked system (.atoll)";

/**
 * `expected`: what else the command takes, which was looked for before.
 * Throws UsageError when the file cannot be read, or is none of these.
 */
export async function readSource(file: string, expected: string = EXPECTED): Promise<Source> {
  const bytes = await readInput(file, expected);
  const head = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  if (head.startsWith(WASM_MAGIC)) return { kind: "component", file, bytes: await componentOf(file, bytes) };
  if (head.startsWith(PLAN_MAGIC)) return { kind: "plan", file, bytes };
  if (SCRIPTS.has(extname(file))) {
    const text = Buffer.from(bytes).toString("utf8");
    return { kind: /^\s*export\s+default\b/m.test(text) ? "system" : "app", file };
  }
  const found = bytes.length === 0 ? "an empty file" : `one that begins with ${JSON.stringify(head)}`;
  throw new UsageError(`${file}: ${expected}, found ${found}.`);
}

/** Throws UsageError that names the file, and what was `expected` of it. */
export async function readInput(file: string, expected: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new UsageError(`${file}: ${expected}, found nothing: there is no such file.`);
    if (code === "EISDIR") {
      const system = join(file, "system.ts");
      const hint = existsSync(system) ? `Its system is ${system}.` : undefined;
      throw new UsageError(`${file}: ${expected}, found a folder.`, hint);
    }
    throw new UsageError(`${file}: it cannot be read (${code ?? String(error)}).`);
  }
}

/** Whether a file begins as WebAssembly does; false where there is none. */
export function isBinary(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const head = Buffer.alloc(WASM_MAGIC.length);
  const opened = openSync(file, "r");
  readSync(opened, head);
  closeSync(opened);
  return head.toString("latin1") === WASM_MAGIC;
}

/** A component as it stands; the core module of another toolchain is made into one. */
async function componentOf(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  if ((await binaryKind(file, bytes)) === "component") return bytes;
  const { ensureModule } = await import("../toolchain/compile/index.ts");
  return ensureModule(file);
}

/** Throws UsageError that names the file when the bytes are no WebAssembly of a known version. */
export async function binaryKind(file: string, bytes: Uint8Array): Promise<"component" | "module"> {
  const { WasmError, kindOfBinary } = await import("../toolchain/wasm/index.ts");
  try {
    return kindOfBinary(bytes);
  } catch (error) {
    if (error instanceof WasmError) throw new UsageError(`${file}: ${error.message}.`);
    throw error;
  }
}
