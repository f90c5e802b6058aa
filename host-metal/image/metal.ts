/**
 * A plan as an image that boots without Linux: the same code as for Linux, above host-metal/hal.
 */
import { rm, writeFile } from "node:fs/promises";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { COMPILE, layerArguments, layerText, LINK } from "../hal/build.ts";
import { appendSymbols } from "../hal/symbols.ts";
import { keyOf } from "./cache.ts";
import { compile, linkOptions } from "./c-compiler.ts";
import { directoryTables } from "./emit/directories.ts";
import { imageFor, type Image, type ImageOptions } from "./linux.ts";
import { packDirectories } from "./packed.ts";
import type { ObjectsGiven, Target } from "./target.ts";

/** What the bare machine asks of all code; which C and how optimised, the image says. */
const OPTIONS = COMPILE.filter((option) => !/^-(std|O)/.test(option));

const METAL: Target = {
  platform: "metal",
  without: [],
  compile: OPTIONS,
  link: (level) => [...linkOptions(level).filter((option) => option !== "-s"), ...OPTIONS, ...LINK, "-lgcc"],
  objects: async (given) => [await layer(given), await directories(given)],
  finish: appendSymbols,
};

/** An ELF file for PVH. @throws ImageError for what an image cannot do, and where a tool is missing. */
export function metalImage(plan: LinkPlan, given: ImageOptions): Promise<Image> {
  return imageFor(METAL, plan, given);
}

/** The hardware layer, without link-time optimisation: it has the functions that a compiler calls by itself. */
function layer({ compiler, cache }: ObjectsGiven): Promise<string> {
  const key = keyOf(compiler.program, compiler.version, layerArguments("").join(" "), layerText());
  return cache.file(`layer-${key}.o`, (output) =>
    compile(compiler, "The hardware layer", layerArguments(output)),
  );
}

/** Files that were granted, which lie in the image as constants. */
async function directories(given: ObjectsGiven): Promise<string> {
  const { compiler, cache, headers, runtime } = given;
  const packed = packDirectories(given.directories, given.base);
  const args = [...OPTIONS, "-w"];
  const tables = directoryTables(packed, "contents");
  const key = keyOf(compiler.program, compiler.version, headers, args.join(" "), tables, packed.contents);
  return cache.file(`directories-${key}.o`, async (output) => {
    const [contents, source] = [`${output}.contents`, `${output}.c`];
    try {
      await writeFile(contents, packed.contents);
      await writeFile(source, directoryTables(packed, contents));
      const own = [...args, `-I${runtime}`, "-c", source, "-o", output];
      await compile(compiler, "What was granted of directories", own);
    } finally {
      await Promise.all([contents, source].map((path) => rm(path, { force: true })));
    }
  });
}
