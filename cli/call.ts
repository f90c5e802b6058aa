/** `atoll call`: one exported function, values in WAVE, the result too. */
import { extname } from "node:path";
import { Command } from "commander";
import type { RunOptions } from "../host-linux/index.ts";
import type { ComponentValue, FunctionType, World } from "../toolchain/abi/index.ts";
import type { ExportedFunction, Grant } from "../toolchain/link/plan.ts";
import { checkCallable } from "./call-alone.ts";
import type { CallData } from "./call-job.ts";
import { parseGrant } from "./grant-option.ts";
import { planOf, type PlanSource } from "./plan-source.ts";
import { UsageError, print, printJson, showsColours } from "./report.ts";
import { reportOutcome } from "./run.ts";
import { readSource } from "./source.ts";

interface Options {
  readonly system?: string;
  readonly process?: string;
  readonly grant: Grant[];
  readonly json?: boolean;
}

const EXAMPLES = `
Values are written in WAVE, each in quotes for the shell:
  numbers 1 -2.5, bool true, char 'x', string "text", list [1, 2], tuple (1, "a"),
  record {name: "a", size: 3}, option none or some(1), result ok(1) or err("no"),
  enum north, variant circle(2.0), flags {read, write}

Examples:
  atoll call greeter.ts                               list its functions
  atoll call greeter.ts greet '"you"'
  atoll call build/index.wasm 'search:index/api#query' '"wasm"' 10
  atoll call --system system.ts --process index query '"wasm"' 10 --json`;

export function callCommand(): Command {
  return new Command("call")
    .description("Call one exported function of a component with typed values, and print the typed result.")
    .argument("[FILE]", "a component (.wasm) or a program (.ts); left out with --system")
    .argument("[FUNCTION]", "its name, or ns:package/interface#name; without it, all are listed")
    .argument("[ARGS...]", "its arguments in WAVE")
    .option("--system <SYSTEM>", "the system.ts that the component is called in, with its wires and grants")
    .option("--process <NAME>", "which process of that system")
    .option(
      "--grant <DEVICE>",
      "without a system: grant it clock, entropy, directory=PATH or files=PATH",
      parseGrant,
      [],
    )
    .option("--json", "print the result as JSON")
    .addHelpText("after", EXAMPLES)
    .action(call);
}

async function call(
  file: string | undefined,
  name: string | undefined,
  args: string[],
  options: Options,
): Promise<void> {
  const words = [file, name, ...args].filter((word) => word !== undefined);
  const { source, rest } = await calledIn(words, options);
  const [wanted, ...texts] = rest;
  const functions = functionsOf(source.linked, source.process);
  if (wanted === undefined) return listFunctions(functions, options.json ?? false);
  const found = pick(functions, wanted, source.name);
  checkCallable(source.linked.plan, found.process);
  const { parseWaveArguments } = await import("../toolchain/abi/index.ts");
  const data: CallData = {
    process: found.process,
    callee: found.callee,
    type: found.type,
    args: parseWaveArguments(texts, found.type.params),
  };
  await perform(source.linked, data, options.json ?? false);
}

interface Called {
  readonly linked: PlanSource;
  /** Position in the plan. */
  readonly process: number;
  /** What to call it in messages. */
  readonly name: string;
}

/** The process that is called, and the words that are left: function and arguments. */
async function calledIn(words: string[], options: Options): Promise<{ source: Called; rest: string[] }> {
  if (options.system === undefined) {
    const [file, ...rest] = words;
    if (file === undefined)
      throw new UsageError("expected a FILE or --system, found neither.", "See atoll call --help.");
    if (options.process !== undefined)
      throw new UsageError("--process names a process of a system: --system is missing.");
    const read = await readSource(file);
    if (read.kind === "plan" || read.kind === "system") {
      throw new UsageError(
        `${file}: expected a component or a program, found a system.`,
        `Name the process to call: atoll call --system ${file} --process NAME …`,
      );
    }
    return {
      source: {
        linked: await planOf(read, { alone: { grants: options.grant }, called: true }),
        process: 0,
        name: file,
      },
      rest,
    };
  }
  const read = await readSource(options.system);
  if (read.kind !== "system")
    throw new UsageError(`${options.system}: expected a system.ts, found something else.`);
  const linked = await planOf(read, { called: true });
  const process = processPosition(linked, options.process);
  // `atoll call FILE --system … FUNCTION`: the component is known from the process already.
  const rest =
    words[0] !== undefined && [".wasm", ".ts"].includes(extname(words[0])) ? words.slice(1) : words;
  return { source: { linked, process, name: `process ${options.process}` }, rest };
}

function processPosition({ plan }: PlanSource, name: string | undefined): number {
  const names = plan.root.processes.map((process) => process.name);
  const position = names.indexOf(name ?? "");
  if (position >= 0) return position;
  const found = name === undefined ? "no --process" : `--process ${name}`;
  throw new UsageError(`${plan.system}: expected --process with one of ${names.join(", ")}, found ${found}.`);
}

interface Callable {
  /** As the called process exports it. */
  readonly name: string;
  /** The process that implements it: another one, where the called process hands it on. */
  readonly process: number;
  readonly callee: ExportedFunction;
  readonly type: FunctionType;
}

/** The process's functions with their types, which a plan has only as text. */
function functionsOf(source: PlanSource, position: number): Callable[] {
  const { handsOn = [] } = source.plan.root.processes[position] ?? {};
  const handed = handsOn.flatMap(({ name, process, function: own }) =>
    ownFunctions(source, process)
      .filter((f) => f.name === own)
      .map((f) => Object.assign({}, f, { name })),
  );
  return [...ownFunctions(source, position), ...handed];
}

function ownFunctions({ plan, worlds }: PlanSource, position: number): Callable[] {
  const process = plan.root.processes[position];
  const world = process && worlds?.get(process.name);
  const types = world === undefined ? new Map<string, FunctionType>() : typesOf(world);
  const functions = process === undefined ? [] : (plan.templates[process.template]?.exports ?? []);
  return functions.flatMap((callee) => {
    const type = types.get(callee.name);
    return type === undefined ? [] : [{ name: callee.name, process: position, callee, type }];
  });
}

function typesOf({ exports }: World): Map<string, FunctionType> {
  const types = new Map<string, FunctionType>();
  for (const item of exports) {
    if (item.kind === "function") types.set(item.name, item.type);
    if (item.kind !== "interface") continue;
    for (const { name, type } of item.interface.functions) types.set(`${item.name}#${name}`, type);
  }
  return types;
}

/** By full name, by name without version, or by the function's own name where only one has it. */
function pick(functions: readonly Callable[], wanted: string, where: string): Callable {
  const ways = [
    (name: string) => name,
    (name: string) => name.replace(/@[^#]*/, ""),
    (name: string) => name.slice(name.indexOf("#") + 1),
  ];
  for (const way of ways) {
    const [found, ...others] = functions.filter(({ name }) => way(name) === wanted);
    if (found === undefined) continue;
    if (others.length === 0) return found;
    const names = [found, ...others].map(({ name }) => name).join(" and ");
    throw new UsageError(`${where}: ${wanted} may be ${names}.`, "Write the whole name.");
  }
  throw new UsageError(
    `${where}: expected the name of a function, found ${wanted}.\n${functionTable(functions)}`,
  );
}

function listFunctions(functions: readonly Callable[], json: boolean): void {
  if (json) printJson(functions.map(({ name, callee: { type } }) => ({ name, type })));
  else print(functionTable(functions));
}

function functionTable(functions: readonly Callable[]): string {
  if (functions.length === 0) return "It exports no functions.";
  return ["It exports:", ...functions.map(({ name, callee: { type } }) => `  ${name}: ${type}`)].join("\n");
}

async function perform(
  { plan, base, writesBytes = false }: PlanSource,
  data: CallData,
  json: boolean,
): Promise<void> {
  const { deathText, exitCodeOf, runSystem } = await import("../host-linux/index.ts");
  const module = new URL(`./call-job${extname(import.meta.url)}`, import.meta.url).href;
  // What the component prints goes to standard error: standard output is the result.
  const options: RunOptions = {
    base,
    tags: !writesBytes,
    colour: showsColours(process.stderr),
    stdout: process.stderr,
    job: { module, data },
    onDeath: (death) => void process.stderr.write(`${plan.system}: ${deathText(death)}\n`),
  };
  const outcome = await runSystem(plan, options);
  await reportOutcome(plan, outcome);
  if (outcome.kind === "returned")
    await printResult(outcome.value as ComponentValue | undefined, data.type, json);
  process.exitCode = exitCodeOf(outcome);
}

async function printResult(
  value: ComponentValue | undefined,
  { result }: FunctionType,
  json: boolean,
): Promise<void> {
  const { printWave } = await import("../toolchain/abi/index.ts");
  const { jsonOf } = await import("./value-json.ts");
  if (result === undefined || value === undefined) {
    if (json) print("null");
    return;
  }
  print(json ? jsonOf(value) : printWave(value, result));
}
