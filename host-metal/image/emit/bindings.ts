/**
 * Slots, and what fills them.
 */
import { ACCOUNTS, RESERVED, type Edge } from "../../../toolchain/link/plan.ts";
import { entered } from "../../../toolchain/link/plan-reach.ts";
import { cTypeCode } from "../c-text.ts";
import { ImageError } from "../error.ts";
import type { ModuleFacts } from "../module-facts.ts";
import type { Instance, Item } from "../items.ts";
import type { Parts } from "../parts.ts";
import { type Program, programEntry } from "./program.ts";

/** A function of a wire with one of its slots. */
interface Binding {
  /** That is entered; -1 for none. */
  readonly process: number;
  readonly slots: string;
  readonly entry: number;
  readonly target: string;
  readonly unavailable?: string;
}

/** Makes the adapters of all edges; returns the statements that fill the runtime's table of bindings. */
export function bindings(parts: Parts): { readonly count: number; readonly statements: readonly string[] } {
  const { edges } = parts.plan.root;
  const made = edges.flatMap((edge, i) =>
    isBound(edge) && parts.place(edge.consumer) === undefined ? edgeBindings(parts, edge, i) : [],
  );
  const all = [...made, ...fuelBindings(parts)];
  return { count: all.length, statements: all.map((binding, i) => `bindings[${i}] = ${valueOf(binding)};`) };
}

/** Those of a process that is spawned, as values; its module has filled all other slots. */
export function placeBindings(parts: Parts, process: number): string[] {
  const made = parts.plan.root.edges.flatMap((edge, i) =>
    edge.consumer === process && edge.merged !== true && isBound(edge) ? edgeBindings(parts, edge, i) : [],
  );
  return made.map(valueOf);
}

function valueOf({ process, slots, entry, target, unavailable }: Binding): string {
  const fields = [`.process = ${process}`, `.slots = ${slots}`, `.entry = ${entry}`, `.target = ${target}`];
  if (unavailable !== undefined) fields.push(`.unavailable = ${unavailable}`);
  return `(struct binding){${fields.join(", ")}}`;
}

/** Nobody leads an import of an image to another provider. */
function isBound({ binding, standby }: Edge): boolean {
  return binding !== "fused" && standby !== true;
}

function edgeBindings(parts: Parts, edge: Edge, position: number): Binding[] {
  const { name } = parts.process(edge.consumer);
  const hole = parts.template(edge.consumer).holes[edge.hole];
  if (hole === undefined) throw new ImageError(`Process ${name}: the plan has no hole ${edge.hole}.`);
  const where = `process ${name}, import ${hole.name}`;
  const adapters = parts.adapters(where, `edge_${position}`, edge.adapters, edge.consumer);
  return edge.functions.flatMap((bound) => {
    const slots = hole.functions.find((it) => it.name === bound.name)?.slots ?? [];
    // What is sent to a dead process the kernel refuses.
    const process = bound.message === undefined ? (entered(edge, bound) ?? -1) : -1;
    return slots.map(({ instance, entry }): Binding => {
      const table = parts.item(edge.consumer, { instance, export: RESERVED.slots });
      const reference = (item: Item): string => funcref(item, table.module);
      const { standIns } = bound;
      return {
        process: standIns === undefined ? -1 : process,
        slots: `${table.symbol}(&${table.instance})`,
        entry,
        target: reference(parts.source(where, bound.target, adapters)),
        ...(standIns && { unavailable: reference(parts.source(where, standIns.unavailable, adapters)) }),
      };
    });
  });
}

/** By which the modules of metered processes ask for more fuel; what is spawned fills its own. */
function fuelBindings(parts: Parts): Binding[] {
  const { processes, accounts } = parts.plan.root;
  return processes.flatMap(({ spawned }, process) =>
    (spawned === true ? [] : (parts.template(process).sliceEnded ?? [])).map(({ instance, entry }) => {
      const table = parts.item(process, { instance, export: RESERVED.slots });
      const account = accounts?.of.find((it) => it.process === process)?.account;
      const ended = parts.accounts(`${ACCOUNTS.ended}${account}`);
      return {
        process: -1,
        slots: `${table.symbol}(&${table.instance})`,
        entry,
        target: funcref(ended, table.module),
      };
    }),
  );
}

/** What a table of functions holds. The type of one of the runtime is asked of the module that calls it. */
function funcref(item: Item, caller: ModuleFacts): string {
  if (item.kind === "variable") throw new ImageError("A slot is to be filled with what is no function.");
  const isExport = item.kind === "export";
  const type = isExport ? (item.item.kind === "func" ? item.item.type : undefined) : item.type;
  if (type === undefined) throw new ImageError("A slot is to be filled with what is no function.");
  const code = cTypeCode(isExport ? item.module.name : caller.name, type);
  const instance = isExport ? `&${item.instance}` : item.context;
  return `(wasm_rt_funcref_t){${code}, (wasm_rt_function_ptr_t)${item.symbol}, {NULL}, ${instance}}`;
}

/** The adapters that the entry is called through, and how; or the program in its place. */
export function entryFunction(parts: Parts, program: Program | undefined): string {
  const { entry } = parts.plan.root;
  if (program !== undefined) return programEntry(parts, program);
  if (entry === undefined) {
    throw new ImageError(
      `System ${parts.plan.system} has no entry: nothing says what to run. Write \`entry: "NAME"\` into its description.`,
    );
  }
  const adapters: Instance[] = parts.adapters("the entry", "entry", entry.adapters);
  const target = parts.source("the entry", entry.target, adapters);
  if (target.kind !== "export") throw new ImageError("The entry is to be a function of a module.");
  const instance = `&${target.instance}`;
  return `static uint32_t enter(void) { return ${target.symbol}(${instance}); }`;
}
