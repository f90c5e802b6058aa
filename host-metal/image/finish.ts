/** From what the linker wrote to an image: the table of lines is made, then what it was made of is taken out. */
import { readFile, writeFile } from "node:fs/promises";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { objcopyOf } from "../hal/build.ts";
import type { Compiler, Optimisation } from "./c-compiler.ts";
import { ImageError } from "./error.ts";
import { imageLines } from "./lines/image-lines.ts";
import type { ModuleFacts } from "./module-facts.ts";
import { runTool } from "./run-tool.ts";
import type { Target } from "./target.ts";

export interface Finished {
  readonly target: Target;
  readonly compiler: Compiler;
  readonly level: Optimisation;
  readonly plan: LinkPlan;
  readonly modules: readonly ModuleFacts[];
}

/** Changes the file. @throws ImageError where objcopy is missing. */
export async function finishImage(path: string, given: Finished): Promise<void> {
  const { target, compiler, level, plan, modules } = given;
  const lines = imageLines(await readFile(path), plan, modules);
  if (level === "full" && target.strip !== undefined) await strip(path, target.strip, compiler);
  await writeFile(path, target.finish(await readFile(path), lines, level));
}

async function strip(path: string, option: string, compiler: Compiler): Promise<void> {
  const program = objcopyOf(compiler.program);
  const { status, text } = await runTool(program, [option, path]);
  if (status === 0) return;
  throw new ImageError(
    `What only debuggers need is taken out of an image by ${program}, which failed: ${text.trim() || "it is not there"}.\nOn Debian or Ubuntu: apt-get install binutils`,
  );
}
