/**
 * A plan as an image that boots without Linux: the same code as for Linux, above host-metal/hal.
 */
import { rm, writeFile } from "node:fs/promises";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { apartArguments, COMPILE, joinArguments, LINK, objcopyOf, partArguments } from "../hal/build.ts";
import { LAYERS, layerText, type Part, type Ring } from "../hal/parts.ts";
import { appendSymbols } from "../hal/symbols.ts";
import { keyOf } from "./cache.ts";
import { diskOf } from "./disk/disk.ts";
import { loadersOf } from "./disk/loaders.ts";
import { compile, linkOptions, type Compiler } from "./c-compiler.ts";
import { directoryTables } from "./emit/directories.ts";
import { fileTables } from "./emit/files.ts";
import { ImageError } from "./error.ts";
import { imageFor, type Image, type ImageOptions } from "./image.ts";
import { packDirectories } from "./packed.ts";
import { packFiles } from "./packed-files.ts";
import { runTool } from "./run-tool.ts";
import { diskReport } from "./report/disk-report.ts";
import type { Besides, ObjectsGiven, Target } from "./target.ts";

/** What the bare machine asks of all code; which C and how optimised, the image says. */
const OPTIONS = COMPILE.filter((option) => !/^-(std|O)/.test(option));

/** What is compiled is the same for both rings. */
function metalTarget(ring: Ring = 0): Target {
  return {
    platform: "metal",
    compile: OPTIONS,
    link: (level) => [
      ...linkOptions(level).filter((option) => option !== "-s"),
      ...OPTIONS,
      ...LINK,
      "-lgcc",
    ],
    objects: async (given) => {
      const { objects, needs } = await granted(given);
      return { objects: [...(await layerObjects(ring, given)), ...objects], needs };
    },
    finish: (file, lines, level) => appendSymbols(file, level === "fast", lines),
  };
}

/**
 * Of disks: firmware may keep what it needs below, as OVMF does from 8 MiB on. Other
 * machines start with less memory than this.
 */
const DISK_BASE = 16 << 20;

/** An ELF file for PVH. @throws ImageError for what an image cannot do, and where a tool is missing. */
export function metalImage(plan: LinkPlan, given: ImageOptions): Promise<Image> {
  return imageFor(metalTarget(given.ring), plan, given);
}

/**
 * A raw disk for BIOS and UEFI. `commandLine`: what the system is told at each boot, as
 * QEMU's `-append` does for an ELF file. @throws ImageError as `metalImage`.
 */
export function diskImage(plan: LinkPlan, given: ImageOptions, commandLine: string): Promise<Image> {
  const metal = metalTarget(given.ring);
  const target: Target = {
    ...metal,
    link: (level) => [...metal.link(level), `-Wl,--defsym=image_base=${DISK_BASE}`],
    pack: async (file, compiler, cache) => {
      const { bytes, parts } = diskOf(file, await loadersOf(compiler, cache), commandLine);
      return { bytes, sizes: (report) => diskReport(report, parts) };
    },
  };
  return imageFor(target, plan, given);
}

/** Bytes: of a file in the tree of runtime/metal/tree.c, with its name. */
const FILE = 512;

const LAYER = "The hardware layer";

/** The hardware layer, without link-time optimisation: it has the functions that a compiler calls by itself. */
async function layerObjects(ring: Ring, { compiler, cache }: ObjectsGiven): Promise<string[]> {
  const { beside, apart } = LAYERS[ring];
  const text = keyOf(compiler.program, compiler.version, layerText());
  const part = (name: Part): Promise<string> => {
    const key = keyOf(text, OPTIONS.join(" "));
    return cache.file(`layer-${name}-${key}.o`, (output) =>
      compile(compiler, LAYER, partArguments(name, output)),
    );
  };
  const objects: string[] = [];
  for (const name of beside) objects.push(await part(name));
  if (apart.length === 0) return objects;
  const inner: string[] = [];
  for (const name of apart) inner.push(await part(name));
  const key = keyOf(text, OPTIONS.join(" "), apartArguments("").join(" "));
  return [
    ...objects,
    await cache.file(`layer-apart-${key}.o`, (output) => setApart(compiler, inner, output)),
  ];
}

async function setApart(compiler: Compiler, objects: readonly string[], output: string): Promise<void> {
  await compile(compiler, LAYER, joinArguments(objects, output));
  const program = objcopyOf(compiler.program);
  const { status, text } = await runTool(program, apartArguments(output));
  if (status === 0) return;
  throw new ImageError(
    `For ring 3 the hardware layer is set apart by ${program}, which failed: ${text.trim() || "it is not there"}.\nOn Debian or Ubuntu: apt-get install binutils`,
  );
}

/** Files that were granted, which lie in the image as constants. */
async function granted(given: ObjectsGiven): Promise<Besides> {
  const directories = packDirectories(given.directories, given.base);
  const files = packFiles(given.files, given.base);
  const objects = [
    await tables("directories", given, directories.contents, (contents) =>
      directoryTables(directories, contents),
    ),
    await tables("files", given, files.contents, (contents) => fileTables(files, contents)),
  ];
  return { objects, needs: files.things.length * FILE };
}

/** `text`: the C file, by the name of the file with the contents. */
async function tables(
  name: string,
  { compiler, cache, headers, runtime, generated }: ObjectsGiven,
  bytes: Uint8Array,
  text: (contents: string) => string,
): Promise<string> {
  const args = [...OPTIONS, "-w"];
  const key = keyOf(compiler.program, compiler.version, headers, args.join(" "), text("contents"), bytes);
  return cache.file(`${name}-${key}.o`, async (output) => {
    const [contents, source] = [`${output}.contents`, `${output}.c`];
    try {
      await writeFile(contents, bytes);
      await writeFile(source, text(contents));
      const named = `-ffile-prefix-map=${source}=${name}.c`;
      const includes = [runtime, generated].map((folder) => `-I${folder}`);
      const own = [...args, named, ...includes, "-c", source, "-o", output];
      await compile(compiler, "What was granted of directories", own);
    } finally {
      await Promise.all([contents, source].map((path) => rm(path, { force: true })));
    }
  });
}
