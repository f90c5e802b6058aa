/**
 * Which function of a module calls which, and in what order to look at them:
 * a function comes after all that it calls, unless they call each other.
 */
import { instructionsOf, type CoreModule, type InstructionReader } from "../../wasm/index.ts";
import { functionImports } from "../core-index.ts";
import { functionsOutsideCode } from "./references.ts";

/** What one body calls. */
export class BodyCalls {
  /** Functions that it calls directly, imported ones included; one for each call. */
  readonly direct: number[] = [];
  /** Functions that it uses as values. */
  readonly taken: number[] = [];
  /** It calls what is known at run time only. */
  indirect = false;
  /** It has handlers of exceptions. */
  catches = false;

  static of(code: Uint8Array): BodyCalls {
    const calls = new BodyCalls();
    const cursor = instructionsOf(code);
    while (cursor.next()) calls.add(cursor);
    return calls;
  }

  add(cursor: InstructionReader): void {
    switch (cursor.mnemonic) {
      case "call":
      case "return_call":
        return void this.direct.push(cursor.operand(0).value);
      case "ref.func":
        return void this.taken.push(cursor.operand(0).value);
      case "call_indirect":
      case "call_ref":
      case "return_call_indirect":
      case "return_call_ref":
        this.indirect = true;
        return;
      case "try":
      case "try_table":
        this.catches = true;
        return;
      default:
    }
  }
}

export interface CallGraph {
  /** Positions of bodies, callees first. */
  readonly order: readonly number[];
  /** By body: the bodies that it calls directly, one for each call. */
  readonly callees: readonly (readonly number[])[];
  /** By body: it calls what is known at run time only, or is elsewhere. */
  readonly callsOut: readonly boolean[];
  /** Bodies that may call themselves, over others too, by direct calls. */
  readonly recursive: ReadonlySet<number>;
  /** Bodies that are called by direct calls of the module alone. */
  readonly onlyDirect: ReadonlySet<number>;
}

/** `calls`: of each body. */
export function callGraphOf(module: CoreModule, calls: readonly BodyCalls[]): CallGraph {
  const imported = functionImports(module).length;
  const taken = new Set([...functionsOutsideCode(module)].map((func) => func - imported));
  for (const body of calls) for (const func of body.taken) taken.add(func - imported);
  const callees = calls.map(({ direct }) =>
    direct.filter((func) => func >= imported).map((func) => func - imported),
  );
  const callsOut = calls.map(({ indirect, direct }) => indirect || direct.some((func) => func < imported));
  const { order, recursive } = components(callees);
  const onlyDirect = new Set([...module.code.keys()].filter((body) => !taken.has(body)));
  return { order, callees, callsOut, recursive, onlyDirect };
}

/** Tarjan's strongly connected components, without recursion of its own: graphs can be deep. */
function components(edges: readonly (readonly number[])[]): Pick<CallGraph, "order" | "recursive"> {
  const order: number[] = [];
  const recursive = new Set<number>();
  /** By node: when it was entered, from 1 on, and the first node still open that it leads to. */
  const [number, low] = [new Int32Array(edges.length), new Int32Array(edges.length)];
  const isOpen = new Uint8Array(edges.length);
  const open: number[] = [];
  const path: { readonly node: number; readonly to: readonly number[]; next: number }[] = [];
  let entered = 0;
  const enter = (node: number): void => {
    number[node] = low[node] = ++entered;
    isOpen[node] = 1;
    open.push(node);
    path.push({ node, to: edges[node] ?? [], next: 0 });
  };
  const lower = (node: number, to: number): void => {
    low[node] = Math.min(low[node] ?? 0, to);
  };
  const close = (root: number): void => {
    const members = open.splice(open.lastIndexOf(root));
    for (const member of members) isOpen[member] = 0;
    for (let i = members.length - 1; i >= 0; i--) order.push(members[i] as number);
    if (members.length > 1 || edges[root]?.includes(root)) for (const m of members) recursive.add(m);
  };
  for (const start of edges.keys()) {
    if (number[start] === 0) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top;
      const next = top.to[top.next++];
      if (next === undefined) {
        path.pop();
        const parent = path.at(-1);
        if (parent) lower(parent.node, low[node] ?? 0);
        if (low[node] === number[node]) close(node);
      } else if (number[next] === 0) enter(next);
      else if (isOpen[next] === 1) lower(node, number[next] ?? 0);
    }
  }
  return { order, recursive };
}
