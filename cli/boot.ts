/** `atoll boot`: a system, or an image of one, in a virtual machine without Linux; ends with its exit code. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { BootOutcome } from "../host-metal/boot/boot.ts";
import { missingEmulator, missingKvm, bestAccelerator } from "../host-metal/boot/emulator.ts";
import { isDisk, isElf } from "../host-metal/boot/image-file.ts";
import type { Accelerator, Disk, Machine, MachineName, Mebibytes } from "../host-metal/boot/machine.ts";
import { leftOut } from "../host-metal/image/left-out.ts";
import { diskToBoot, imageToBoot, type ToBoot } from "./boot-source.ts";
import { argumentWord } from "../host-metal/boot/words.ts";
import { aloneOf, type AloneOptions, directoryOption, variableOption } from "./directory-option.ts";
import { planOf } from "./plan-source.ts";
import { withProgress } from "./progress.ts";
import { UsageError, fail, print, showsColours, warn } from "./report.ts";
import { RING_OF, ringOption, type RingText } from "./ring-option.ts";
import { readInput, readSource } from "./source.ts";
import { argumentsRead } from "./system-arguments.ts";

interface Options extends AloneOptions {
  readonly machine?: MachineName;
  readonly memory?: number;
  readonly disk: readonly Disk[];
  readonly accel: Accelerator | "auto";
  readonly gdb?: number | true;
  readonly uefi?: true;
  readonly tags: boolean;
  readonly deadline: number;
  readonly debug?: true;
  readonly ring?: RingText;
  readonly printCommand?: true;
}

const GDB_PORT = 1234;
const MEBIBYTE = 1024 * 1024;
const MEMORY_STEP = 16;
const EXPECTED =
  "expected a system (.ts, .atoll), a program (.ts), a component (.wasm) or an image (ELF or raw disk)";

const EXAMPLES = `
The console is the terminal's, or a pipe: its end is the guest's end of input. What is told beside it is on
standard error. Ctrl-C stops the system; one that does not stop within the deadline is ended, and QEMU with it.
Exit code: the system's own; 1 for a trap, a panic or bad input; 130, 143 when stopped by Ctrl-C, SIGTERM.

Examples:
  atoll boot system.ts
  echo wasm | atoll boot system.ts -- ./texts      arguments for the system
  atoll boot build/hello-metal --machine q35       an image of atoll image --target metal
  atoll boot system.ts --memory 16 --disk data.img --disk texts.img:ro
  atoll boot --debug --gdb system.ts               waits for gdb, and says how to start it
  atoll boot --print-command system.ts             the command line of QEMU, to be used by hand`;

export function bootCommand(): Command {
  return new Command("boot")
    .description("Boot a system in a virtual machine (QEMU), with no Linux under it.")
    .argument("FILE", "a system (.ts or .atoll), a component, a program, or an image (ELF or raw disk)")
    .argument("[ARGS...]", "after --: arguments for the entry process, in its configuration")
    .addOption(
      new Option("--machine <MACHINE>", "QEMU's machine (default: microvm, q35 for a disk)").choices([
        "microvm",
        "q35",
      ]),
    )
    .option("--memory <MIB>", "memory of the machine (default: what the image says it needs)", mebibytes)
    .option("--disk <FILE>", "a raw image as a block device; FILE:ro is not written to", addDisk, [])
    .addOption(
      new Option("--accel <WAY>", "QEMU's translator, or KVM; auto takes KVM where the processor helps")
        .choices(["auto", "tcg", "kvm"])
        .default("auto"),
    )
    .option("--gdb [PORT]", `wait for gdb on a port of this machine (default: ${GDB_PORT})`, port)
    .option("--uefi", "boot a disk by UEFI, not by BIOS")
    .option("--no-tags", "do not begin lines with the name of the process")
    .option("--deadline <SECONDS>", "time to stop after Ctrl-C or SIGTERM", seconds, 2)
    .addOption(ringOption())
    .addOption(directoryOption())
    .addOption(variableOption())
    .option("--debug", "compile quickly, and keep what a debugger needs")
    .option("--print-command", "print the command line of QEMU, and boot nothing")
    .addHelpText("after", EXAMPLES)
    .action(boot);
}

function mebibytes(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) < 1)
    throw new InvalidArgumentError("expected a number of MiB, such as 64.");
  return Number(text);
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65535)
    throw new InvalidArgumentError("expected a port, 1 to 65535.");
  return Number(text);
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 3600))
    throw new InvalidArgumentError("expected 0 to 3600 seconds.");
  return value;
}

function addDisk(text: string, before: readonly Disk[]): readonly Disk[] {
  const readOnly = text.endsWith(":ro");
  return [...before, { file: readOnly ? text.slice(0, -":ro".length) : text, readOnly }];
}

async function boot(file: string, args: readonly string[], options: Options): Promise<void> {
  const missing = options.printCommand === true ? undefined : missingEmulator();
  if (missing !== undefined)
    throw new UsageError(`${missing}.`, "On Debian or Ubuntu: apt-get install qemu-system-x86");
  for (const disk of options.disk) await readInput(disk.file, "expected a raw image of a disk");
  const toBoot = await whatToBoot(file, args, options);
  const machine = machineOf(toBoot, options);
  if (options.printCommand === true) return printCommand(machine);
  if (machine.gdb !== undefined) process.stderr.write(gdbText(machine.gdb, toBoot));
  const { bootMachine, exitStatusOf } = await import("../host-metal/boot/boot.ts");
  const { stdout, stderr } = process;
  const outcome = await bootMachine(machine, {
    stdin: () => process.stdin,
    stdout,
    stderr,
    deadline: options.deadline * 1000,
  });
  reportOutcome(toBoot, outcome);
  // Output that nobody reads, or a terminal being read, must not keep the process.
  await new Promise<void>((resolve) => stderr.write("", () => resolve()));
  process.exit(exitStatusOf(outcome));
}

/** An image is told by its first bytes; anything else is built, or refused. */
async function whatToBoot(file: string, args: readonly string[], options: Options): Promise<ToBoot> {
  const bytes = await readInput(file, EXPECTED);
  if (options.ring !== undefined && (isElf(bytes) || isDisk(bytes)))
    throw new UsageError(
      `--ring ${options.ring}: ${file} is an image, and has the ring that it was made for.`,
      `atoll image --target metal --ring ${options.ring} makes one for another.`,
    );
  if ((isElf(bytes) || isDisk(bytes)) && (options.dir.length > 0 || Object.keys(options.env).length > 0))
    throw new UsageError(
      `--dir and --env are for one component, and ${file} is an image, which has what it was made with.`,
      "Give them to atoll image, or boot the component itself.",
    );
  if (options.uefi === true && !isDisk(bytes))
    throw new UsageError(
      `--uefi is for a disk, and ${file} is none.`,
      "Make one: atoll image --target metal --format disk system.ts",
    );
  if (isElf(bytes)) return imageToBoot(file, bytes, wordsOf(args, options));
  if (isDisk(bytes)) return diskToBoot(file, bytes, args, options.uefi === true);
  const source = await readSource(file, EXPECTED);
  const {
    plan,
    base,
    writesBytes = false,
  } = await planOf(source, {
    arguments: args,
    alone: aloneOf(source, options),
  });
  const tags = options.tags && !writesBytes;
  const words = wordsOf(argumentsRead(plan, args, source.kind === "system"), { tags });
  const { metalImage } = await import("../host-metal/image/metal.ts");
  const build = join(dirname(file), "build");
  const output = join(build, `${plan.system}-metal`);
  let said = false;
  await withProgress(async (progress) =>
    metalImage(plan, {
      output,
      cache: join(build, "image"),
      base,
      optimisation: options.debug === true ? "fast" : "full",
      ...(options.ring !== undefined && { ring: RING_OF[options.ring] }),
      onCompile: () => {
        if (!said) progress.say(`Compiling ${plan.system} for metal`);
        said = true;
      },
    }),
  );
  for (const sentence of leftOut(plan, "metal")) warn(sentence);
  return imageToBoot(output, await readFile(output), words);
}

/** Of the machine's command line: docs/metal.md, "A system". */
function wordsOf(args: readonly string[], { tags }: Pick<Options, "tags">): string {
  const time = `time=${Math.floor(Date.now() / 1000)}`;
  const colours = showsColours(process.stdout) ? ["colours=1"] : [];
  const said = args.map((argument) => argumentWord(argument));
  return [...said, time, ...colours, ...(tags ? [] : ["tags=0"])].join(" ");
}

function machineOf(toBoot: ToBoot, options: Options): Omit<Machine, "serial"> {
  const { machine = toBoot.machines[0] ?? "q35", gdb } = options;
  if (!toBoot.machines.includes(machine))
    throw new UsageError(
      `${toBoot.file}: a disk is booted by firmware, which ${machine} has not: --machine q35.`,
    );
  return {
    machine,
    from: toBoot.from,
    memory: memoryOf(toBoot, options),
    accelerator: acceleratorOf(options),
    disks: options.disk,
    entropy: true,
    ...(gdb !== undefined && { gdb: gdb === true ? GDB_PORT : gdb }),
  };
}

/** In steps, so that a line more in an app is no other machine. */
function memoryOf({ least, memory }: ToBoot, { memory: asked }: Options): Mebibytes {
  const advised = Math.ceil(memory / MEBIBYTE / MEMORY_STEP) * MEMORY_STEP;
  if (asked === undefined || asked * MEBIBYTE >= least) return asked ?? advised;
  const end = Math.ceil(least / MEBIBYTE);
  throw new UsageError(
    `--memory ${asked}: the image alone ends at ${end} MiB; its system asks for ${advised}.`,
  );
}

function acceleratorOf({ accel }: Options): Accelerator {
  if (accel === "auto") return bestAccelerator();
  const missing = accel === "kvm" ? missingKvm() : undefined;
  if (missing !== undefined)
    throw new UsageError(`--accel kvm: ${missing}.`, "--accel tcg works everywhere.");
  return accel;
}

/** With the console on the serial line, as plain QEMU has it. */
async function printCommand(machine: Omit<Machine, "serial">): Promise<void> {
  const { commandLine } = await import("../host-metal/boot/machine.ts");
  const { EMULATOR } = await import("../host-metal/boot/emulator.ts");
  print([EMULATOR, ...commandLine({ ...machine, serial: "stdio" })].map((word) => quoted(word)).join(" "));
}

function quoted(word: string): string {
  return /^[\w./:=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function gdbText(port: number, { file, hasNames }: ToBoot): string {
  const begin = hasNames ? ["-ex", "break hal_program", "-ex", "continue"] : [];
  const words = ["gdb", "-ex", `target remote :${port}`, ...begin, file];
  const note = hasNames ? "" : "It was made without --debug: gdb will find no names in it.\n";
  return `Waiting for gdb on port ${port}. In another terminal:\n  ${words.map((word) => quoted(word)).join(" ")}\n${note}`;
}

/** Says on standard error what the exit code alone does not. */
function reportOutcome({ file }: ToBoot, outcome: BootOutcome): void {
  if (outcome.kind === "failed") fail(outcome.message);
  if (outcome.kind === "panicked") fail(`${file}: the machine panicked, as it says above.`);
  if (outcome.kind === "stopped" && outcome.forced)
    fail(`${file} did not stop in time after ${outcome.signal}, and was ended.`);
}
