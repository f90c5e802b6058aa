/**
 * Pass: calls between components nested in one file become an edge of the process to itself.
 *
 * They cross between component instances, each with its handles, often with its
 * memory, and go through the same adapters as calls between processes.
 */
import { flattenFunction } from "../../abi/index.ts";
import { emitRefusals } from "../adapter/index.ts";
import { INNER_HOLE, type Adapter, type Edge, type EdgeFunction } from "../plan.ts";
import { bind, type BindContext, type Call } from "./bind.ts";
import { chargedEnd, endOf, sourceOf, type PlacedProcess } from "./ends.ts";
import { doorsOf, leadsBack, type Passage } from "./reentrance.ts";
import type { InnerCall } from "./slots.ts";

/** None for a process whose component has no such calls. */
export function innerEdge(process: PlacedProcess, context: BindContext): Edge[] {
  const { built, position, node } = process;
  const hole = built.template.holes.findIndex(({ name }) => name === INNER_HOLE);
  if (hole < 0) return [];
  const where = `process "${node.name}", calls between the components in it`;
  const calls = [...built.inner].map(([name, inner]) => ({
    inner,
    call: callOf(process, name, inner, context),
  }));
  const entering = calls.filter(({ inner }) => inner.mayEnter).map(({ call }) => call);
  const refused = calls.filter(({ inner }) => !inner.mayEnter).map(({ call }) => call);
  const { adapters, functions } = withDoors(process, bind(entering, context, where), context);
  if (refused.length > 0) {
    const module = context.modules.addMade("adapter", emitRefusals(refused));
    const adapter = adapters.push({ module, imports: [] }) - 1;
    for (const { name } of refused) functions.push(refusal(name, adapter));
  }
  return [{ consumer: position, hole, provider: { kind: "inner" }, binding: "plain", adapters, functions }];
}

/** In front of the adapters, as everything that they do is done inside the callee's instance. */
function withDoors(
  process: PlacedProcess,
  bound: Pick<Edge, "adapters" | "functions">,
  context: BindContext,
): { adapters: Adapter[]; functions: EdgeFunction[] } {
  const [adapters, functions] = [[...bound.adapters], [...bound.functions]];
  if (functions.length === 0 || !leadsBack(process)) return { adapters, functions };
  const passages = functions.map(({ name, target }): Passage => {
    const call = process.built.inner.get(name);
    if (call === undefined) throw new TypeError("every function was made from a call");
    const { params, results } = flattenFunction(call.type, "lower");
    const ends = { from: call.caller.instance, to: call.callee.instance };
    return { name, signature: { params, results }, ...ends, target };
  });
  const door = adapters.push(doorsOf(process, passages, context)) - 1;
  const through = functions.map((bound): EdgeFunction => {
    return { ...bound, target: { kind: "adapter", adapter: door, export: bound.name } };
  });
  return { adapters, functions: through };
}

function callOf(
  process: PlacedProcess,
  name: string,
  { type, caller, callee, core }: InnerCall,
  { accounts }: BindContext,
): Call {
  return {
    name,
    type,
    caller: chargedEnd(process, caller, accounts),
    callee: endOf(process, callee),
    target: sourceOf(process, core),
    ...(callee.postReturn && { postReturn: sourceOf(process, callee.postReturn) }),
  };
}

function refusal(name: string, adapter: number): EdgeFunction {
  return {
    name,
    target: { kind: "adapter", adapter, export: name },
    reason: "a trap: one of the two instances contains the other",
  };
}
