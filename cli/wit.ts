/** `atoll wit guard` and `atoll wit process`: views of interfaces, as WIT. */
import { statSync } from "node:fs";
import { Command } from "commander";
import {
  AbiError,
  deriveView,
  FAULT,
  FAULT_INTERFACE,
  type Interface,
  printInterfaces,
  processViewDocs,
  viewName,
  type ViewKind,
  viewOf,
  type World,
} from "../toolchain/abi/index.ts";
import { componentBytes } from "./components.ts";
import { decode } from "./decode.ts";
import { print, printJson, UsageError, warn } from "./report.ts";
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

/** The view of the interface `of`. */
interface View extends NamedInterface {
  readonly of: string;
}

/** An interface that has no such view, and why. */
interface Refusal {
  readonly of: string;
  readonly error: Error;
}

const GUARD_EXAMPLES = `
Examples:
  atoll wit guard wit/index.wit                     of each interface of the package
  atoll wit guard wit/ api -o wit/api-guarded.wit   of one, to lie beside it
  atoll wit guard build/index.wasm                  of what a component exports
  atoll wit guard index.ts search:index/api         of what a program exports

In a guarded view, ns:p/i-guarded of ns:p/i, each result T is result<T, fault>: who
imports it is told when the callee dies. Lean programs import it without being told to.`;

const PROCESS_EXAMPLES = `
Examples:
  atoll wit process wit/room.wit       of each interface of the package
  atoll wit process room.ts room/api   of what a program exports

In a process view, ns:p/i-process of ns:p/i, a handle is what its holder may do with a process, and the
functions of the interface are its methods. In system.ts its wire says where handles come from:
{ spawn: "NAME" } makes processes, "NAME" is one that is there, { handles: "NAME" }: others give them.`;

export function witCommand(): Command {
  return new Command("wit")
    .description("Derive WIT from interfaces.")
    .addCommand(
      viewCommand("guard", "guarded", GUARD_EXAMPLES).description(
        "Print the guarded view of interfaces: each call may also end in a fault.",
      ),
    )
    .addCommand(
      viewCommand("process", "process", PROCESS_EXAMPLES).description(
        "Print the process view of interfaces: processes that are made at run time, and handles of them.",
      ),
    );
}

function viewCommand(name: string, kind: ViewKind, examples: string): Command {
  return new Command(name)
    .argument("SOURCE", "a .wit file or a folder of them, a component (.wasm), or a program (.ts)")
    .argument("[INTERFACE]", "the interface, such as api or search:index/api; all of them unless told")
    .option("-o, --output <FILE>", "write the text to a file")
    .option("--json", "print as JSON")
    .addHelpText("after", examples)
    .action((source: string, wanted: string | undefined, options: Options) =>
      printViews(kind, source, wanted, options),
    );
}

async function printViews(
  kind: ViewKind,
  source: string,
  wanted: string | undefined,
  options: Options,
): Promise<void> {
  const found = isWit(source) ? await viewsOfWit(kind, source) : await viewsOfComponent(kind, source);
  const { around } = found;
  const chosen = choose(kind, source, found, wanted);
  const used = usedBy(chosen, around);
  const docs = kind === "process" ? chosen.flatMap(({ name }) => [...processViewDocs(name)]) : [];
  const wit = printInterfaces([...chosen, ...used], new Map(docs));
  const interfaces = chosen.map(({ of, name }) => ({ of, name }));
  if (options.output !== undefined) {
    await writeOutput(options.output, options.json === true ? `${json({ interfaces, wit })}\n` : wit);
  } else if (options.json === true) printJson({ interfaces, wit });
  else print(wit.trimEnd());
}

interface Views {
  readonly views: readonly View[];
  readonly refused: readonly Refusal[];
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

async function viewsOfWit(kind: ViewKind, path: string): Promise<Views> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new UsageError(
      `${path}: there is no such file or folder.`,
      "Name a .wit file or a folder of them.",
    );
  }
  const { witViews } = await import("../toolchain/compile/index.ts");
  const views: View[] = [];
  const refused: Refusal[] = [];
  for (const { of, name, interface: item } of await witViews(kind, path)) {
    if (item instanceof Error) refused.push({ of, error: item });
    else if (hasCalls(item)) views.push({ of, name, interface: item });
  }
  return { views, refused, around: [...views, FAULTS] };
}

/** What a component imports is somebody else's, but may be asked for by name. */
async function viewsOfComponent(kind: ViewKind, file: string): Promise<Views> {
  const source = await readSource(file);
  const { world } = decode(file, await componentBytes(source));
  const [exported, imported] = [interfacesOf(world.exports), interfacesOf(world.imports)];
  const refused: Refusal[] = [];
  const views = exported
    .filter(({ name, interface: item }) => viewOf(name)?.kind !== "guarded" && hasCalls(item))
    .flatMap((plain): View[] => {
      try {
        return [derived(kind, plain)];
      } catch (error) {
        if (!(error instanceof AbiError)) throw error;
        refused.push({ of: plain.name, error: new UsageError(`${file}: ${error.message}.`) });
        return [];
      }
    });
  const others = [...exported, ...imported];
  const around = others.filter((item, i) => others.findIndex(({ name }) => name === item.name) === i);
  // Of other views a process view uses those only that are imported, and so among them.
  const derivedToo = kind === "guarded" ? around.map((plain) => derived(kind, plain)) : [];
  return { views, refused, around: [...around, ...derivedToo, FAULTS] };
}

function derived(kind: ViewKind, { name, interface: item }: NamedInterface): View {
  return { of: name, name: viewName(kind, name), interface: deriveView(kind, name, item) };
}

function interfacesOf(items: World["imports"]): NamedInterface[] {
  return items.flatMap((item) => (item.kind === "interface" ? [item] : []));
}

function hasCalls({ functions, types }: Interface): boolean {
  return functions.length > 0 || types.some(({ type }) => type.kind === "resource");
}

/** @throws UsageError when there is nothing to choose from, or nothing of that name. */
function choose(
  kind: ViewKind,
  source: string,
  { views, refused }: Views,
  wanted: string | undefined,
): readonly View[] {
  const purpose = kind === "guarded" ? "to guard" : "to make processes of";
  const isWanted = ({ of }: { readonly of: string }): boolean =>
    wanted === undefined || [of, of.replace(/@.*/, ""), of.replace(/^.*\/|@.*/g, "")].includes(wanted);
  const found = views.filter(isWanted);
  const not = refused.filter(isWanted);
  if (found.length > 0) {
    for (const { error } of not) warn(error.message);
    return found;
  }
  const refusal = not[0] ?? (views.length === 0 ? refused[0] : undefined);
  if (refusal !== undefined) throw refusal.error;
  if (views.length === 0) {
    throw new UsageError(
      `${source}: it has no interface with functions, so there is nothing ${purpose}.`,
      "Name the WIT, the component or the program that others call.",
    );
  }
  const names = views.map(({ of }) => of).join(", ");
  throw new UsageError(`${source}: it has no interface "${wanted}" ${purpose}. It has: ${names}.`);
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
