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
 * Where the callee's code cannot trap, a result that is not valid is all that can
 * go wrong. That is thrown by the adapter and caught by it, with a tag that nobody
 * else has, and the host is only told of it; or nothing can go wrong at all.
 *
 * Two functions more stand in for one whose callee cannot be called at all.
 */
import type { CoreFuncIndex } from "../../wasm/index.ts";
import { FAULT_CASES, type FaultCase } from "../../abi/index.ts";
import { cross, defineOuter } from "./call.ts";
import {
  all,
  block,
  branch,
  call,
  catching,
  get,
  i32,
  nothing,
  op,
  set,
  sub,
  when,
  type Body,
  type Code,
  type Local,
} from "./code.ts";
import type { AdapterFunction, FunctionGuard } from "./contract.ts";
import { memoryOf } from "./crossing.ts";
import { callerSignature, type Callee, type Edge, type Ends } from "./edge.ts";
import { unsigned } from "./integer.ts";
import { MemoryPlace } from "./place.ts";
import { callerResult, checkResultRange } from "./result.ts";

/** Names of an adapter's exports beside the function itself. */
export const GUARDED = {
  inner: (name: string): string => `inner ${name}`,
  stub: (fault: FaultCase, name: string): string => `${fault} ${name}`,
};

/** What stands in for a function: its provider is dead, or the binding was taken away. */
const STAND_INS = ["unavailable", "revoked"] as const;

export function defineGuardedFunction(edge: Edge, callee: Callee, guard: FunctionGuard): void {
  const f = callee.function;
  if (guard.frame === "javascript") defineInner(edge, callee);
  defineOuter(edge, f, f.name, (ends, body) => outerOf[guard.frame](edge, callee, guard, ends, body));
  defineStandIns(edge, f, guard);
}

type ErrorOf = Pick<FunctionGuard, "onFault">;

/** What fills the slots when the function cannot be called: each returns its fault. */
export function defineStandIns(edge: Edge, f: AdapterFunction, error: ErrorOf): void {
  for (const fault of STAND_INS) {
    const position = i32(FAULT_CASES.indexOf(fault));
    defineOuter(edge, f, GUARDED.stub(fault, f.name), (ends) => writeFault(edge, f, error, position, ends));
  }
}

/** What is called over the host's frame. */
function defineInner(edge: Edge, callee: Callee): void {
  const signature = callerSignature(callee.function);
  const name = GUARDED.inner(callee.function.name);
  const inner = edge.module.define(name, { params: [], results: [] }, (body) => {
    const params = signature.params.map((param) => body.local(param));
    const results = signature.results.map((result) => body.local(result));
    all(
      ...stash(edge, "parameter", params).map((code, i) => set(params[i] as Local, code.load)),
      cross(edge, callee, { params, results }, body),
      ...stash(edge, "result", results).map((code) => code.store),
    )(body);
  });
  edge.module.export(name, inner);
}

type Outer = (edge: Edge, callee: Callee, guard: FunctionGuard, ends: Ends, body: Body) => Code;

const outerOf: Readonly<Record<FunctionGuard["frame"], Outer>> = {
  javascript: (edge, callee, guard, ends, body) => {
    const fault = body.local("i32");
    return all(
      ...stash(edge, "parameter", ends.params).map((code) => code.store),
      set(fault, call(frameOf(callee))),
      when(
        get(fault),
        writeFault(edge, callee.function, guard, sub(get(fault), i32(1)), ends),
        all(
          ...stash(edge, "result", ends.results).map((code, i) => set(ends.results[i] as Local, code.load)),
        ),
      ),
    );
  },

  /** A result that is wrong throws; the host hears of it where the rule is still on the stack. */
  "try-table": (edge, callee, guard, ends, body) => {
    const { module } = edge;
    const tag = module.thrown();
    const fault = module.variable("fault", "i32");
    const onWrongResult = (rule: string): Code => {
      const report = { params: [], results: ["i32"] } as const;
      const key = `report: ${rule}, ${callee.function.name}`;
      return (inside) => {
        const told = module.helper(key, report, call(frameOf(callee)), `trap: ${rule}`);
        all(op("global.set", [fault], call(told)), op("throw", [tag]))(inside);
      };
    };
    const position = sub(op("global.get", [fault]), i32(1));
    return block((done) =>
      all(
        block((caught) =>
          all(
            catching(tag, caught, cross({ ...unmarked(edge), onWrongResult }, callee, ends, body)),
            branch(done),
          ),
        ),
        writeFault(edge, callee.function, guard, position, ends),
      ),
    );
  },

  none: (edge, callee, _guard, ends, body) => cross(unmarked(edge), callee, ends, body),
};

/** Code that cannot trap needs no mark: nobody has to ask who was inside. */
function unmarked(edge: Edge): Edge {
  const { inside: _, ...callee } = edge.callee;
  return { ...edge, callee };
}

function frameOf({ guard }: Callee): CoreFuncIndex {
  if (guard === undefined) throw new TypeError("a guarded function is made with its guard");
  return guard;
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
export function writeFault(
  edge: Edge,
  f: AdapterFunction,
  { onFault }: ErrorOf,
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
