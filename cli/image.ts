/** `atoll image`: a system as one executable file that needs neither Node nor Atoll. */
import { dirname, join } from "node:path";
import { stat } from "node:fs/promises";
import { Command, Option } from "commander";
import { leftOut } from "../host-metal/image/left-out.ts";
import { argumentWord } from "../host-metal/boot/words.ts";
import type { Ring } from "../host-metal/hal/parts.ts";
import type { Image, ImageOptions } from "../host-metal/image/image.ts";
import type { LinkPlan } from "../toolchain/link/plan.ts";
import { aloneOf, type AloneOptions, directoryOption, variableOption } from "./directory-option.ts";
import { planOf } from "./plan-source.ts";
import { withProgress } from "./progress.ts";
import { RING_OF, ringOption, type RingText } from "./ring-option.ts";
import { print, printJson, UsageError, warn } from "./report.ts";
import { readSource } from "./source.ts";
import { sizeTable } from "./size-table.ts";
import { argumentsRead } from "./system-arguments.ts";

interface Options extends AloneOptions {
  readonly target: "linux" | "metal";
  readonly format?: Format;
  readonly append?: string;
  readonly output?: string;
  readonly debug?: true;
  readonly report?: true;
  readonly ring?: RingText;
  readonly json?: boolean;
}

type Format = "elf" | "disk";

const EXAMPLES = `
What follows the program's name are arguments for the system. Relative directories start from the folder
that it is run in, or the one that ATOLL_FOLDER names. ATOLL_TAGS=0 leaves the names of processes out.

Examples:
  atoll image --target linux system.ts                writes build/NAME-linux beside it
  atoll image --target linux system.ts -o hello
  ./hello ./texts --verbose
  atoll image --target metal system.ts                for a virtual machine without Linux: see docs/metal.md
  atoll image --target metal --ring 3 system.ts       the same, walled off from the hardware layer
  atoll image --target metal -o system.img system.ts -- --verbose
                                                      a disk for BIOS and UEFI, with arguments for the system
  atoll image --target linux tool.wasm --dir data     a command of another toolchain, and a directory for it
  atoll image --target linux --debug system.ts        quickly compiled, for gdb`;

export function imageCommand(): Command {
  return new Command("image")
    .description("Make a system into one executable file: its components become C, and the C a program.")
    .argument("FILE", "a system (.ts or .atoll), a component (.wasm) or a program (.ts)")
    .addOption(
      new Option("--target <TARGET>", "what it runs on").choices(["linux", "metal"]).makeOptionMandatory(),
    )
    .argument("[ARGS...]", "after --: arguments for the system on a disk, at each boot")
    .addOption(
      new Option(
        "--format <FORMAT>",
        "of the bare machine: a file that a virtual machine loads, or a disk (default: disk for -o NAME.img)",
      ).choices(["elf", "disk"]),
    )
    .option("--append <WORDS>", "words for a disk's command line, such as tags=0: see docs/metal.md")
    .option("-o, --output <FILE>", "where to write (default: build/NAME-TARGET beside FILE, .img for a disk)")
    .addOption(directoryOption())
    .addOption(variableOption())
    .option("--debug", "compile quickly, and keep what a debugger needs")
    .addOption(ringOption())
    .option("--report", "say where its bytes are, by component and part")
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

type Make = (plan: LinkPlan, given: ImageOptions) => Promise<Image>;

/** `words`: a disk's command line. */
async function maker(target: Options["target"], words: string | undefined): Promise<Make> {
  if (target === "linux") return (await import("../host-metal/image/linux.ts")).linuxImage;
  const { diskImage, metalImage } = await import("../host-metal/image/metal.ts");
  return words === undefined ? metalImage : (plan, given) => diskImage(plan, given, words);
}

/** Undefined where nobody said. */
function ringOf({ target, ring }: Options): Ring | undefined {
  if (ring === undefined) return undefined;
  if (target === "metal") return RING_OF[ring];
  throw new UsageError("--ring is for --target metal: on Linux, an image is a process like any other.");
}

/** Whether a disk is asked for. Throws UsageError for what only a disk can have, and for a disk of Linux. */
function isDisk(args: readonly string[], { target, format, append, output }: Options): boolean {
  if (target === "linux" && format !== undefined)
    throw new UsageError("--format is for --target metal: an image for Linux is one executable.");
  const byName = output?.endsWith(".img") === true ? "disk" : "elf";
  if (target === "metal" && (format ?? byName) === "disk") return true;
  if (args.length === 0 && append === undefined) return false;
  const found = append === undefined ? `arguments (${args.join(" ")})` : `--append ${append}`;
  throw new UsageError(
    `${found}: an image gets them when it is run, and only a disk has them in it.`,
    "Write --target metal --format disk, or leave them out.",
  );
}

async function image(file: string, args: readonly string[], options: Options): Promise<void> {
  const { target, append = "", debug, json = false } = options;
  const disk = isDisk(args, options);
  const ring = ringOf(options);
  const source = await readSource(file);
  const { plan, base } = await planOf(source, { arguments: args, alone: aloneOf(source, options) });
  const words = argumentsRead(plan, args, source.kind === "system").map((word) => argumentWord(word));
  const make = await maker(target, disk ? [...words, append].join(" ").trim() : undefined);
  const build = join(dirname(file), "build");
  const path = options.output ?? join(build, `${plan.system}-${target}${disk ? ".img" : ""}`);
  const { modules, made, sizes } = await withProgress((progress) =>
    make(plan, {
      output: path,
      cache: join(build, "image"),
      base,
      optimisation: debug === true ? "fast" : "full",
      ...(ring !== undefined && { ring }),
      onCompile: once(() => progress.say(`Compiling ${plan.system} for ${target}`)),
    }),
  );
  const bytes = (await stat(path)).size;
  const processes = plan.root.processes.map(({ name }) => name);
  const missing = leftOut(plan, target);
  for (const sentence of missing) warn(sentence);
  if (json) {
    const report = options.report === true ? { sizes: await sizes() } : {};
    const parts = { modules, made, leftOut: missing, ...report };
    const kind = target === "metal" ? { format: disk ? "disk" : "elf", ring: ring ?? 0 } : {};
    return printJson({ output: path, bytes, system: plan.system, target, ...kind, processes, ...parts });
  }
  const count = `${processes.length} ${processes.length === 1 ? "process" : "processes"}`;
  const where = [target, ...(ring === 3 ? ["in ring 3"] : []), ...(disk ? ["a disk"] : [])].join(", ");
  print(`${path}: system ${plan.system}, ${count}, ${bytes.toLocaleString("en-US")} bytes, for ${where}`);
  if (options.report === true) print(sizeTable(await sizes()));
}
