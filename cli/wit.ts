/** `atoll wit guard`: the guarded view of interfaces, as WIT. */
import { statSync } from "node:fs";
import { Command } from "commander";
import {
  FAULT,
  FAULT_INTERFACE,
  guardedInterface,
  guardedName,
  type Interface,
  plainName,
  printInterfaces,
  type World,
} from "../toolchain/abi/index.ts";
import { componentBytes } from "./components.ts";
import { decode } from "./decode.ts";
import { print, printJson, UsageError } from "./report.ts";
import { readSource } from "./source.ts";
import { writeOutput } from "./write-output.ts";

interface Options {
  readonly output?: string;
  readonly json?: boolean;
}

interface NamedInterface {
  readonly name: string;
  readonly interface: Interface;
}

/** The guarded view of the interface `of`. */
interface View extends NamedInterface {
  readonly of: string;
}

const EXAMPLES = `
Examples:
  atoll wit guard wit/index.wit                     of each interface of the package
  atoll wit guard wit/ api -o wit/api-guarded.wit   of one, to lie beside it
  atoll wit guard build/index.wasm                  of what a component exports
  atoll wit guard index.ts search:index/api         of what a program exports

In a guarded view, ns:p/i-guarded of ns:p/i, each result T is result<T, fault>: who
imports it is told when the callee dies. Lean programs import it without being told to.`;

export function witCommand(): Command {
  return new Command("wit")
    .description("Derive WIT from interfaces.")
    .addCommand(
      new Command("guard")
        .description("Print the guarded view of interfaces: each call may also end in a fault.")
        .argument("SOURCE", "a .wit file or a folder of them, a component (.wasm), or a program (.ts)")
        .argument("[INTERFACE]", "the interface, such as api or search:index/api; all of them unless told")
        .option("-o, --output <FILE>", "write the text to a file")
        .option("--json", "print as JSON")
        .addHelpText("after", EXAMPLES)
        .action(guard),
    );
}

async function guard(source: string, wanted: string | undefined, options: Options): Promise<void> {
  const { views, around } = isWit(source) ? await viewsOfWit(source) : await viewsOfComponent(source);
  const chosen = choose(source, views, wanted);
  const used = usedBy(chosen, around);
  const wit = printInterfaces([...chosen, ...used]);
  const interfaces = chosen.map(({ of, name }) => ({ of, name }));
  if (options.output !== undefined) {
    await writeOutput(options.output, options.json === true ? `${json({ interfaces, wit })}\n` : wit);
  } else if (options.json === true) printJson({ interfaces, wit });
  else print(wit.trimEnd());
}

interface Views {
  readonly views: readonly View[];
  /** What they may use, beside what lies in the package already. */
  readonly around: readonly NamedInterface[];
}

const FAULTS: NamedInterface = {
  name: FAULT_INTERFACE,
  interface: { types: [{ name: "fault", type: { kind: "value", type: FAULT } }], functions: [] },
};

function isWit(source: string): boolean {
  return source.endsWith(".wit") || statSync(source, { throwIfNoEntry: false })?.isDirectory() === true;
}

async function viewsOfWit(path: string): Promise<Views> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new UsageError(
      `${path}: there is no such file or folder.`,
      "Name a .wit file or a folder of them.",
    );
  }
  const { guardedWit } = await import("../toolchain/compile/index.ts");
  const views = (await guardedWit(path)).filter(({ interface: item }) => hasCalls(item));
  return { views, around: [...views, FAULTS] };
}

/** What a component imports is somebody else's, but may be asked for by name. */
async function viewsOfComponent(file: string): Promise<Views> {
  const source = await readSource(file);
  const { world } = decode(file, await componentBytes(source));
  const [exported, imported] = [interfacesOf(world.exports), interfacesOf(world.imports)];
  const views = exported
    .filter(({ name, interface: item }) => plainName(name) === undefined && hasCalls(item))
    .map(({ name, interface: item }) => ({
      of: name,
      name: guardedName(name),
      interface: guardedInterface(item),
    }));
  const others = [...exported, ...imported];
  const around = others.filter((item, i) => others.findIndex(({ name }) => name === item.name) === i);
  const guarded = around.map(({ name, interface: item }) => ({
    name: guardedName(name),
    interface: guardedInterface(item),
  }));
  return { views, around: [...around, ...guarded, FAULTS] };
}

function interfacesOf(items: World["imports"]): NamedInterface[] {
  return items.flatMap((item) => (item.kind === "interface" ? [item] : []));
}

function hasCalls({ functions, types }: Interface): boolean {
  return functions.length > 0 || types.some(({ type }) => type.kind === "resource");
}

/** @throws UsageError when there is nothing to choose from, or nothing of that name. */
function choose(source: string, views: readonly View[], wanted: string | undefined): readonly View[] {
  if (views.length === 0) {
    throw new UsageError(
      `${source}: it has no interface with functions, so there is nothing to guard.`,
      "Name the WIT, the component or the program that others call.",
    );
  }
  if (wanted === undefined) return views;
  const found = views.filter(({ of }) =>
    [of, of.replace(/@.*/, ""), of.replace(/^.*\/|@.*/g, "")].includes(wanted),
  );
  if (found.length > 0) return found;
  const names = views.map(({ of }) => of).join(", ");
  throw new UsageError(`${source}: it has no interface "${wanted}" to guard. It has: ${names}.`);
}

/** The interfaces whose types they use, and those that these use. */
function usedBy(views: readonly NamedInterface[], around: readonly NamedInterface[]): NamedInterface[] {
  const names = new Set(views.map(({ name }) => name));
  const used: NamedInterface[] = [];
  const waiting = [...views];
  for (const { interface: item } of waiting) {
    for (const { type } of item.types) {
      const owner = (type.kind === "value" ? type.type : type.resource).name?.owner;
      const found = around.find(({ name }) => name === owner);
      if (found === undefined || names.has(found.name)) continue;
      names.add(found.name);
      used.push(found);
      waiting.push(found);
    }
  }
  return used;
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
