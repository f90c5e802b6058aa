/**
 * Which function of a module calls which, and in what order to look at them:
 * a function comes after all that it calls, unless they call each other.
 */
import { readInstructions, type CoreModule } from "../../../wasm/index.ts";
import { functionImports } from "../../core-index.ts";
import { functionsOutsideCode } from "../references.ts";

export interface CallGraph {
  /** Positions of bodies, callees first. */
  readonly order: readonly number[];
  /** By body: the bodies that it calls directly. */
  readonly callees: readonly ReadonlySet<number>[];
  /** By body: it calls what is known at run time only, or is elsewhere. */
  readonly callsOut: readonly boolean[];
  /** Bodies that may call themselves, over others too, by direct calls. */
  readonly recursive: ReadonlySet<number>;
  /** Bodies that are called by direct calls of the module alone. */
  readonly onlyDirect: ReadonlySet<number>;
}

export function callGraphOf(module: CoreModule): CallGraph {
  const imported = functionImports(module).length;
  const taken = new Set([...functionsOutsideCode(module)].map((func) => func - imported));
  const callsOut: boolean[] = [];
  const callees = module.code.map(({ code }, body) => {
    const found = new Set<number>();
    callsOut[body] = false;
    for (const cursor of readInstructions(code)) {
      const { mnemonic } = cursor;
      if (mnemonic === "ref.func") taken.add(cursor.operand(0).value - imported);
      else if (mnemonic === "call" || mnemonic === "return_call") {
        const callee = cursor.operand(0).value - imported;
        if (callee < 0) callsOut[body] = true;
        else found.add(callee);
      } else if (mnemonic.includes("call")) callsOut[body] = true;
    }
    return found;
  });
  const { order, recursive } = components(callees);
  const onlyDirect = new Set([...module.code.keys()].filter((body) => !taken.has(body)));
  return { order, callees, callsOut, recursive, onlyDirect };
}

/** Tarjan's strongly connected components, without recursion of its own: graphs can be deep. */
function components(edges: readonly ReadonlySet<number>[]): Pick<CallGraph, "order" | "recursive"> {
  const order: number[] = [];
  const recursive = new Set<number>();
  const [number, low] = [new Map<number, number>(), new Map<number, number>()];
  const open: number[] = [];
  const isOpen = new Set<number>();
  const close = (root: number): void => {
    const members = open.splice(open.lastIndexOf(root));
    for (const member of members) isOpen.delete(member);
    order.push(...members.toReversed());
    if (members.length > 1 || edges[root]?.has(root)) for (const member of members) recursive.add(member);
  };
  for (const start of edges.keys()) {
    if (number.has(start)) continue;
    const path: { readonly node: number; readonly rest: Iterator<number> }[] = [];
    const enter = (node: number): void => {
      number.set(node, number.size);
      low.set(node, number.size - 1);
      open.push(node);
      isOpen.add(node);
      path.push({ node, rest: (edges[node] ?? new Set<number>()).values() });
    };
    const lower = (node: number, to: number): void => {
      low.set(node, Math.min(low.get(node) ?? 0, to));
    };
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node, rest } = top;
      const next = rest.next();
      if (next.done === true) {
        path.pop();
        const parent = path.at(-1);
        if (parent) lower(parent.node, low.get(node) ?? 0);
        if (low.get(node) === number.get(node)) close(node);
      } else if (!number.has(next.value)) enter(next.value);
      else if (isOpen.has(next.value)) lower(node, number.get(next.value) ?? 0);
    }
  }
  return { order, recursive };
}
