/**
 * A guarded function: the caller goes on when the callee dies in the call.
 * ```
 *   slot ──▶ NAME ──▶ guard ──▶ inner NAME ──▶ callee
 *             │  parameters lie in globals  ▲
 *             ▼                             │
 *        writes the fault when         does what an adapter
 *        the guard returns one         does, and stores `ok`
 * ```
 * The guard is a frame of the host that catches what ends the callee. It takes no
 * parameters and returns one i32, 0 or the position of a fault plus one: so all
 * guards are alike, and no value is converted on the way. Nothing else runs
 * between the moment that parameters are put into globals and that in which they
 * are taken out again, so functions share them.
 *
 * Two functions more stand in for one whose callee cannot be called at all.
 */
import { FAULT_CASES, type FaultCase } from "../../abi/index.ts";
import {
  callerResult,
  callerSignature,
  checkMayLeave,
  checkResultRange,
  cross,
  type Callee,
  type Edge,
  type Ends,
} from "./call.ts";
import { all, call, get, i32, nothing, op, set, sub, when, type Code, type Local } from "./code.ts";
import type { AdapterFunction, FunctionGuard } from "./contract.ts";
import { memoryOf } from "./crossing.ts";
import { unsigned } from "./integer.ts";
import { MemoryPlace } from "./place.ts";
import type { Signature } from "./module.ts";

/** Names of an adapter's exports beside the function itself. */
export const GUARDED = {
  inner: (name: string): string => `inner ${name}`,
  stub: (fault: FaultCase, name: string): string => `${fault} ${name}`,
};

/** What stands in for a function: its provider is dead, or the binding was taken away. */
const STAND_INS = ["unavailable", "revoked"] as const;

export function defineGuardedFunction(edge: Edge, callee: Callee, guard: FunctionGuard): void {
  const { name } = callee.function;
  const signature = callerSignature(callee.function);
  const inner = edge.module.define(GUARDED.inner(name), { params: [], results: [] }, (body) => {
    const params = signature.params.map((param) => body.local(param));
    const results = signature.results.map((result) => body.local(result));
    all(
      ...stash(edge, "parameter", params).map((code, i) => set(params[i] as Local, code.load)),
      cross(edge, callee, { params, results }, body),
      ...stash(edge, "result", results).map((code) => code.store),
    )(body);
  });
  edge.module.export(GUARDED.inner(name), inner);
  edge.module.export(name, defineOuter(edge, callee, guard, signature));
  for (const fault of STAND_INS) {
    const stub = edge.module.define(GUARDED.stub(fault, name), signature, (body) => {
      const results = signature.results.map((result) => body.local(result));
      const position = i32(FAULT_CASES.indexOf(fault));
      all(
        checkMayLeave(edge),
        writeFault(edge, callee.function, guard, position, { params: body.params, results }),
        ...results.map(get),
      )(body);
    });
    edge.module.export(GUARDED.stub(fault, name), stub);
  }
}

function defineOuter(
  edge: Edge,
  callee: Callee,
  guard: FunctionGuard,
  signature: Signature,
): ReturnType<Edge["module"]["define"]> {
  const { guard: frame } = callee;
  if (frame === undefined) throw new TypeError("a guarded function is made with its guard");
  return edge.module.define(callee.function.name, signature, (body) => {
    const fault = body.local("i32");
    const results = signature.results.map((result) => body.local(result));
    const position = sub(get(fault), i32(1));
    all(
      checkMayLeave(edge),
      ...stash(edge, "parameter", body.params).map((code) => code.store),
      set(fault, call(frame)),
      when(
        get(fault),
        writeFault(edge, callee.function, guard, position, { params: body.params, results }),
        all(...stash(edge, "result", results).map((code, i) => set(results[i] as Local, code.load))),
      ),
      ...results.map(get),
    )(body);
  });
}

/** Moves values to and from the adapter's globals for values of these types at these positions. */
function stash(
  { module }: Edge,
  what: "parameter" | "result",
  locals: readonly Local[],
): readonly { readonly load: Code; readonly store: Code }[] {
  return locals.map((local, i) => {
    const { type } = local;
    if (type === "v128") throw new TypeError("no ABI value is a vector");
    const global = module.variable(`${what} ${i} ${type}`, type);
    return { load: op("global.get", [global]), store: op("global.set", [global], get(local)) };
  });
}

/** Makes the caller's result the error that stands for a fault, given by its position in the enum. */
function writeFault(
  edge: Edge,
  f: AdapterFunction,
  { onFault }: FunctionGuard,
  position: Code,
  { params, results }: Ends,
): Code {
  const [ERR] = [1];
  const shape = callerResult(edge, f);
  const [flat] = results;
  if (flat !== undefined) return set(flat, i32(ERR));
  const into = params.at(-1) as Local;
  const place = new MemoryPlace(memoryOf(edge.caller), into);
  const error = shape.cases[ERR];
  const payload = onFault === undefined ? position : i32(onFault.case ?? 0);
  return all(
    checkResultRange(edge.module, edge.caller, shape, into),
    place.put(unsigned(shape.discriminantSize), i32(ERR)),
    error?.kind === "variant"
      ? place.part({ offset: shape.payloadOffset, flat: 1 }).put(unsigned(error.discriminantSize), payload)
      : nothing,
  );
}
