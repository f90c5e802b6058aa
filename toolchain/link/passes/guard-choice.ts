/**
 * Pass: how the death of a callee is caught, function by function.
 *
 * Only a host can catch a trap, and the way through it costs more than the call.
 * Code that cannot trap needs no host: it computes on locals and constants, calls
 * only its own kind, and has no state that a stack overflow could leave half-way.
 * Then what it returns may still be wrong, which the adapter finds out by itself.
 */
import { flattenFunction, type FunctionType, type ValueType } from "../../abi/index.ts";
import { readInstructions } from "../../wasm/index.ts";
import type { FunctionGuard } from "../adapter/index.ts";
import { functionImports } from "../core-index.ts";
import type { InstanceNode } from "../evaluate/graph.ts";
import { findType } from "../value-parts.ts";
import type { ComponentExport } from "./functions.ts";
import type { ProcessNode } from "./process.ts";

export interface GuardChoice {
  readonly frame: FunctionGuard["frame"];
  /** Half a sentence, such as `its code uses i32.load`. */
  readonly why: string;
}

/** `name`: of the function among the exports of the process's component. */
export function chooseGuard({ component, config }: ProcessNode, name: string): GuardChoice {
  const found = component.exports.find((e) => e.name === name);
  const hard = found === undefined ? "its code is not known" : hardReason(found);
  if (config.quotas?.fuel !== undefined) return { frame: "javascript", why: "its fuel can run out" };
  if (config.quotas?.depth !== undefined)
    return { frame: "javascript", why: "its calls may nest too deeply" };
  if (config.domain !== undefined)
    return { frame: "javascript", why: "its domain may have fuel that can run out" };
  if (found === undefined || hard !== undefined) return { frame: "javascript", why: hard ?? "" };
  const { result } = found.type;
  return result === undefined || isSure(result)
    ? { frame: "none", why: "nothing in it can fail" }
    : { frame: "try-table", why: "only what it returns can be wrong" };
}

function hardReason({ type, core, options }: ComponentExport): string | undefined {
  if (usesMemory(type)) return "its values lie in memory";
  if (options.postReturn !== undefined) return "it has a post-return function";
  const e = core.instance.module.exports.get(core.name);
  if (e?.kind !== "func") return "its code is not known";
  return new Search(core.instance).hard(e.index);
}

function usesMemory(type: FunctionType): boolean {
  const types = [...type.params.map((param) => param.type), ...(type.result ? [type.result] : [])];
  const { paramsSpilled, resultSpilled } = flattenFunction(type, "lower");
  return paramsSpilled || resultSpilled || findType(types, isReference) !== undefined;
}

const REFERENCES = new Set<ValueType["kind"]>(["string", "list", "map", "own", "borrow"]);

function isReference({ kind }: ValueType): boolean {
  return REFERENCES.has(kind);
}

const SURE = new Set<ValueType["kind"]>([
  "bool",
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "f32",
  "f64",
  "flags",
] as const);

/** Every core value stands for one of its values. */
function isSure({ kind }: ValueType): boolean {
  return SURE.has(kind);
}

const HARMLESS = new Set([
  "nop",
  "block",
  "loop",
  "if",
  "else",
  "end",
  "br",
  "br_if",
  "br_table",
  "return",
  "drop",
  "select",
  "select typed",
  "local.get",
  "local.set",
  "local.tee",
  "global.get",
]);
const NUMERIC = /^(i32|i64|f32|f64|i8x16|i16x8|i32x4|i64x2|f32x4|f64x2|v128)\./;
/** Of those, the ones that touch memory, or trap on some operands. */
const TRAPPING = /load|store|atomic|^(i32|i64)\.(div|rem)_|^(i32|i64)\.trunc_f/;

/** Calls inside each other; what goes deeper is taken for what may trap. */
const MOST_DEPTH = 32;

/** Looks through all code that a function can reach. */
class Search {
  readonly #node: InstanceNode;
  readonly #harmless = new Set<number>();

  constructor(node: InstanceNode) {
    this.#node = node;
  }

  /** Why it may trap, or leave something half-done; undefined when it cannot. */
  hard(func: number, callers: readonly number[] = []): string | undefined {
    if (this.#harmless.has(func)) return undefined;
    const { module } = this.#node.module;
    const imported = functionImports(module).length;
    if (func < imported) return "its code calls an import";
    if (callers.includes(func)) return "its code calls itself";
    if (callers.length > MOST_DEPTH) return "its code calls too deeply to be looked at";
    const code = module.code[func - imported]?.code;
    for (const cursor of readInstructions(code ?? Uint8Array.of(0x0b))) {
      const { mnemonic } = cursor;
      if (isHarmless(mnemonic)) continue;
      if (mnemonic !== "call") return `its code uses ${mnemonic}`;
      const why = this.hard(cursor.operand(0).value, [...callers, func]);
      if (why !== undefined) return why;
    }
    this.#harmless.add(func);
    return undefined;
  }
}

function isHarmless(mnemonic: string): boolean {
  return HARMLESS.has(mnemonic) || (NUMERIC.test(mnemonic) && !TRAPPING.test(mnemonic));
}
