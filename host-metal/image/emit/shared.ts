/**
 * What the runtime is told of the modules that a system has once: handles, accounts, the transfer memory.
 */
import { ACCOUNTS, deviceDestructor, type HandleType } from "../../../toolchain/link/plan.ts";
import type { ExportItem } from "../items.ts";
import type { Parts } from "../parts.ts";

export interface SharedTables {
  readonly definitions: readonly string[];
  readonly statements: readonly string[];
  /** Fields of `struct system`. */
  readonly fields: readonly string[];
}

export function sharedTables(parts: Parts): SharedTables {
  const made = [handleTables(parts), accounts(parts), transfer(parts)];
  return {
    definitions: made.flatMap(({ definitions }) => definitions),
    statements: made.flatMap(({ statements }) => statements),
    fields: made.flatMap(({ fields }) => fields),
  };
}

const NONE: SharedTables = { definitions: [], statements: [], fields: [] };

function handleTables(parts: Parts): SharedTables {
  const plan = parts.plan.root.handles;
  if (plan === undefined) return NONE;
  const pointer = (name: string): string => address(parts.handles(name));
  const types = plan.types.map((type, i) => handleType(parts, type, pointer(`type ${i}`)));
  const functions = ["add", "remove", "empty", "close", "renew", "make"] as const;
  return {
    definitions: [
      ...functions.map((name) => wrapper(`handles_${name}`, parts.handles(name))),
      `static struct handle_type handle_types[${plan.types.length + 1}];`,
      `static uint32_t *handle_table_addresses[${plan.tables.length + 1}];`,
      `static struct handles handles_plan = {${[
        `.type_count = ${plan.types.length}`,
        ".types = handle_types",
        `.table_count = ${plan.tables.length}`,
        ".tables = handle_table_addresses",
        ...functions.map((name) => `.${name} = handles_${name}`),
      ].join(", ")}};`,
    ],
    statements: [
      `handles_plan.memory = ${pointer("memory")};`,
      `handles_plan.loans = ${pointer("loans")};`,
      ...types.map((type, i) => `handle_types[${i}] = (struct handle_type)${type};`),
      ...plan.tables.map((_, i) => `handle_table_addresses[${i}] = ${pointer(`table ${i}`)};`),
    ],
    fields: [".handles = &handles_plan"],
  };
}

function handleType(parts: Parts, type: HandleType, kind: string): string {
  const destructor = destructorOf(parts, type);
  const process = "process" in type ? type.process : -1;
  const ofKernel = `.is_of_kernel = ${"spawner" in type}`;
  return `{${[`.kind = ${kind}`, `.process = ${process}`, ofKernel, ...destructor].join(", ")}}`;
}

function destructorOf(parts: Parts, type: HandleType): string[] {
  if ("device" in type) {
    const { process, grant } = type.holder;
    const { symbol, context } = parts.natives.device(process, grant, deviceDestructor(type.name));
    return callOf(symbol, context);
  }
  if ("spawner" in type || type.destructor === undefined) return [];
  // Nobody else can have one: it goes with the memory of who does.
  if (parts.process(type.process).spawned === true) return [];
  const { symbol, instance } = parts.item(type.process, type.destructor);
  return callOf(symbol, `&${instance}`);
}

function callOf(symbol: string, instance: string): string[] {
  return [`.destructor = (void (*)(void *, uint32_t))${symbol}`, `.instance = ${instance}`];
}

function accounts(parts: Parts): SharedTables {
  const { accounts: plan, edges } = parts.plan.root;
  if (plan === undefined) return NONE;
  const changesPayer = edges.some(({ adapters }) =>
    adapters.some(({ imports }) =>
      imports.some(({ from }) => from.kind === "accounts" && from.export.startsWith(ACCOUNTS.enter)),
    ),
  );
  const [fill, left] = [parts.accounts(ACCOUNTS.fill), parts.accounts(ACCOUNTS.left)];
  return {
    definitions: [
      wrapper("accounts_module_pay", parts.accounts(ACCOUNTS.pay)),
      // Signed for the runtime, not for C made of Wasm.
      `static void accounts_module_fill(uint32_t account, int64_t left, int64_t slice) { ${fill.symbol}(&${fill.instance}, account, (u64)left, (u64)slice); }`,
      `static int64_t accounts_module_left(uint32_t account) { return (int64_t)${left.symbol}(&${left.instance}, account); }`,
      `static struct accounts accounts_plan = {.changes_payer = ${changesPayer}, .pay = accounts_module_pay, .fill = accounts_module_fill, .left = accounts_module_left};`,
    ],
    statements: [
      `accounts_plan.payer = ${address(parts.accounts(ACCOUNTS.payer))};`,
      `accounts_plan.held = ${address(parts.accounts(ACCOUNTS.held))};`,
    ],
    fields: [".accounts = &accounts_plan"],
  };
}

function transfer(parts: Parts): SharedTables {
  if (parts.plan.root.transfer === undefined) return NONE;
  return {
    definitions: [
      wrapper("transfer_realloc", parts.transfer("realloc")),
      "static struct transfer transfer_plan = {.realloc = transfer_realloc};",
    ],
    statements: [`transfer_plan.memory = ${address(parts.transfer("memory"))};`],
    fields: [".transfer = &transfer_plan"],
  };
}

export function address({ symbol, instance }: ExportItem): string {
  return `${symbol}(&${instance})`;
}

/** A function of numbers of 32 bits, without the instance. */
export function wrapper(name: string, { symbol, instance, item }: ExportItem): string {
  if (item.kind !== "func") return "";
  const names = item.type.params.map((_, i) => `a${i}`);
  const parameters = names.map((it) => `uint32_t ${it}`).join(", ") || "void";
  const result = item.type.results.length === 0 ? "void" : "uint32_t";
  const back = result === "void" ? "" : "return ";
  return `static ${result} ${name}(${parameters}) { ${back}${symbol}(${[`&${instance}`, ...names].join(", ")}); }`;
}
