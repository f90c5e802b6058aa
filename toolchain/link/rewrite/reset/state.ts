/**
 * What of a module is state: where code changes memories, tables and segments.
 *
 * Read off the code once; the reset and the edits are made from it.
 */
import { readInstructions, type CoreModule, type core } from "../../../wasm/index.ts";

/** An instruction that matters to a reset; byte offsets within the body's code. */
export interface StateSite {
  readonly body: number;
  readonly mnemonic: string;
  readonly start: number;
  readonly end: number;
  readonly operands: readonly number[];
}

export interface ModuleState {
  /** The first index that the module defines itself. */
  readonly firstMemory: number;
  readonly firstTable: number;
  readonly firstGlobal: number;
  readonly sites: readonly StateSite[];
}

const OF_INTEREST: ReadonlySet<string> = new Set([
  "memory.grow",
  "memory.size",
  "memory.init",
  "data.drop",
  "table.grow",
  "table.size",
  "table.set",
  "table.fill",
  "table.copy",
  "table.init",
  "elem.drop",
  "array.new_data",
  "array.init_data",
  "array.new_elem",
  "array.init_elem",
]);

export function stateOf(module: CoreModule): ModuleState {
  const imported = (kind: core.ExternKind): number =>
    module.imports.filter((i) => i.type.kind === kind).length;
  return {
    firstMemory: imported("memory"),
    firstTable: imported("table"),
    firstGlobal: imported("global"),
    sites: module.code.flatMap(({ code }, body) => sitesOf(code, body)),
  };
}

function sitesOf(code: Uint8Array, body: number): StateSite[] {
  const found: StateSite[] = [];
  for (const cursor of readInstructions(code)) {
    const { mnemonic, start, end, count } = cursor;
    if (!OF_INTEREST.has(mnemonic)) continue;
    const operands = Array.from({ length: count }, (_, i) => cursor.operand(i).value);
    found.push({ body, mnemonic, start, end, operands });
  }
  return found;
}

/** Names of the instructions that write a table, with the operand that is the table. */
const WRITES: ReadonlyMap<string, number> = new Map([
  ["table.set", 0],
  ["table.fill", 0],
  ["table.copy", 0],
  ["table.grow", 0],
  ["table.init", 1],
]);

/** Tables that may hold something else than at first: of others too, where they are exported. */
export function changingTables(module: CoreModule, { sites, firstTable }: ModuleState): ReadonlySet<number> {
  const tables = new Set(sites.flatMap((s) => s.operands[WRITES.get(s.mnemonic) ?? -1] ?? []));
  for (const e of module.exports) if (e.kind === "table") tables.add(e.index);
  for (let table = 0; table < firstTable; table++) tables.add(table);
  return tables;
}

/** Why a module cannot be reset; undefined when it can. Objects that were made once for all cannot be made again. */
export function whyNot(module: CoreModule): string | undefined {
  const constants = [
    ...module.globals.filter((g) => !g.type.mutable).map((g) => g.init),
    ...module.elements.flatMap(({ items }) => (items.kind === "exprs" ? items.exprs : [])),
  ];
  return constants.some((code) => makesObject(code))
    ? "keeps garbage-collected objects in constants"
    : undefined;
}

function makesObject(code: core.ConstExpr): boolean {
  for (const { mnemonic } of readInstructions(code)) {
    if (mnemonic.startsWith("struct.new") || mnemonic.startsWith("array.new")) return true;
  }
  return false;
}
