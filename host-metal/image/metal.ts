/**
 * A plan as an image that boots without Linux: the same code as for Linux, above host-metal/hal.
 */
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { COMPILE, layerArguments, layerText, LINK } from "../hal/build.ts";
import { appendSymbols } from "../hal/symbols.ts";
import { keyOf, type Cache } from "./cache.ts";
import { compile, linkOptions, type Compiler } from "./c-compiler.ts";
import { ImageError } from "./error.ts";
import { imageFor, type Image, type ImageOptions } from "./linux.ts";
import type { Target } from "./target.ts";

/** Directories are files of Linux: their device is not there. */
const WITHOUT = ["devices/directory.c", "devices/directory-files.c"];
const DIRECTORY = "atoll:device/directory";

/** What the bare machine asks of all code; which C and how optimised, the image says. */
const OPTIONS = COMPILE.filter((option) => !/^-(std|O)/.test(option));

const METAL: Target = {
  platform: "metal",
  without: WITHOUT,
  compile: OPTIONS,
  link: (level) => [...linkOptions(level).filter((option) => option !== "-s"), ...OPTIONS, ...LINK, "-lgcc"],
  objects: async (compiler, cache) => [await layer(compiler, cache)],
  finish: appendSymbols,
};

/** An ELF file for PVH. @throws ImageError for what an image cannot do, and where a tool is missing. */
export function metalImage(plan: LinkPlan, given: ImageOptions): Promise<Image> {
  const granted = plan.root.processes.find(({ grants }) =>
    grants.some(({ device }) => device.startsWith(DIRECTORY)),
  );
  if (granted !== undefined) {
    throw new ImageError(
      `Process ${granted.name} was granted a directory, which an image that boots without Linux cannot have yet: build it for Linux, or take the grant away.`,
    );
  }
  return imageFor(METAL, plan, given);
}

/** The hardware layer, without link-time optimisation: it has the functions that a compiler calls by itself. */
function layer(compiler: Compiler, cache: Cache): Promise<string> {
  const key = keyOf(compiler.program, compiler.version, layerArguments("").join(" "), layerText());
  return cache.file(`layer-${key}.o`, (output) =>
    compile(compiler, "The hardware layer", layerArguments(output)),
  );
}
