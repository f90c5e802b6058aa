/**
 * A module as C, by wasm2c of the npm package `wabt`, with a deep stack (deep-stack.ts).
 *
 * Debian's package `wabt` has an older one, which takes deeply nested code as it is. Its
 * C has other names, and types of functions that those of other modules do not equal.
 */
import { writeFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { Cache, keyOf } from "./cache.ts";
import { ImageError } from "./error.ts";
import { withImportsInTables } from "./imports-in-tables.ts";
import { withLines } from "./lines/marks.ts";
import type { ModuleFacts } from "./module-facts.ts";
import { runTool, type ToolResult } from "./run-tool.ts";

export interface ModuleCode {
  readonly facts: ModuleFacts;
  /** The header goes by the module's C name, with `.h`. */
  readonly header: string;
  readonly code: string;
}

const FEATURES = [
  "--enable-multi-memory",
  "--enable-exceptions",
  "--enable-extended-const",
  "--enable-tail-call",
  "--enable-custom-page-sizes",
];
const WABT = "1.0.39";
/** Of what is written into its C: lines, and imports in tables. */
const MARKS = "2";
/** Loaded before it. */
const DEEP_STACK = new URL(`./deep-stack${extname(import.meta.url)}`, import.meta.url).href;
/** Kilobytes of Node's own stack: half of what a program has on Linux, unless told otherwise. */
const STACK = "--stack-size=3900";

/** Reads it from the cache, or translates. Throws ImageError that names the module. */
export async function moduleCode(facts: ModuleFacts, cache: Cache): Promise<ModuleCode> {
  const name = `${facts.name}-${keyOf(MARKS, WABT, ...FEATURES)}`;
  let written: Promise<readonly [string, string]> | undefined;
  const part = (index: 0 | 1) => async (path: string) =>
    writeFile(path, (await (written ??= translate(facts)))[index]);
  const header = await cache.file(`${name}.h`, part(0));
  const code = await cache.file(`${name}.c`, part(1));
  return { facts, header: await readFile(header, "utf8"), code: await readFile(code, "utf8") };
}

/** Header and code. */
async function translate(facts: ModuleFacts): Promise<readonly [string, string]> {
  const folder = await mkdtemp(join(tmpdir(), "atoll-wasm2c-"));
  try {
    const input = join(folder, "module.wasm");
    const output = join(folder, `${facts.name}.c`);
    await writeFile(input, facts.bytes);
    const args = [npmWasm2c(), ...FEATURES, input, "-n", facts.name, "-o", output];
    const result = await runTool(process.execPath, [STACK, "--import", DEEP_STACK, ...args]);
    if (!isDone(result)) throw refusal(facts, result);
    const header = await readFile(join(folder, `${facts.name}.h`), "utf8");
    const code = withImportsInTables(await readFile(output, "utf8"));
    return [header, withLines(code, facts.name)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** It says what it does not like, and ends well all the same. */
function isDone({ status, text }: ToolResult): boolean {
  return status === 0 && text.trim() === "";
}

function npmWasm2c(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve("wabt/package.json");
    return join(dirname(manifest), "bin", "wasm2c");
  } catch {
    throw new ImageError(
      `An image is made by wasm2c of the npm package wabt, which is not installed.\nInstall it: npm install wabt@${WABT}`,
    );
  }
}

function refusal({ plan }: ModuleFacts, { text }: ToolResult): ImageError {
  const why = text.includes("Maximum call stack size exceeded")
    ? "its blocks are nested too deeply, more than ten thousand levels"
    : (reasonIn(text) ?? "it ended without a word");
  return new ImageError(`Module ${plan.name} cannot be made into C by wasm2c: ${why}.`);
}

/** The first line that says something; paths are of no use to anybody. */
function reasonIn(text: string): string | undefined {
  const line = stripVTControlCharacters(text)
    .split("\n")
    .find((it) => /error|support|RangeError|invalid|unexpected/i.test(it));
  return line?.replace(/^.*\.wasm:/, "").trim();
}
