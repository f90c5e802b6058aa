/**
 * Pass: whether a component can call out while the canonical ABI forbids it.
 *
 * While an adapter runs a component's `realloc` or post-return function, that
 * component may not call its imports, and the adapter has to trap if it does.
 * For nearly all components no path leads from these functions to an import;
 * then no flag is kept and nothing is checked at run time. Source:
 * CanonicalABI.md, `may_leave`.
 */
import { readInstructions } from "../../wasm/index.ts";
import { functionImports } from "../core-index.ts";
import {
  functionValues,
  type CanonOptions,
  type CoreValue,
  type Graph,
  type InstanceNode,
} from "../evaluate/graph.ts";
import { functionsOutsideCode } from "../rewrite/references.ts";

/** Errs on the side of yes: an indirect call may reach every function that is used as a value. */
export function canLeaveWhileForbidden(graph: Graph): boolean {
  const search = new Search(graph);
  for (const { realloc, postReturn } of optionsIn(graph)) {
    if ((realloc && search.reaches(realloc)) || (postReturn && search.reaches(postReturn))) return true;
  }
  return false;
}

/** Whether anything that the function calls leads out of the component. */
export function canLeave(graph: Graph, func: CoreValue): boolean {
  return new Search(graph).reaches(func);
}

function optionsIn(graph: Graph): CanonOptions[] {
  const lowered = graph.instances.flatMap((node) =>
    node.imports.flatMap((v) => (v.kind === "lowered" ? [v] : [])),
  );
  const lifted = graph.exports.flatMap(({ func }) => (func.kind === "lifted" ? [func] : []));
  const inner = lowered.flatMap(({ func }) => (func.kind === "lifted" ? [func] : []));
  return [...lowered, ...lifted, ...inner].map((f) => f.options);
}

const INDIRECT = new Set(["call_indirect", "return_call_indirect", "call_ref", "return_call_ref"]);

class Search {
  readonly #graph: Graph;
  readonly #values = new Map<InstanceNode, readonly CoreValue[]>();
  readonly #seen = new Map<InstanceNode, Set<number>>();
  readonly #pending: { readonly node: InstanceNode; readonly func: number }[] = [];
  #indirect = false;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  reaches(value: CoreValue): boolean {
    if (this.#visit(value)) return true;
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) {
      if (this.#scan(next.node, next.func)) return true;
    }
    return false;
  }

  /** True when the value itself is a way out. */
  #visit(value: CoreValue): boolean {
    if (value.kind === "lowered") return true;
    // `resource.rep` does not ask whether its instance may leave.
    if (value.kind === "builtin") return value.name !== "resource.rep";
    const e = value.instance.module.exports.get(value.name);
    return e?.kind === "func" && this.#visitFunction(value.instance, e.index);
  }

  #visitFunction(node: InstanceNode, func: number): boolean {
    const { module } = node.module;
    if (func < functionImports(module).length) {
      const values = this.#values.get(node) ?? functionValues(node);
      this.#values.set(node, values);
      const value = values[func];
      return value !== undefined && this.#visit(value);
    }
    const seen = this.#seen.get(node) ?? new Set();
    this.#seen.set(node, seen);
    if (!seen.has(func)) this.#pending.push({ node, func });
    seen.add(func);
    return false;
  }

  #scan(node: InstanceNode, func: number): boolean {
    const body = node.module.module.code[func - functionImports(node.module.module).length];
    for (const cursor of readInstructions(body?.code ?? Uint8Array.of(0x0b))) {
      const { mnemonic } = cursor;
      const direct = mnemonic === "call" || mnemonic === "return_call" || mnemonic === "ref.func";
      if (direct && this.#visitFunction(node, cursor.operand(0).value)) return true;
      if (INDIRECT.has(mnemonic) && this.#visitIndirect()) return true;
    }
    return false;
  }

  /** Everything that any instance uses as a value. Functions that code takes by `ref.func` are declared so. */
  #visitIndirect(): boolean {
    if (this.#indirect) return false;
    this.#indirect = true;
    return this.#graph.instances.some((node) =>
      [...functionsOutsideCode(node.module.module)].some((func) => this.#visitFunction(node, func)),
    );
  }
}
