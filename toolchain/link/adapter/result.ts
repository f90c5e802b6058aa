/**
 * Results: to where the caller wants them, as the function's type or as an `ok` of its guarded view.
 */
import { flattenFunction, type ValueType } from "../../abi/index.ts";
import { all, i32, nothing, type Code, type Local } from "./code.ts";
import { AdapterError, type AdapterFunction } from "./contract.ts";
import { memoryOf, type Side } from "./crossing.ts";
import { back, callerType, type Edge, type Ends } from "./edge.ts";
import { unsigned } from "./integer.ts";
import { atRiskOf } from "./marks.ts";
import { checkAligned, checkRange } from "./memory.ts";
import type { AdapterModule } from "./module.ts";
import { FlatPlace, MemoryPlace, type Sink } from "./place.ts";
import type { Shape, ShapeOf } from "./shape.ts";

/** Lifts the result from where it is, and lowers it into the sink. */
export type Lift = (shape: Shape, sink: Sink) => Code;

export function returnResult(edge: Edge, f: AdapterFunction, lift: Lift, { params, results }: Ends): Code {
  const { result } = f.type;
  const into = params.at(-1) as Local;
  if (f.view === "guarded") return returnOk(edge, f, lift, into);
  if (result === undefined) return nothing;
  const shape = edge.shapes.of(result);
  if (!flattenFunction(f.type, "lower").resultSpilled) return lift(shape, new FlatPlace(results));
  return all(
    checkReturnPointer(edge, shape, into),
    lift(shape, new MemoryPlace(memoryOf(edge.caller), into)),
  );
}

/** The result as the `ok` of the guarded view, whose two core values never come back flat. */
function returnOk(edge: Edge, f: AdapterFunction, lift: Lift, into: Local): Code {
  const shape = callerResult(edge, f);
  const place = new MemoryPlace(memoryOf(edge.caller), into);
  const payload = place.part({ offset: shape.payloadOffset, flat: 1 });
  const { result } = f.type;
  return all(
    checkReturnPointer(edge, shape, into),
    result === undefined ? nothing : lift(edge.shapes.of(result), payload),
    place.put(unsigned(shape.discriminantSize), i32(0)),
  );
}

/** The shape of the `result` that the caller gets. */
export function callerResult(edge: Edge, f: AdapterFunction): ShapeOf<"variant"> {
  const shape = edge.shapes.of(callerType(f).result as ValueType);
  if (shape.kind !== "variant") throw new AdapterError(`${f.name} does not return a result`);
  return shape;
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
