/**
 * The objects that an image is linked of: each part is compiled once, and kept by a hash of what went in.
 */
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { keyOf, type Cache } from "./cache.ts";
import { compile, options, type Compiler, type Optimisation } from "./c-compiler.ts";
import { withOwnAccess } from "./memory-access.ts";
import type { ModuleFacts } from "./module-facts.ts";
import type { SourceText } from "./report/owners.ts";
import type { Target } from "./target.ts";
import { moduleCode } from "./wasm2c.ts";

export const RUNTIME: string = join(import.meta.dirname, "runtime");
const RUNTIME_FOLDERS = ["", "devices", "files", "kernel", "include"];

/** Of the runtime, in one order. */
export async function runtimeSources({ platform }: Target): Promise<SourceText[]> {
  const found: SourceText[] = [];
  for (const folder of [...RUNTIME_FOLDERS, platform, join(platform, "include")]) {
    if (!existsSync(join(RUNTIME, folder))) continue;
    const names = (await readdir(join(RUNTIME, folder))).sort().filter((name) => /\.[chS]$/.test(name));
    for (const name of names) {
      const path = join(folder, name);
      found.push({ name: path, text: await readFile(join(RUNTIME, path), "utf8") });
    }
  }
  return found;
}

export function isCompiled(name: string): boolean {
  return extname(name) !== ".h";
}

/** Objects for one target. */
export class Objects {
  readonly target: Target;
  readonly cache: Cache;
  readonly compiler: Compiler;
  readonly level: Optimisation;
  readonly #sources: readonly SourceText[];
  /** A hash of all headers of the runtime. */
  readonly headers: string;
  readonly #moduleHeaders = new Map<string, string>();
  readonly #includes: readonly string[];

  /** `generated`: a folder of headers. */
  constructor(
    target: Target,
    cache: Cache,
    generated: string,
    compiler: Compiler,
    level: Optimisation,
    sources: readonly SourceText[],
  ) {
    this.target = target;
    this.cache = cache;
    // What a platform has in place of a C library's headers comes first.
    const own = join(RUNTIME, target.platform, "include");
    const folders = [own, join(RUNTIME, "include"), RUNTIME, generated];
    this.#includes = folders.map((folder) => `-I${folder}`);
    this.compiler = compiler;
    this.level = level;
    this.#sources = sources;
    const headers = sources.filter(({ name }) => !isCompiled(name));
    this.headers = keyOf(...headers.flatMap(({ name, text }) => [name, text]));
  }

  /** The object of a module, for memories with guard regions, or with comparisons where a template asks for them. */
  async module(plan: LinkPlan, facts: ModuleFacts): Promise<string> {
    const { header, code } = await moduleCode(facts, this.cache);
    this.#moduleHeaders.set(facts.name, header);
    const checks = `-DWASM_RT_MEMCHECK_GUARD_PAGES=${isGuarded(plan, facts) ? 1 : 0}`;
    const text = withOwnAccess(code).replace(/^#include "m[0-9a-f]{16}\.h"$/m, () => header);
    const options = [...this.#options("wasm"), ...(isApart(facts) ? [APART] : [])];
    return this.#object(`module ${facts.plan.name}`, facts.name, text, [checks, ...options]);
  }

  async runtime(name: string): Promise<string> {
    const source = this.#sources.find((it) => it.name === name);
    if (source === undefined) throw new TypeError(`there is no ${name}`);
    return this.#hand(name, join(RUNTIME, name), source.text);
  }

  /** A source of the program that an image runs in place of an entry. */
  async source(path: string, includes: readonly string[]): Promise<string> {
    const headers = await Promise.all(
      includes.map(async (folder) => {
        const names = (await readdir(folder)).sort().filter((name) => extname(name) === ".h");
        return names.map((name) => join(folder, name));
      }),
    );
    const texts = [path, ...headers.flat()].map((it) => readFile(it, "utf8"));
    const options = includes.map((folder) => `-I${folder}`);
    return this.#hand(basename(path), path, (await Promise.all(texts)).join("\0"), options);
  }

  /** `text`: what it is made of, with headers of its own. */
  #hand(name: string, path: string, text: string, more: readonly string[] = []): Promise<string> {
    const key = this.#key(text, this.#options("hand"));
    return this.cache.file(`${keyOf(name, key)}.o`, async (output) => {
      const args = [
        ...this.#options("hand"),
        ...this.#seed(key),
        ...this.#includes,
        ...more,
        "-c",
        path,
        "-o",
        output,
      ];
      await compile(this.compiler, name, args);
    });
  }

  async system(text: string, modules: readonly ModuleFacts[]): Promise<string> {
    const whole = modules.reduce(
      (all, { name }) => all.replace(`#include "${name}.h"`, () => this.#moduleHeaders.get(name) ?? ""),
      text,
    );
    return this.#object("The system", "system", whole, this.#options("generated"));
  }

  /** Of a file that is only in the cache. */
  async #object(what: string, name: string, text: string, args: readonly string[]): Promise<string> {
    const key = this.#key(text, args);
    return this.cache.file(`${name}-${key}.o`, async (output) => {
      const source = `${output}.c`;
      try {
        await writeFile(source, text);
        const named = `-ffile-prefix-map=${source}=${name}.c`;
        await compile(this.compiler, what, [
          ...args,
          // The last that fits counts.
          ...this.#seed(key),
          named,
          ...this.#includes,
          "-c",
          source,
          "-o",
          output,
        ]);
      } finally {
        await rm(source, { force: true });
      }
    });
  }

  #options(from: "wasm" | "hand" | "generated"): readonly string[] {
    return [...options(this.level, from), ...this.target.compile];
  }

  #key(text: string, args: readonly string[]): string {
    return keyOf(this.compiler.program, this.compiler.version, this.headers, args.join(" "), text);
  }

  /** Names that the compiler invents depend on what is compiled, and on nothing else. */
  #seed(key: string): readonly string[] {
    return [
      `-frandom-seed=${key}`,
      // Where the compiler is run is in what debuggers read.
      `-fdebug-prefix-map=${process.cwd()}=.`,
      `-ffile-prefix-map=${RUNTIME}=runtime`,
      `-ffile-prefix-map=${this.cache.folder}=cache`,
    ];
  }
}

/**
 * Most of an image's code, which stays as it is whatever else changes: it becomes machine code once, and a link does
 * not optimise it again. Calls between processes lose nothing by it: what joins two is optimised with the plan.
 */
function isApart({ plan }: ModuleFacts): boolean {
  return plan.role === "guest" || plan.role === "kernel";
}
const APART = "-fno-lto";

/** Adapters reach memories of several processes: all of them must have guard regions. */
function isGuarded({ templates, modules }: LinkPlan, { plan }: ModuleFacts): boolean {
  const position = modules.indexOf(plan);
  const own = templates.filter(({ instances }) => instances.some(({ module }) => module === position));
  const users = own.length > 0 ? own : templates;
  return users.every(({ memories }) => memories === "guarded");
}
