/**
 * What the runtime is told of processes: who they are, their first state, whom they reach.
 */
import { LIVENESS, type CoreItem } from "../../../toolchain/link/plan.ts";
import { Reach } from "../../../toolchain/link/plan-reach.ts";
import { cString } from "../c-text.ts";
import type { Parts } from "../parts.ts";

/** Handles of one process, where the plan says nothing: more than any memory has room for. */
const UNLIMITED = 2 ** 28 - 1;

export interface ProcessTables {
  /** Definitions at file level. */
  readonly definitions: readonly string[];
  /** Statements, once the instances are there. */
  readonly statements: readonly string[];
}

export function processTables(parts: Parts): ProcessTables {
  const { processes } = parts.plan.root;
  const reach = new Reach(parts.plan, (process) => process);
  const rows = processes.map((process, i) => {
    const members = processes.flatMap((other, position) =>
      position === i || (process.domain !== undefined && other.domain === process.domain) ? [position] : [],
    );
    const tables = (parts.plan.root.handles?.tables ?? []).flatMap((table, position) =>
      "process" in table && table.process === i ? [position] : [],
    );
    return { i, members, tables, reach: reach.from(i) };
  });
  const lists = rows.flatMap(({ i, ...row }) =>
    (["reach", "members", "tables"] as const).map(
      (what) => `static const uint32_t ${what}_${i}[] = {${[...row[what], 0].join(", ")}};`,
    ),
  );
  const entries = rows.map(({ i, ...row }) => entryOf(parts, i, row));
  return {
    definitions: [
      ...lists,
      ...processes.flatMap((_, i) => [fill(parts, i), initialise(parts, i), lastWords(parts, i) ?? ""]),
      `static struct process processes[] = {\n${entries.join("\n")}\n};`,
      `static struct process_state process_states[${processes.length}];`,
    ],
    statements: processes.flatMap(({ spawned }, i) => {
      if (spawned === true) return [];
      const mark = parts.mark(LIVENESS.inside + i);
      return mark === undefined ? [] : [`processes[${i}].inside = ${mark.symbol}(&${mark.instance});`];
    }),
  };
}

function entryOf(
  parts: Parts,
  i: number,
  lists: Readonly<Record<"reach" | "members" | "tables", readonly number[]>>,
): string {
  const { quotas } = parts.template(i);
  const account = parts.plan.root.accounts?.of.find(({ process }) => process === i)?.account ?? -1;
  const fields = [
    `.name = ${cString(parts.process(i).name)}`,
    ...(["reach", "members", "tables"] as const).map(
      (what) => `.${what} = {${lists[what].length}, ${what}_${i}}`,
    ),
    `.handle_limit = ${quotas.handles ?? UNLIMITED}`,
    `.account = ${account}`,
    `.fuel = ${quotas.fuel ?? 0}`,
    `.slice = ${quotas.slice ?? 0}`,
    `.fill = fill_${i}`,
    `.initialise = initialise_${i}`,
    ...(lastWords(parts, i) === undefined ? [] : [`.last_words = last_words_${i}`]),
  ];
  return `  {${fields.join(", ")}},`;
}

/** In C: a function of the runtime's that is given the place of who lives there; NULL for one that has none. */
export function ofPlace(
  parts: Parts,
  i: number,
  head: (first: string) => string,
  statements: readonly string[],
): string {
  const place = parts.place(i);
  const taken = place === undefined ? "(void)context;" : `${place.type} *place = context;`;
  return `static void ${head("void *context")} { ${[taken, ...statements].join(" ")} }`;
}

function fill(parts: Parts, i: number): string {
  const { resets = [], depth, quotas } = parts.template(i);
  const statements = resets.map((item) => call(parts, i, item));
  if (depth !== undefined) {
    const counter = parts.item(i, depth);
    statements.push(`*${counter.symbol}(&${counter.instance}) = ${quotas.depth ?? 0};`);
  }
  return ofPlace(parts, i, (first) => `fill_${i}(${first})`, statements);
}

function initialise(parts: Parts, i: number): string {
  const statements = parts.template(i).initialisers.map((item) => call(parts, i, item));
  return ofPlace(parts, i, (first) => `initialise_${i}(${first})`, statements);
}

/** Of the first of its core instances that leaves them; undefined where none does. */
function lastWords(parts: Parts, i: number): string | undefined {
  const instances = [...parts.template(i).instances.keys()];
  for (const instance of instances) {
    const address = parts.itemIfAny(i, { instance, export: "lastAbort" });
    const memory = parts.itemIfAny(i, { instance, export: "memory" });
    if (address?.item.kind !== "global" || memory?.item.kind !== "memory") continue;
    const place = parts.place(i);
    const taken = place === undefined ? "(void)context;" : `${place.type} *place = context;`;
    const body = `${taken} *address = *${address.symbol}(&${address.instance}); return ${memory.symbol}(&${memory.instance});`;
    return `static const wasm_rt_memory_t *last_words_${i}(void *context, uint32_t *address) { ${body} }`;
  }
  return undefined;
}

function call(parts: Parts, process: number, item: CoreItem): string {
  const { symbol, instance } = parts.item(process, item);
  return `${symbol}(&${instance});`;
}
