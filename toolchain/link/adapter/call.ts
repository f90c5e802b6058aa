/**
 * One function of an adapter: parameters there, the call, the result back.
 *
 * The order is the specification's: `canon_lower` with `canon_lift` inside it,
 * post-return after the result has been lowered (CanonicalABI.md, "Canonical
 * Definitions").
 */
import { flattenFunction, type FunctionType } from "../../abi/index.ts";
import { all, call, get, i32, nothing, set, type Body, type Code, type Local } from "./code.ts";
import type { AdapterFunction } from "./contract.ts";
import { Copier } from "./copy.ts";
import { memoryOf } from "./crossing.ts";
import { back, callerSignature, checkMayLeave, forth, type Callee, type Edge, type Ends } from "./edge.ts";
import { atExpenseOf, chargeLarge } from "./fuel.ts";
import { loanNeeds, Loans } from "./loans.ts";
import { checkOutside, mark } from "./marks.ts";
import { allocate, checkAligned, checkRange, withoutLeaving } from "./memory.ts";
import { FlatPlace, MemoryPlace, type Sink } from "./place.ts";
import { checkResultRange, returnResult, type Lift } from "./result.ts";
import type { Shape } from "./shape.ts";

/** Exports the function by its name, with the signature of the caller's `canon lower`. */
export function defineAdapterFunction(edge: Edge, callee: Callee): void {
  const f = callee.function;
  defineOuter(edge, f, f.name, (ends, body) => cross(edge, callee, ends, body));
}

/** A function that the caller has in its slots. */
export function defineOuter(
  edge: Edge,
  f: AdapterFunction,
  name: string,
  code: (ends: Ends, body: Body) => Code,
): void {
  const signature = callerSignature(f);
  const func = edge.module.define(name, signature, (body) => {
    const results = signature.results.map((result) => body.local(result));
    const ends = { params: body.params, results };
    all(checkMayLeave(edge), code(ends, body), ...results.map(get))(body);
  });
  edge.module.export(name, func);
}

/** The call itself, from the caller's parameters to its results. */
export function cross(edge: Edge, callee: Callee, { params, results }: Ends, body: Body): Code {
  const { type } = callee.function;
  const lifted = flattenFunction(type, "lift");
  const args = lifted.params.map((param) => body.local(param));
  const returned = lifted.results.map((result) => body.local(result));
  const loans = new Loans(forth(edge), loanNeeds(type, edge.loanRules), body);
  const lift: Lift = (shape, sink) => liftResult(edge, shape, returned, sink);
  return all(
    checkOutside(edge.module, edge.callee),
    loans.open(),
    flattenFunction(type, "lower").paramsSpilled
      ? passInMemory(edge, type, params[0] as Local, args[0] as Local)
      : passFlat(edge, type, params, args, loans),
    chargeSpilled(edge, type),
    loans.begin(),
    mark(edge.callee, 1),
    atExpenseOf(edge.callee, callCallee(callee, args, returned)),
    loans.returned(),
    failing(edge, returnResult(edge, callee.function, lift, { params, results })),
    callPostReturn(edge, callee, returned),
    mark(edge.callee, 0),
    loans.close(),
  );
}

function failing({ module, onWrongResult }: Edge, code: Code): Code {
  if (onWrongResult === undefined) return code;
  return (body) => {
    module.onFailure = onWrongResult;
    code(body);
    module.onFailure = undefined;
  };
}

/** What is passed in memory, lists and texts apart, has a size that its type tells. */
export function chargeSpilled(edge: Edge, type: FunctionType): Code {
  const { paramsSpilled, resultSpilled } = flattenFunction(type, "lower");
  const params = edge.shapes.record(type.params.map((param) => param.type));
  const result = type.result && edge.shapes.of(type.result);
  const bytes = (paramsSpilled ? params.size : 0) + (resultSpilled && result ? result.size : 0);
  return chargeLarge(forth(edge), bytes);
}

function passFlat(
  edge: Edge,
  type: FunctionType,
  params: readonly Local[],
  args: readonly Local[],
  loans: Loans,
): Code {
  const copier = new Copier(forth(edge));
  const { parts } = edge.shapes.record(type.params.map((param) => param.type));
  const [source, sink] = [new FlatPlace(params), new FlatPlace(args)];
  return all(
    ...parts.map((part) => {
      const { shape } = part;
      const [from, to] = [source.part(part), sink.part(part)];
      return shape.kind === "borrow" ? loans.lend(shape, from, to) : copier.copy(shape, from, to);
    }),
  );
}

function passInMemory(edge: Edge, type: FunctionType, pointer: Local, argument: Local): Code {
  const crossing = forth(edge);
  const { caller, callee } = edge;
  const tuple = edge.shapes.record(type.params.map((param) => param.type));
  return all(
    checkParameters(edge, tuple, pointer),
    allocate(crossing, argument, tuple.align, i32(tuple.size)),
    new Copier(crossing).copy(
      tuple,
      new MemoryPlace(memoryOf(caller), pointer),
      new MemoryPlace(memoryOf(callee), argument),
    ),
  );
}

/** The caller answers for where its parameters are, when they are too many to be passed flat. */
export function checkParameters({ module, caller }: Edge, tuple: Shape, pointer: Local): Code {
  return all(
    checkAligned(module, pointer, tuple.align, "parameters pointer is not aligned"),
    checkRange(module, caller, pointer, i32(tuple.size), "parameters are out of bounds"),
  );
}

export function callCallee({ target }: Callee, args: readonly Local[], returned: readonly Local[]): Code {
  return all(call(target, ...args.map(get)), ...returned.map((result) => set(result)));
}

export function callPostReturn(edge: Edge, { postReturn }: Callee, returned: readonly Local[]): Code {
  if (postReturn === undefined) return nothing;
  return atExpenseOf(edge.callee, withoutLeaving(edge.callee, call(postReturn, ...returned.map(get))));
}

/** Copies a result out of what the callee's core function returned: the value, or a pointer to it. */
export function liftResult(edge: Edge, shape: Shape, returned: readonly Local[], sink: Sink): Code {
  const copier = new Copier(back(edge));
  if (shape.flat.length === 1) return copier.copy(shape, new FlatPlace(returned), sink);
  const pointer = returned[0] as Local;
  return all(
    checkResultRange(edge.module, edge.callee, shape, pointer),
    copier.copy(shape, new MemoryPlace(memoryOf(edge.callee), pointer), sink),
  );
}
