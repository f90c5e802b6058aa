/**
 * One function of an adapter: parameters there, the call, the result back.
 *
 * The order is the specification's: `canon_lower` with `canon_lift` inside it,
 * post-return after the result has been lowered (CanonicalABI.md, "Canonical
 * Definitions").
 */
import type { CoreFuncIndex, CoreGlobalIndex } from "../../wasm/index.ts";
import { flattenFunction, guardedFunction, type FunctionType, type ValueType } from "../../abi/index.ts";
import { all, apply, call, get, i32, nothing, op, set, type Body, type Code, type Local } from "./code.ts";
import { AdapterError, type AdapterFunction } from "./contract.ts";
import { Copier } from "./copy.ts";
import { memoryOf, type Crossing, type HandleAccess, type Side } from "./crossing.ts";
import { atExpenseOf, chargeLarge } from "./fuel.ts";
import { loanNeeds, Loans, type LoanRules } from "./loans.ts";
import { unsigned } from "./integer.ts";
import { atRiskOf, checkOutside, mark } from "./marks.ts";
import { allocate, checkAligned, checkRange, withoutLeaving } from "./memory.ts";
import type { AdapterModule, Signature } from "./module.ts";
import { FlatPlace, MemoryPlace, type Sink } from "./place.ts";
import type { Shape, ShapeOf, Shapes } from "./shape.ts";
import { trapIf } from "./trap.ts";

/** What both ends offer, and the module that joins them. */
export interface Edge {
  readonly module: AdapterModule;
  readonly shapes: Shapes;
  readonly caller: Side;
  readonly callee: Side;
  readonly loanRules: LoanRules;
  /** What a result does that is not valid; it traps unless this is there. */
  readonly onWrongResult?: (rule: string) => Code;
  /** Absent when no handles cross. */
  readonly handles?: HandleAccess;
  /** See `Crossing.fuel`. */
  readonly fuel?: CoreGlobalIndex;
}

/** A function with what was imported for it. */
export interface Callee {
  readonly function: AdapterFunction;
  readonly target: CoreFuncIndex;
  /** `() -> i32`: calls the part of the function that is guarded; see guard.ts. */
  readonly guard?: CoreFuncIndex;
  readonly postReturn?: CoreFuncIndex;
}

export function defineAdapterFunction(edge: Edge, callee: Callee): CoreFuncIndex {
  const signature = callerSignature(callee.function);
  return edge.module.define(callee.function.name, signature, (body) => {
    const results = signature.results.map((result) => body.local(result));
    all(
      checkMayLeave(edge),
      cross(edge, callee, { params: body.params, results }, body),
      ...results.map(get),
    )(body);
  });
}

/** The function as the caller has it. */
function callerType({ type, view }: AdapterFunction): FunctionType {
  return view === "guarded" ? guardedFunction(type) : type;
}

/** The core signature of the caller's `canon lower`. */
export function callerSignature(f: AdapterFunction): Signature {
  const { params, results } = flattenFunction(callerType(f), "lower");
  return { params, results };
}

/** The caller's end of one call: core parameters, and where core results go. */
export interface Ends {
  readonly params: readonly Local[];
  readonly results: readonly Local[];
}

/** The call itself, from the caller's parameters to its results. */
export function cross(edge: Edge, callee: Callee, { params, results }: Ends, body: Body): Code {
  const { type } = callee.function;
  const lifted = flattenFunction(type, "lift");
  const args = lifted.params.map((param) => body.local(param));
  const returned = lifted.results.map((result) => body.local(result));
  const loans = new Loans(forth(edge), loanNeeds(type, edge.loanRules), body);
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
    failing(edge, returnResult(edge, callee.function, returned, { params, results })),
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
function chargeSpilled(edge: Edge, type: FunctionType): Code {
  const { paramsSpilled, resultSpilled } = flattenFunction(type, "lower");
  const params = edge.shapes.record(type.params.map((param) => param.type));
  const result = type.result && edge.shapes.of(type.result);
  const bytes = (paramsSpilled ? params.size : 0) + (resultSpilled && result ? result.size : 0);
  return chargeLarge(forth(edge), bytes);
}

function returnResult(
  edge: Edge,
  f: AdapterFunction,
  returned: readonly Local[],
  { params, results }: Ends,
): Code {
  const { result } = f.type;
  const into = params.at(-1) as Local;
  if (f.view === "guarded") return returnOk(edge, f, returned, into);
  if (result === undefined) return nothing;
  const shape = edge.shapes.of(result);
  return flattenFunction(f.type, "lower").resultSpilled
    ? returnInMemory(edge, shape, returned[0] as Local, into)
    : liftResult(edge, shape, returned, new FlatPlace(results));
}

/** The result as the `ok` of the guarded view, whose two core values never come back flat. */
function returnOk(edge: Edge, f: AdapterFunction, returned: readonly Local[], into: Local): Code {
  const shape = callerResult(edge, f);
  const place = new MemoryPlace(memoryOf(edge.caller), into);
  const payload = place.part({ offset: shape.payloadOffset, flat: 1 });
  const { result } = f.type;
  return all(
    checkReturnPointer(edge, shape, into),
    result === undefined ? nothing : liftResult(edge, edge.shapes.of(result), returned, payload),
    place.put(unsigned(shape.discriminantSize), i32(0)),
  );
}

/** The shape of the `result` that the caller gets. */
export function callerResult(edge: Edge, f: AdapterFunction): ShapeOf<"variant"> {
  const shape = edge.shapes.of(callerType(f).result as ValueType);
  if (shape.kind !== "variant") throw new AdapterError(`${f.name} does not return a result`);
  return shape;
}

function forth({ caller, callee, ...rest }: Edge): Crossing {
  return { ...sharedBy(rest), from: caller, to: callee };
}
export function back({ caller, callee, ...rest }: Edge): Crossing {
  return { ...sharedBy(rest), from: callee, to: caller };
}

/** What is the same in both directions. */
function sharedBy({
  module,
  handles,
  fuel,
}: Omit<Edge, "caller" | "callee">): Pick<Crossing, "module" | "handles" | "fuel"> {
  return { module, ...(handles && { handles }), ...(fuel !== undefined && { fuel }) };
}

/** The core signature of the callee's own function. */
export function calleeSignature(type: FunctionType): Signature {
  const { params, results } = flattenFunction(type, "lift");
  return { params, results };
}

export function checkMayLeave({ module, caller }: Edge): Code {
  if (caller.mayLeave === undefined) return nothing;
  const mayNot = apply("i32.eqz", op("global.get", [caller.mayLeave]));
  return trapIf(module, mayNot, "the caller may not leave its instance");
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
  const { module, caller, callee } = edge;
  const tuple = edge.shapes.record(type.params.map((param) => param.type));
  return all(
    checkAligned(module, pointer, tuple.align, "parameters pointer is not aligned"),
    checkRange(module, caller, pointer, i32(tuple.size), "parameters are out of bounds"),
    allocate(crossing, argument, tuple.align, i32(tuple.size)),
    new Copier(crossing).copy(
      tuple,
      new MemoryPlace(memoryOf(caller), pointer),
      new MemoryPlace(memoryOf(callee), argument),
    ),
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

function returnInMemory(edge: Edge, shape: Shape, returned: Local, into: Local): Code {
  return all(
    checkReturnPointer(edge, shape, into),
    liftResult(edge, shape, [returned], new MemoryPlace(memoryOf(edge.caller), into)),
  );
}

/** The caller answers for where it wants its result. */
function checkReturnPointer(edge: Edge, shape: Shape, into: Local): Code {
  return atRiskOf(edge.caller, back(edge), checkResultRange(edge.module, edge.caller, shape, into));
}

export function checkResultRange(module: AdapterModule, side: Side, shape: Shape, pointer: Local): Code {
  return all(
    checkAligned(module, pointer, shape.align, "result pointer is not aligned"),
    checkRange(module, side, pointer, i32(shape.size), "result is out of bounds"),
  );
}
