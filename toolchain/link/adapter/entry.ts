/**
 * The adapter through which the system is started: `() -> i32`.
 *
 * It calls a function without parameters and makes an exit code of what comes
 * back. The caller's side is the transfer memory, with UTF-8. The address that it
 * returns holds three u32, little-endian:
 * ```
 * 0           4                 8                12
 * | exit code | message address | message length |
 * ```
 * Exit code: an integer from 0 to 255 is the code itself, any other integer 1;
 * nothing, and `ok` without an integer, is 0; `error` is 1, with its string as the
 * message. Without a message both its words are 0.
 */
import type { CoreModule } from "../../wasm/index.ts";
import type { FunctionType, ValueType } from "../../abi/index.ts";
import { callCallee, callPostReturn, liftResult } from "./call.ts";
import {
  all,
  apply,
  below,
  get,
  i32,
  i64,
  nothing,
  set,
  when,
  type Body,
  type Code,
  type Local,
} from "./code.ts";
import { AdapterError, type EntrySpec } from "./contract.ts";
import { memoryOf } from "./crossing.ts";
import { back, type Callee, type Edge } from "./edge.ts";
import { importCallee, importSide, needsOf } from "./emit.ts";
import { takeInteger, type IntegerKind } from "./integer.ts";
import { NO_LOANS } from "./loans.ts";
import { allocate } from "./memory.ts";
import { AdapterModule } from "./module.ts";
import { FlatPlace, LENGTH, MemoryPlace, POINTER } from "./place.ts";
import { Shapes } from "./shape.ts";

const FAILURE = 1;
const BLOCK_BYTES = 12;
const MESSAGE = { offset: 4, flat: 1 };
const MESSAGE_LENGTH = { offset: 8, flat: 2 };

/**
 * Emits the entry; it is exported under the function's name.
 *
 * @throws AdapterError when `entryProblem` finds one.
 */
export function emitEntry(spec: EntrySpec): CoreModule {
  const { type, name } = spec.function;
  const problem = entryProblem(type);
  if (problem !== undefined) throw new AdapterError(`${name} cannot be an entry: ${problem}`);
  const module = new AdapterModule();
  const shapes = new Shapes(new Map());
  const needs = needsOf(shapes, spec.function);
  const transfer = { encoding: "utf8", memory: true, realloc: true } as const;
  const caller = importSide(module, "caller", transfer, transfer, false);
  const flagged = spec.calleeMayLeave && spec.function.postReturn;
  const callee = importSide(module, "callee", spec.callee, needs.callee, flagged);
  const edge: Edge = { module, shapes, caller, callee, loanRules: NO_LOANS };
  const target = importCallee(module, spec.function);
  const signature = { params: [], results: ["i32"] } as const;
  module.export(
    name,
    module.define(name, signature, (body) => enter(edge, target, body)(body)),
  );
  return module.finish();
}

const INTEGERS = new Set<string>(["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64"]);

function isInteger(type: ValueType | undefined): type is ValueType & { kind: IntegerKind } {
  return type !== undefined && INTEGERS.has(type.kind);
}

/** Why a function of this type cannot be the system's entry, as half a sentence; undefined when it can. */
export function entryProblem(type: FunctionType): string | undefined {
  const { result } = type;
  if (type.params.length > 0) return "it takes parameters";
  if (result === undefined || isInteger(result)) return undefined;
  if (result.kind !== "result") {
    return `it returns a ${result.kind}, not an integer, a result or nothing`;
  }
  if (result.ok && !isInteger(result.ok))
    return `its result is a ${result.ok.kind}, not an integer or nothing`;
  if (result.err && result.err.kind !== "string") {
    return `its error is a ${result.err.kind}, not a string or nothing`;
  }
  return undefined;
}

interface Outcome {
  readonly code: Local;
  readonly message: Local;
  readonly length: Local;
}

function enter(edge: Edge, callee: Callee, body: Body): Code {
  const { result } = callee.function.type;
  const shape = result && edge.shapes.of(result);
  const flat = shape === undefined ? [] : shape.flat;
  const returned = flat.length === 0 ? [] : [body.local(flat.length === 1 ? (flat[0] ?? "i32") : "i32")];
  const lifted = flat.map((type) => body.local(type));
  const outcome = { code: body.local("i32"), message: body.local("i32"), length: body.local("i32") };
  return all(
    callCallee(callee, [], returned),
    shape === undefined ? nothing : liftResult(edge, shape, returned, new FlatPlace(lifted)),
    callPostReturn(edge, callee, returned),
    result === undefined ? nothing : judge(result, lifted, outcome),
    leaveBlock(edge, body, outcome),
  );
}

function judge(result: ValueType, lifted: readonly Local[], { code, message, length }: Outcome): Code {
  const values = new FlatPlace(lifted);
  if (isInteger(result)) return exitCode(result.kind, values, code);
  if (result.kind !== "result") return nothing;
  const payload = values.part({ offset: 0, flat: 1 });
  const failed = all(
    set(code, i32(FAILURE)),
    result.err === undefined
      ? nothing
      : all(set(message, payload.take(POINTER)), set(length, payload.part(LENGTH).take(POINTER))),
  );
  return when(
    values.take(POINTER),
    failed,
    isInteger(result.ok) ? exitCode(result.ok.kind, payload, code) : nothing,
  );
}

function exitCode(kind: IntegerKind, value: FlatPlace, code: Local): Code {
  const integer = takeInteger(kind, value);
  const wide = kind === "s64" || kind === "u64";
  const inRange = wide ? apply("i64.lt_u", integer, i64(256n)) : below(integer, i32(256));
  const narrow = wide ? apply("i32.wrap_i64", integer) : integer;
  return when(inRange, set(code, narrow), set(code, i32(FAILURE)));
}

function leaveBlock(edge: Edge, body: Body, { code, message, length }: Outcome): Code {
  const address = body.local("i32");
  const block = new MemoryPlace(memoryOf(edge.caller), address);
  return all(
    allocate(back(edge), address, 4, i32(BLOCK_BYTES)),
    block.put(POINTER, get(code)),
    block.part(MESSAGE).put(POINTER, get(message)),
    block.part(MESSAGE_LENGTH).put(POINTER, get(length)),
    get(address),
  );
}
