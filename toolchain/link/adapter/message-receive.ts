/**
 * The receiver's half of a message function: `(message) -> message with the result`.
 * ```
 *   message ─▶ parameters ─▶ callee ─▶ result ─▶ message
 *            freed                        post-return
 * ```
 * The host calls it, where a turn begins. The mark of the callee is kept as in
 * other adapters: what traps from its `realloc` on is its own. Where there is no
 * room for the result it returns a status, which becomes the caller's fault.
 */
import type { CoreFuncIndex, CoreModule } from "../../wasm/index.ts";
import { flattenFunction, type FunctionType, type ValueType } from "../../abi/index.ts";
import { STATUS_EXHAUSTED } from "../../../kernel/abi.ts";
import { callCallee, callPostReturn, liftResult } from "./call.ts";
import { beginCarrying, importCarried, statusOfCarried, takeCarried, tellSent } from "./carry.ts";
import {
  all,
  apply,
  call,
  get,
  i32,
  nothing,
  op,
  set,
  when,
  type Body,
  type Code,
  type Local,
} from "./code.ts";
import type { DeliverSpec } from "./contract.ts";
import { memoryOf } from "./crossing.ts";
import { forth, type Callee, type Edge } from "./edge.ts";
import { importCallee, importSide, importTable, joinNeeds } from "./emit.ts";
import { NO_LOANS } from "./loans.ts";
import {
  copyParts,
  freeUnsent,
  importFromMail,
  importMail,
  integers,
  mailFor,
  messagePlace,
  openMessage,
  writeMessage,
  type Mail,
} from "./mail.ts";
import { checkOutside, mark } from "./marks.ts";
import { allocate } from "./memory.ts";
import { AdapterModule } from "./module.ts";
import { FlatPlace, MemoryPlace } from "./place.ts";
import { Shapes } from "./shape.ts";

/** Values that need no room and no check: any bits are one. */
const NUMBERS: ReadonlySet<ValueType["kind"]> = new Set([
  ...(["u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"] as const),
  ...(["f32", "f64"] as const),
]);

interface Receiver {
  readonly edge: Edge;
  readonly mail: Mail;
  readonly close: CoreFuncIndex;
}

/** @throws AdapterError when a function needs an option that the callee does not have, or carries handles. */
export function emitReceiver(spec: DeliverSpec): CoreModule {
  const module = new AdapterModule();
  const shapes = new Shapes(spec.resources);
  const types = spec.functions.map(({ type }) => type);
  const access = importCarried(module, types, spec.resources, false);
  const needs = joinNeeds(shapes, spec.functions);
  const flagged = spec.calleeMayLeave && (needs.callee.realloc || needs.postReturn);
  const callee = {
    ...importSide(module, "callee", spec.callee, needs.callee, flagged),
    ...(spec.marksCallee && { inside: module.importGlobal("callee", "inside", true) }),
    ...(access && { table: importTable(module, "callee", spec.callee) }),
  };
  const mail = importMail(module, spec.callee.encoding, spec.callee.spawned ?? false, access?.carrying);
  const handles = access && { handles: access };
  const edge: Edge = { module, shapes, caller: mail.side, callee, loanRules: NO_LOANS, ...handles };
  const receiver: Receiver = { edge, mail, close: importFromMail(module, "close", 1, 0) };
  const callees = spec.functions.map((f) => importCallee(module, f));
  for (const target of callees) {
    const { name } = target.function;
    const define = (body: Body): void => deliver(receiver, target, body)(body);
    module.export(name, module.define(name, integers(1, 1), define));
  }
  return module.finish();
}

function deliver(receiver: Receiver, callee: Callee, body: Body): Code {
  const { edge } = receiver;
  const flat = flattenFunction(callee.function.type, "lift");
  const args = flat.params.map((param) => body.local(param));
  const returned = flat.results.map((result) => body.local(result));
  const reply = body.local("i32");
  return all(
    liftParameters(receiver, callee.function.type, body.param(0), args),
    mark(edge.callee, 1),
    callCallee(callee, args, returned),
    lowerResult(receiver, callee, returned, reply),
    mark(edge.callee, 0),
    get(reply),
  );
}

/** Sets the core arguments, and frees the message. */
function liftParameters(
  { edge, mail }: Receiver,
  type: FunctionType,
  message: Local,
  args: readonly Local[],
): Code {
  const params = type.params.map((param) => param.type);
  const tuple = edge.shapes.record(params);
  const { paramsSpilled } = flattenFunction(type, "lift");
  const free = call(mail.free, get(message));
  const check = checkOutside(edge.module, edge.callee);
  if (!paramsSpilled && params.every(({ kind }) => NUMBERS.has(kind))) {
    // Nothing of the callee runs until it is freed, and nothing traps.
    const sink = new FlatPlace(args);
    return all(copyParts(forth(edge), tuple, messagePlace(mail, message), sink), free, check);
  }
  const [pointer] = args;
  const [room, sink] =
    paramsSpilled && pointer !== undefined
      ? [
          allocate(forth(edge), pointer, tuple.align, i32(tuple.size)),
          new MemoryPlace(memoryOf(edge.callee), pointer),
        ]
      : [nothing, new FlatPlace(args)];
  return all(
    openMessage(mail, message),
    takeCarried(mailFor(mail, params).carrying, message),
    check,
    room,
    copyParts(forth(edge), tuple, messagePlace(mail, message), sink),
    free,
  );
}

/** Sets `reply` to what goes back to the caller; then tells the callee that its result was taken. */
function lowerResult(
  { edge, close, ...receiver }: Receiver,
  callee: Callee,
  returned: readonly Local[],
  reply: Local,
): Code {
  const { result } = callee.function.type;
  const postReturn = callPostReturn(edge, callee, returned);
  if (result === undefined) return postReturn;
  const shape = edge.shapes.of(result);
  const mail = mailFor(receiver.mail, [result]);
  const lifted = liftResult(edge, shape, returned, messagePlace(mail, reply));
  const write = all(lifted, op("drop", [], call(mail.seal)), refuse(mail, reply));
  const begun = beginCarrying(mail.carrying);
  const written = all(begun, writeMessage(mail, reply, shape, 0, write, set(reply, i32(STATUS_EXHAUSTED))));
  const exists = apply("i32.gt_s", get(reply), i32(0));
  const sent = mail.carrying === undefined ? nothing : when(exists, tellSent(mail.carrying, reply, i32(0)));
  if (callee.postReturn === undefined) return all(written, sent);
  return all(
    written,
    when(exists, openMessage(mail, reply)),
    postReturn,
    when(exists, call(close, get(reply))),
    sent,
  );
}

/** The caller gets the status instead of a result with a handle that it cannot have. */
function refuse(mail: Mail, reply: Local): Code {
  const { carrying } = mail;
  if (carrying === undefined) return nothing;
  const status = statusOfCarried(carrying);
  return when(status, all(freeUnsent(mail, reply, status), set(reply, status)));
}
