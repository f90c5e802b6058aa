/**
 * A plan as an image for a target: translated, compiled and linked, each part once.
 */
import { availableParallelism } from "node:os";
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { noteInC } from "../boot/note.ts";
import type { Ring } from "../hal/parts.ts";
import { ABI_HEADER, abiHeader } from "./abi-header.ts";
import { Cache, keyOf } from "./cache.ts";
import { compile, findCompiler, linkInParallel, type Optimisation } from "./c-compiler.ts";
import type { Program } from "./emit/program.ts";
import { systemCode } from "./emit/system.ts";
import { ImageError } from "./error.ts";
import { finishImage, type Finished } from "./finish.ts";
import { linesMadeOf } from "./lines/image-lines.ts";
import { bytesNeeded } from "./needs.ts";
import { isCompiled, Objects, RUNTIME, runtimeSources } from "./objects.ts";
import { Owners } from "./report/owners.ts";
import { sizeReport, type SizeReport } from "./report/size-report.ts";
import type { Packed, Target } from "./target.ts";

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

/**
 * Who dies with whom is noted on the stack, 9 bytes for each process of the plan, where a call may have no more left
 * than `STACK_RESERVE` of runtime/trap.c.
 */
const MOST_PROCESSES = 2048;

/** @throws ImageError for what an image cannot do, and where a tool is missing. */
export async function imageFor(target: Target, plan: LinkPlan, given: ImageOptions): Promise<Image> {
  const { length } = plan.root.processes;
  if (length > MOST_PROCESSES)
    throw new ImageError(
      `System ${plan.system} has ${length} processes, and an image may have ${MOST_PROCESSES} besides those that are made at run time.\nMake those that are alike at run time: a supervisor with strategy "dynamic".`,
    );
  const level = given.optimisation ?? "full";
  const { modules, instances, text, directories, files } = systemCode(plan, given.program);
  const compiler = await findCompiler(given.compiler);
  const cache = new Cache(given.cache, given.onCompile);
  const header = { name: ABI_HEADER, text: abiHeader() };
  const sources = [header, ...(await runtimeSources(target))];
  const abi = new Cache(join(given.cache, `abi-${keyOf(header.text)}`));
  await abi.file(header.name, (path) => writeFile(path, header.text));
  const build = new Objects(target, cache, abi.folder, compiler, level, sources);
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
  const besides = await target.objects({
    compiler,
    cache,
    directories,
    files,
    base,
    runtime: RUNTIME,
    generated: abi.folder,
    headers,
  });
  const needs = bytesNeeded(plan, instances) + besides.needs;
  const note = noteInC({ system: plan.system, target: target.platform, needs });
  const own = [...(await inParallel(jobs)), await build.system(text + note, modules)];
  const objects = [...own, ...besides.objects];
  const linked = await link({ target, compiler, level, plan, modules }, cache, objects, given.output);
  const sizes = (): Promise<SizeReport> => reportOf(linked, new Owners(plan, sources));
  return { output: given.output, modules: modules.length, made: cache.made, sizes };
}

function programJobs(build: Objects, program: Program | undefined): (() => Promise<string>)[] {
  return (program?.sources ?? []).map((path) => () => build.source(path, program?.includes ?? []));
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
