/** `atoll run`: builds and links what is needed, runs the system, ends with its exit code. */
import { Command, InvalidArgumentError } from "commander";
import type { Outcome } from "../host-linux/index.ts";
import type { Grant, LinkPlan } from "../toolchain/link/plan.ts";
import { type AloneOptions, directoryOption, refuseForSystem, variableOption } from "./directory-option.ts";
import { parseGrant } from "./grant-option.ts";
import type { Address } from "./lone-component.ts";
import { planOf } from "./plan-source.ts";
import { metersText } from "./meters.ts";
import { UsageError, fail, showsColours } from "./report.ts";
import { readSource, type Source } from "./source.ts";
import { withArguments } from "./system-arguments.ts";

interface Options extends AloneOptions {
  readonly tags: boolean;
  readonly deadline: number;
  readonly grant: Grant[];
  readonly http?: Address;
  readonly folder?: string;
  readonly meter?: true;
  readonly record?: string;
  readonly seed?: number;
}

const EXAMPLES = `
Each line of output begins with the process that wrote it; --no-tags leaves that out. What a
component that runs alone writes as bytes (by WASI, or atoll:device/stdio) goes out as it is.
Ctrl-C stops the system; one that does not stop within the deadline is ended.
Exit code: the system's own; 1 for a trap or bad input; 130, 143 when stopped by Ctrl-C, SIGTERM.

Examples:
  atoll run system.ts
  atoll run system.ts -- ./texts --verbose     arguments for the system
  atoll run --record run.log system.ts         see docs/kernel.md, "A run as a file"
  atoll run --seed 7 system.ts                 see docs/kernel.md, "The same run again"
  atoll run build/system.atoll --folder .      linked before; directories are found from .
  atoll run count.ts --grant directory=./texts < words.txt
  atoll run tool.wasm --dir . --env LANG=C -- -v     a command of another toolchain, by WASI
  atoll run server.wasm --grant listen=8080          see docs/network.md
  atoll run web.ts --http 8080                       a handler of HTTP requests, see docs/http.md`;

export function runCommand(): Command {
  return new Command("run")
    .description("Run a system, or one component that exports a function named run.")
    .argument("FILE", "a system (.ts or .atoll), a component (.wasm) or a program (.ts)")
    .argument("[ARGS...]", "after --: arguments for the entry process, in its configuration")
    .option("--no-tags", "do not begin lines with the name of the process")
    .option("--deadline <SECONDS>", "time to stop after Ctrl-C or SIGTERM", seconds, 2)
    .option(
      "--grant <DEVICE>",
      "for one component: grant it clock, entropy, directory=PATH, listen=PORT or connect=HOST:PORT",
      parseGrant,
      [],
    )
    .addOption(directoryOption())
    .option("--http <[HOST:]PORT>", "for one component that answers HTTP requests: where it does", addressOf)
    .addOption(variableOption())
    .option("--meter", "count and time the calls between processes, and print them at the end")
    .option("--record <FILE>", "write what the kernel is told and what it commands, to be replayed")
    .option(
      "--seed <NUMBER>",
      "a run that can be had again: entropy of the seed, time passes only in sleep",
      seedOf,
    )
    .option("--folder <DIR>", "where a linked system's relative directories start (default: here)")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

function seedOf(text: string): number {
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text) || value > 0x7fff_ffff)
    throw new InvalidArgumentError("expected a number from 0 to 2147483647.");
  return value;
}

/** 8080, 0.0.0.0:8080, [::1]:8080. */
function addressOf(text: string): Address {
  const [, bracketed, host = bracketed, digits = ""] =
    /^(?:(?:\[(.+)\]|([^:]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535)
    throw new InvalidArgumentError("expected a port from 0 to 65535, or one behind a host: 0.0.0.0:8080.");
  return host === undefined ? { port } : { port, host };
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 3600))
    throw new InvalidArgumentError("expected 0 to 3600 seconds.");
  return value;
}

async function run(file: string, args: readonly string[], options: Options): Promise<void> {
  const source = await readSource(file);
  refuseGrants(source, options);
  const {
    plan,
    base,
    writesBytes = false,
  } = await planOf(source, {
    arguments: args,
    alone: {
      grants: options.grant,
      directories: options.dir,
      environment: options.env,
      ...(options.http && { http: options.http }),
    },
    meter: options.meter ?? false,
  });
  if (options.record !== undefined && plan.root.kernel === undefined) {
    throw new UsageError(
      `${plan.system}: --record is for a system under the kernel, and this one has no supervisor.`,
      "Write supervisor: {} into its description.",
    );
  }
  const { cycleText, deathText, exitCodeOf, runSystem } = await import("../host-linux/index.ts");
  const outcome = await runSystem(withArguments(plan, args, source.kind === "system"), {
    base: options.folder ?? base,
    tags: options.tags && !writesBytes,
    colour: showsColours(process.stdout),
    deadline: options.deadline * 1000,
    ...(options.record !== undefined && { record: options.record }),
    ...(options.seed !== undefined && { seed: options.seed }),
    // The end of one that is alone is the end of all, which is told then.
    ...(!writesBytes && {
      onDeath: (death) => void process.stderr.write(`${plan.system}: ${deathText(death)}\n`),
    }),
    onCycle: (cycle) => void process.stderr.write(`${plan.system}: ${cycleText(cycle)}\n`),
  });
  await reportOutcome(plan, outcome);
  // Not only the exit code: output that nobody reads, or a terminal being read, must not keep the process.
  await new Promise<void>((resolve) => process.stderr.write("", () => resolve()));
  process.exit(exitCodeOf(outcome));
}

function refuseGrants(source: Source, { grant, dir, env, http }: Options): void {
  if (http !== undefined && (source.kind === "plan" || source.kind === "system"))
    throw new UsageError(
      `${source.file}: --http is for one component, and a system says itself where it answers.`,
    );
  refuseForSystem(source, { "--grant": grant, "--dir": dir, "--env": Object.keys(env) });
}

/** Says on standard error what the exit code alone does not. */
export async function reportOutcome(plan: LinkPlan, outcome: Outcome): Promise<void> {
  const { trapText } = await import("../host-linux/index.ts");
  switch (outcome.kind) {
    case "trapped":
      return fail(trapText(outcome.report));
    case "failed":
      return fail(outcome.message);
    case "stopped":
      if (outcome.forced) fail(`${plan.system} did not stop in time after ${outcome.signal}, and was ended.`);
      return;
    case "ended":
      if (outcome.message !== undefined) process.stderr.write(`${plan.system}: ${outcome.message}\n`);
      if (outcome.readings.length > 0) process.stderr.write(`\n${metersText(outcome.readings)}\n`);
      return;
    case "returned":
    case "unread":
  }
}
