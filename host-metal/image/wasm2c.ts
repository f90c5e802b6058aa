/**
 * A module as C, by wasm2c of the npm package `wabt`.
 *
 * That one overflows its stack on functions with some hundred blocks inside each
 * other; where it fails, the one of Debian's package `wabt` is asked, which knows
 * fewer features. Both write against the same header (runtime/include/wasm-rt.h).
 */
import { writeFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Cache, keyOf } from "./cache.ts";
import { ImageError } from "./error.ts";
import { withLines } from "./lines/marks.ts";
import type { ModuleFacts } from "./module-facts.ts";
import { runTool, type ToolResult } from "./run-tool.ts";

export interface ModuleCode {
  readonly facts: ModuleFacts;
  /** The header goes by the module's C name, with `.h`. */
  readonly header: string;
  readonly code: string;
}

const FEATURES = ["--enable-multi-memory", "--enable-exceptions", "--enable-extended-const"];
/** Of the npm package alone. */
const NEWER = ["--enable-tail-call", "--enable-custom-page-sizes"];
const DEBIAN = "/usr/bin/wasm2c";
const WABT = "1.0.39";
/** Of the way in which lines are written. */
const MARKS = "1";

/** Reads it from the cache, or translates. Throws ImageError that names the module. */
export async function moduleCode(facts: ModuleFacts, cache: Cache): Promise<ModuleCode> {
  const name = `${facts.name}-${keyOf(MARKS, WABT, ...FEATURES, ...NEWER)}`;
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
    const args = [input, "-n", facts.name, "-o", output];
    const first = await runTool(process.execPath, [npmWasm2c(), ...FEATURES, ...NEWER, ...args]);
    if (!isDone(first)) {
      const second = await runTool(DEBIAN, [...FEATURES, ...args]);
      if (!isDone(second)) throw refusal(facts, first, second);
    }
    const header = await readFile(join(folder, `${facts.name}.h`), "utf8");
    return [header, withLines(await readFile(output, "utf8"), facts.name)];
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

function refusal({ plan }: ModuleFacts, first: ToolResult, second: ToolResult): ImageError {
  const said = [first, second].map(({ text }) => reasonIn(text)).find((text) => text !== undefined);
  const hint =
    second.status === undefined
      ? "\nDebian's package wabt has another wasm2c, which takes deeply nested code: apt-get install wabt"
      : "";
  return new ImageError(
    `Module ${plan.name} cannot be made into C by wasm2c: ${said ?? "it ended without a word"}.${hint}`,
  );
}

/** The first line that says something; paths are of no use to anybody. */
function reasonIn(text: string): string | undefined {
  const line = text.split("\n").find((it) => /error|support|RangeError|invalid|unexpected/i.test(it));
  return line?.replace(/^.*\.wasm:/, "").trim();
}
