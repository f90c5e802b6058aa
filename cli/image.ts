/** `atoll image`: a system as one executable file that needs neither Node nor Atoll. */
import { dirname, join } from "node:path";
import { stat } from "node:fs/promises";
import { Command, Option } from "commander";
import { leftOut } from "../host-metal/image/left-out.ts";
import type { linuxImage } from "../host-metal/image/linux.ts";
import { withArguments } from "./arguments.ts";
import { planOf } from "./plan-source.ts";
import { withProgress } from "./progress.ts";
import { print, printJson, warn } from "./report.ts";
import { readSource } from "./source.ts";

interface Options {
  readonly target: "linux" | "metal";
  readonly output?: string;
  readonly debug?: true;
  readonly json?: boolean;
}

const EXAMPLES = `
What follows the program's name are arguments for the system. Relative directories start from the folder
that it is run in, or the one that ATOLL_FOLDER names. ATOLL_TAGS=0 leaves the names of processes out.

Examples:
  atoll image --target linux system.ts                writes build/NAME-linux beside it
  atoll image --target linux system.ts -o hello
  ./hello ./texts --verbose
  atoll image --target metal system.ts                for a virtual machine without Linux: see docs/metal.md
  atoll image --target metal system.ts -- ./texts     granted directories become part of the image
  atoll image --target linux --debug system.ts        quickly compiled, for gdb`;

export function imageCommand(): Command {
  return new Command("image")
    .description("Make a system into one executable file: its components become C, and the C a program.")
    .argument("FILE", "a system (.ts or .atoll), a component (.wasm) or a program (.ts)")
    .argument("[ARGS...]", "after --: arguments that the image always has, as behind atoll run")
    .addOption(
      new Option("--target <TARGET>", "what it runs on").choices(["linux", "metal"]).makeOptionMandatory(),
    )
    .option("-o, --output <FILE>", "where to write (default: build/NAME-TARGET beside FILE)")
    .option("--debug", "compile quickly, and keep what a debugger needs")
    .option("--json", "print what was written as JSON")
    .addHelpText("after", EXAMPLES)
    .action(image);
}

function once(say: () => void): () => void {
  let said = false;
  return () => {
    if (!said) say();
    said = true;
  };
}

async function maker(target: Options["target"]): Promise<typeof linuxImage> {
  if (target === "metal") return (await import("../host-metal/image/metal.ts")).metalImage;
  return (await import("../host-metal/image/linux.ts")).linuxImage;
}

async function image(
  file: string,
  args: readonly string[],
  { target, output, debug, json = false }: Options,
): Promise<void> {
  const source = await readSource(file);
  const { plan: linked, base } = await planOf(source, { arguments: args });
  const plan = withArguments(linked, args, source.kind === "system");
  const make = await maker(target);
  const build = join(dirname(file), "build");
  const path = output ?? join(build, `${plan.system}-${target}`);
  const { modules, made } = await withProgress((progress) =>
    make(plan, {
      output: path,
      cache: join(build, "image"),
      base,
      optimisation: debug === true ? "fast" : "full",
      onCompile: once(() => progress.say(`Compiling ${plan.system} for ${target}`)),
    }),
  );
  const bytes = (await stat(path)).size;
  const processes = plan.root.processes.map(({ name }) => name);
  const missing = leftOut(plan);
  for (const sentence of missing) warn(sentence);
  if (json) {
    const parts = { modules, made, leftOut: missing };
    return printJson({ output: path, bytes, system: plan.system, target, processes, ...parts });
  }
  const count = `${processes.length} ${processes.length === 1 ? "process" : "processes"}`;
  print(`${path}: system ${plan.system}, ${count}, ${bytes.toLocaleString("en-US")} bytes, for ${target}`);
}
