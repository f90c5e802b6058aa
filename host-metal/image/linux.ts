/**
 * A plan as a static executable for Linux: translated, compiled and linked, each part once.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { noteInC } from "../boot/note.ts";
import type { Ring } from "../hal/parts.ts";
import { ABI_HEADER, abiHeader } from "./abi-header.ts";
import { Cache, keyOf } from "./cache.ts";
import {
  compile,
  findCompiler,
  linkInParallel,
  linkOptions,
  options,
  type Compiler,
  type Optimisation,
} from "./c-compiler.ts";
import type { Program } from "./emit/program.ts";
import { systemCode } from "./emit/system.ts";
import { withOwnAccess } from "./memory-access.ts";
import type { ModuleFacts } from "./module-facts.ts";
import { finishImage, type Finished } from "./finish.ts";
import { withLinesBehind } from "./lines/behind.ts";
import { linesMadeOf } from "./lines/image-lines.ts";
import { bytesNeeded } from "./needs.ts";
import { Owners, type SourceText } from "./report/owners.ts";
import { sizeReport, type SizeReport } from "./report/size-report.ts";
import type { Packed, Target } from "./target.ts";
import { moduleCode } from "./wasm2c.ts";

export interface ImageOptions {
  /** Where the executable is written. */
  readonly output: string;
  /** Where parts are kept, for the next time. */
  readonly cache: string;
  readonly optimisation?: Optimisation;
  /** What relative directories start from, where they become part of the image (default: here). */
  readonly base?: string;
  /** Of a bare machine, in which the system runs: 0 unless told. */
  readonly ring?: Ring;
  /** Runs in place of the plan's entry. */
  readonly program?: Program;
  /** `cc`, or what the environment names, unless told. */
  readonly compiler?: string;
  /** Something is about to be compiled, which takes seconds; called again for each part. */
  readonly onCompile?: () => void;
}

export interface Image {
  readonly output: string;
  /** Modules of the plan that are in it. */
  readonly modules: number;
  /** Parts that were made, not found. */
  readonly made: number;
  readonly sizes: () => Promise<SizeReport>;
}

const RUNTIME = join(import.meta.dirname, "runtime");
const RUNTIME_FOLDERS = ["", "devices", "kernel", "include"];

const LINUX: Target = {
  platform: "linux",
  compile: [],
  // Roundings.
  link: (level) => [...linkOptions(level), "-lm"],
  objects: () => Promise.resolve([]),
  strip: "--strip-all",
  finish: withLinesBehind,
};

/** @throws ImageError for what an image cannot do, and where a tool is missing. */
export function linuxImage(plan: LinkPlan, given: ImageOptions): Promise<Image> {
  return imageFor(LINUX, plan, given);
}

/** The same for any target. */
export async function imageFor(target: Target, plan: LinkPlan, given: ImageOptions): Promise<Image> {
  const level = given.optimisation ?? "full";
  const { modules, instances, text, directories } = systemCode(plan, given.program);
  const needs = bytesNeeded(plan, instances);
  const note = noteInC({ system: plan.system, target: target.platform, needs });
  const compiler = await findCompiler(given.compiler);
  const cache = new Cache(given.cache, given.onCompile);
  const header = { name: ABI_HEADER, text: abiHeader() };
  const sources = [header, ...(await runtimeSources(target))];
  const abi = new Cache(join(given.cache, `abi-${keyOf(header.text)}`));
  await abi.file(header.name, (path) => writeFile(path, header.text));
  const build = new Build(target, cache, abi.folder, compiler, level, sources);
  const jobs = [
    ...modules.map((module) => () => build.module(plan, module)),
    ...sources
      .filter(({ name }) => isCompiled(name))
      .map(
        ({ name }) =>
          () =>
            build.runtime(name),
      ),
    ...programJobs(build, given.program),
  ];
  const base = given.base ?? process.cwd();
  const { headers } = build;
  // First, because a directory that is not there is told before anything is compiled.
  const besides = await target.objects({ compiler, cache, directories, base, runtime: RUNTIME, headers });
  const objects = [...(await inParallel(jobs)), await build.system(text + note, modules), ...besides];
  const linked = await link({ target, compiler, level, plan, modules }, cache, objects, given.output);
  const sizes = (): Promise<SizeReport> => reportOf(linked, new Owners(plan, sources));
  return { output: given.output, modules: modules.length, made: cache.made, sizes };
}

function programJobs(build: Build, program: Program | undefined): (() => Promise<string>)[] {
  return (program?.sources ?? []).map((path) => () => build.source(path, program?.includes ?? []));
}

/** In one order. */
async function runtimeSources({ platform }: Target): Promise<SourceText[]> {
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

function isCompiled(name: string): boolean {
  return extname(name) !== ".h";
}

class Build {
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

interface Linked {
  /** In the cache: the finished file, and where the linker put what. */
  readonly file: string;
  readonly map: string;
  readonly packed: Packed | undefined;
}

async function link(
  given: Finished,
  cache: Cache,
  objects: readonly string[],
  output: string,
): Promise<Linked> {
  const { target, compiler, level, plan } = given;
  const args = target.link(level);
  const names = objects.map((path) => basename(path));
  const key = keyOf(compiler.program, compiler.version, args.join(" "), ...names, ...linesMadeOf(plan));
  const map = join(cache.folder, `${key}.map`);
  const file = await cache.file(`${key}.elf`, async (path) => {
    const own = `${path}.map`;
    const files = ["-o", path, `-Wl,-Map=${own}`, ...objects];
    try {
      const all = [`-frandom-seed=${key}`, ...files, ...args, ...linkInParallel(level)];
      await compile(compiler, "The system", all);
      await finishImage(path, given);
      await rename(own, map);
    } finally {
      await rm(own, { force: true });
    }
  });
  const packed = await target.pack?.(await readFile(file), compiler, cache);
  await mkdir(dirname(output), { recursive: true });
  await rm(output, { force: true });
  if (packed === undefined) {
    await copyFile(file, output);
    await chmod(output, 0o755);
  } else await writeFile(output, packed.bytes);
  return { file, map, packed };
}

async function reportOf({ file, map, packed }: Linked, owners: Owners): Promise<SizeReport> {
  const report = sizeReport(await readFile(file), await readFile(map, "utf8"), owners);
  return packed === undefined ? report : packed.sizes(report);
}

/** As many at once as the machine has processors; results in the order of the jobs. */
async function inParallel<T>(jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const entries = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [i, job] of entries) results[i] = await job();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}
