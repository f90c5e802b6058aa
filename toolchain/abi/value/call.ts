/**
 * Whole calls: JavaScript values in and out of a core function, either way.
 *
 * `callFunction` calls what a component exports; `serveFunction` makes a
 * JavaScript function callable as what a component imports. Sources:
 * CanonicalABI.md, "Lifting and Lowering Values", "canon lift", "canon lower".
 */
import { ValueError } from "../error.ts";
import { MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, flatCount, flatCountOf, flattenFunction } from "../flatten.ts";
import { layoutOf } from "../layout.ts";
import type { FunctionType, ValueType } from "../types.ts";
import { checkValue } from "./check.ts";
import { type CoreValue, type FlatSource, flatSource } from "./flat.ts";
import { type HandleContext, Subtask, Task } from "./handles.ts";
import { liftFlat } from "./lift-flat.ts";
import { load } from "./load.ts";
import { lowerFlat } from "./lower-flat.ts";
import { type CanonicalOptions, GuestMemory } from "./memory.ts";
import { store } from "./store.ts";
import type { ComponentValue } from "./value.ts";

const SECTION = "Lifting and Lowering Values";

/** A core function as WebAssembly's JavaScript interface gives it. */
export type CoreFunction = (...args: CoreValue[]) => unknown;

/** A core function with the options of its `canon lift`. */
export interface Callee extends CanonicalOptions {
  readonly func: CoreFunction;
  readonly postReturn?: CoreFunction | undefined;
}

/**
 * Calls an exported function; `canon lift`.
 *
 * @throws ValueError when the arguments do not fit the type.
 * @throws Trap when the guest breaks a rule. What the guest itself throws passes through.
 */
export function callFunction(
  callee: Callee,
  type: FunctionType,
  args: readonly unknown[],
): ComponentValue | undefined {
  const task = new Task();
  const options = withHandles(callee, { task });
  const returned = callee.func(...lowerParams(options, type, args));
  const flat = coreResults(type, returned);
  const result = liftResult(callee, type, flat);
  task.return();
  callee.postReturn?.(...flat);
  return result;
}

/** A function that a guest can import, which calls a JavaScript function; `canon lower`. */
export function serveFunction(
  options: CanonicalOptions,
  type: FunctionType,
  implementation: (...args: ComponentValue[]) => unknown,
): CoreFunction {
  const { params } = flattenFunction(type, "lower");
  return (...flat) => {
    const subtask = new Subtask();
    const result = implementation(...liftParams(withHandles(options, { subtask }), type, flat));
    const [lowered] = lowerResult(options, type, result, Number(flat[params.length - 1] ?? 0) >>> 0);
    subtask.deliver();
    return lowered;
  };
}

function withHandles(
  options: CanonicalOptions,
  call: Pick<HandleContext, "task" | "subtask">,
): CanonicalOptions {
  return options.handles === undefined ? options : { ...options, handles: { ...options.handles, ...call } };
}

/** The core arguments of an exported function, for its arguments. */
export function lowerParams(
  options: CanonicalOptions,
  type: FunctionType,
  args: readonly unknown[],
): CoreValue[] {
  if (args.length !== type.params.length) {
    throw new ValueError("args", `${type.params.length} arguments`, String(args.length));
  }
  for (const [i, param] of type.params.entries()) checkValue(args[i], param.type, `args[${i}]`);
  const memory = new GuestMemory(options);
  const types = type.params.map((param) => param.type);
  if (flatCountOf(types) <= MAX_FLAT_PARAMS) {
    return types.flatMap((param, i) => lowerFlat(memory, args[i] as ComponentValue, param));
  }
  const spilled: ValueType = { kind: "tuple", types };
  const { size, align } = layoutOf(spilled);
  const pointer = memory.allocate(align, size, "the parameters");
  store(memory, args as ComponentValue[], spilled, pointer);
  return [pointer];
}

/** The result of an exported function, from its core results. */
export function liftResult(
  options: CanonicalOptions,
  type: FunctionType,
  flat: readonly CoreValue[],
): ComponentValue | undefined {
  if (type.result === undefined) return undefined;
  const [result] = liftValues(
    new GuestMemory(options),
    flatSource(flat),
    [type.result],
    MAX_FLAT_RESULTS,
    "the result",
  );
  return result;
}

/** The arguments of an imported function, from its core arguments. */
export function liftParams(
  options: CanonicalOptions,
  type: FunctionType,
  flat: readonly CoreValue[],
): ComponentValue[] {
  const types = type.params.map((param) => param.type);
  return liftValues(new GuestMemory(options), flatSource(flat), types, MAX_FLAT_PARAMS, "the parameters");
}

/**
 * The core results of an imported function, for its result.
 *
 * @param into Where the caller wants a result that does not fit flat; not used otherwise.
 */
export function lowerResult(
  options: CanonicalOptions,
  type: FunctionType,
  result: unknown,
  into: number,
): CoreValue[] {
  if (type.result === undefined) {
    if (result !== undefined) throw new ValueError("result", "nothing", typeof result);
    return [];
  }
  checkValue(result, type.result, "result");
  const memory = new GuestMemory(options);
  if (flatCount(type.result) <= MAX_FLAT_RESULTS)
    return lowerFlat(memory, result as ComponentValue, type.result);
  const { size, align } = layoutOf(type.result);
  memory.requireRange(into, size, align, "the result", SECTION);
  store(memory, result as ComponentValue, type.result, into);
  return [];
}

/** `lift_flat_values` */
function liftValues(
  memory: GuestMemory,
  source: FlatSource,
  types: readonly ValueType[],
  maxFlat: number,
  what: string,
): ComponentValue[] {
  if (flatCountOf(types) <= maxFlat) return types.map((type) => liftFlat(memory, source, type));
  const spilled: ValueType = { kind: "tuple", types };
  const { size, align } = layoutOf(spilled);
  const pointer = source.next("i32");
  memory.requireRange(pointer, size, align, what, SECTION);
  return load(memory, pointer, spilled) as ComponentValue[];
}

function coreResults(type: FunctionType, returned: unknown): CoreValue[] {
  const { results } = flattenFunction(type, "lift");
  return results.length === 0 ? [] : [returned as CoreValue];
}
