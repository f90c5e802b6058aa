/**
 * The sender's half of a message function: what the consumer calls.
 * ```
 *   parameters ─▶ message ─▶ kernel: event ─▶ wait ─▶ result ◀─ message
 *                                │  a negative status of either
 *                                ▼
 *                    the fault, as the caller's type has it; else a trap
 * ```
 * A message is the sender's until the kernel has taken it. What the caller hands
 * over and is not valid is its own trap, as in any call. The result is the
 * sender's from the moment that `wait` returns it.
 */
import type { CoreFuncIndex, CoreModule } from "../../wasm/index.ts";
import { FAULT_CASES } from "../../abi/index.ts";
import * as kernel from "../../../kernel/abi.ts";
import { UNANSWERED, WAIT_KILLED } from "../plan.ts";
import { addressed, addressedType, importAddressee, type Addressee } from "./addressee.ts";
import { chargeSpilled, defineOuter } from "./call.ts";
import { beginCarrying, importCarried, statusOfCarried, takeCarried, tellSent } from "./carry.ts";
import {
  all,
  apply,
  block,
  branch,
  branchIf,
  call,
  equal,
  get,
  i32,
  nothing,
  op,
  set,
  when,
  type Body,
  type Code,
  type Label,
  type Local,
} from "./code.ts";
import type { AdapterFunction, SendFunction, SendSpec } from "./contract.ts";
import { Copier } from "./copy.ts";
import { back, type Edge, type Ends } from "./edge.ts";
import { importSide, importTable, joinNeeds } from "./emit.ts";
import { defineStandIns, writeFault } from "./guard.ts";
import { NO_LOANS } from "./loans.ts";
import {
  freeUnsent,
  importMail,
  integers,
  mailFor,
  messagePlace,
  openMessage,
  writeMessage,
  type Mail,
} from "./mail.ts";
import { AdapterModule } from "./module.ts";
import { returnResult, type Lift } from "./result.ts";
import { Shapes } from "./shape.ts";
import { faultOfStatus } from "./status.ts";
import { trapIf } from "./trap.ts";

/** What the functions of one adapter share. */
interface Sender {
  readonly edge: Edge;
  readonly mail: Mail;
  readonly event: CoreFuncIndex;
  readonly addressee: Addressee;
  /** Absent when there are only casts. */
  readonly wait?: CoreFuncIndex;
}

/** @throws AdapterError when a function needs an option that the caller does not have, or carries handles. */
export function emitSender(spec: SendSpec): CoreModule {
  const module = new AdapterModule();
  const shapes = new Shapes(spec.resources);
  const types = spec.functions.map(({ type }) => type);
  const access = importCarried(module, types, spec.resources, true, spec.addressee);
  const addressee = importAddressee(module, spec.addressee, access);
  const asFunction = (f: SendFunction): AdapterFunction => loweredFunction(addressee, f);
  const needs = joinNeeds(shapes, spec.functions.map(asFunction));
  const caller = {
    ...importSide(module, "caller", spec.caller, needs.caller, spec.callerMayLeave),
    ...(access && { table: importTable(module, "caller", spec.caller) }),
  };
  const mail = importMail(module, spec.encoding, spec.caller.spawned ?? false, access?.carrying);
  const edge: Edge = {
    module,
    shapes,
    caller,
    callee: mail.side,
    loanRules: NO_LOANS,
    ...(access && { handles: access }),
    ...(spec.chargesCaller && { fuel: module.importGlobal("caller", "fuel", true, "i64") }),
  };
  const waits = spec.functions.some(({ kind }) => kind === "call");
  const sender: Sender = {
    edge,
    mail,
    event: module.importFunction("kernel", "event", integers(8, 1)),
    addressee,
    ...(waits && { wait: module.importFunction("kernel", "wait", integers(1, 1)) }),
  };
  for (const f of spec.functions) {
    defineOuter(edge, asFunction(f), f.name, (ends, body) => send(sender, f, ends, body));
    if (isTold(f)) defineStandIns(edge, asFunction(f), f);
  }
  return module.finish();
}

/** As the caller lowers it. Post-return is the receiver's business. */
function loweredFunction(addressee: Addressee, { name, type, view }: SendFunction): AdapterFunction {
  return { name, type: addressedType(addressee, type), postReturn: false, ...(view && { view }) };
}

/** The caller's type has a place for faults. */
function isTold({ view, onFault }: SendFunction): boolean {
  return view === "guarded" || onFault !== undefined;
}

function send(sender: Sender, f: SendFunction, ends: Ends, body: Body): Code {
  const { edge } = sender;
  const [message, status] = [body.local("i32"), body.local("i32")];
  const params = f.type.params.map((param) => param.type);
  const tuple = edge.shapes.record(params);
  const mail = mailFor(sender.mail, params);
  const to = addressed(sender.addressee, edge, f.type, tuple, ends, body);
  const { carrying } = mail;
  const isFault = apply("i32.lt_s", get(status), i32(0));
  const noRoom = (end: Label): Code =>
    all(to.release, set(status, i32(kernel.STATUS_EXHAUSTED)), branch(end));
  const failed = (end: Label): Code => branchIf(end, isFault);
  return block((done) =>
    all(
      block((end) =>
        all(
          to.find,
          beginCarrying(carrying, to.authority),
          writeMessage(mail, message, tuple, f.delivery, to.copy(messagePlace(mail, message)), noRoom(end)),
          to.release,
          chargeSpilled(edge, f.type),
          set(status, statusOfCarried(carrying)),
          when(apply("i32.eqz", get(status)), set(status, post(sender, f, to.authority, message))),
          when(isFault, all(freeUnsent(mail, message, get(status)), branch(end))),
          tellSent(carrying, message, get(status)),
          sender.wait === undefined || f.kind === "cast"
            ? nothing
            : all(set(status, call(sender.wait, get(message))), failed(end)),
          takeResult(sender, f, status, ends),
          branch(done),
        ),
      ),
      tell(sender, f, status, ends),
    ),
  );
}

/** Pushes the kernel's status. */
function post(
  { mail, event }: Sender,
  { kind, number, deadline }: SendFunction,
  authority: Code,
  message: Local,
): Code {
  const head = [op("global.get", [mail.pid]), authority, i32(number), call(mail.seal)];
  return kind === "call"
    ? call(event, i32(kernel.EVENT_CALL), ...head, i32(deadline ?? 0), get(message), i32(0))
    : call(event, i32(kernel.EVENT_CAST), ...head, get(message), i32(0), i32(0));
}

/** The result, if there is one, is in the message whose address is in `reply`. */
function takeResult({ edge, mail, addressee }: Sender, f: SendFunction, reply: Local, ends: Ends): Code {
  const copier = new Copier(back(edge));
  const lift: Lift = (shape, sink) => copier.copy(shape, messagePlace(mail, reply), sink);
  const returned = returnResult(edge, loweredFunction(addressee, f), lift, ends);
  if (f.type.result === undefined) return returned;
  const { carrying } = mailFor(mail, [f.type.result]);
  return all(openMessage(mail, reply), takeCarried(carrying, reply), returned, call(mail.free, get(reply)));
}

/** The caller gets the fault that a status means, or traps of it. */
function tell({ edge, addressee }: Sender, f: SendFunction, status: Local, ends: Ends): Code {
  const { module } = edge;
  const killed = trapIf(module, equal(get(status), i32(WAIT_KILLED)), UNANSWERED.killed);
  return (body) => {
    const fault = body.local("i32");
    all(
      f.kind === "call" ? killed : nothing,
      set(fault, call(faultOfStatus(module), get(status))),
      isTold(f)
        ? writeFault(edge, loweredFunction(addressee, f), f, get(fault), ends)
        : trapOf(module, fault),
    )(body);
  };
}

function trapOf(module: AdapterModule, fault: Local): Code {
  const traps = FAULT_CASES.map((name, i) => trapIf(module, equal(get(fault), i32(i)), UNANSWERED[name]));
  return all(...traps, apply("unreachable"));
}
