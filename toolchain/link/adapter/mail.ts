/**
 * A message as one side of a crossing: its memory, and what begins, ends and reads it.
 *
 * The parameters of a call, or its result, lie at the message's address as they
 * would in a guest's memory, whatever their number; what they refer to lies in
 * blocks of the same message. Its texts have the receiver's encoding, so that they
 * are transcoded once. What reads a message checks it like anything else, though
 * an adapter has checked it on the way in.
 */
import { handlesIn, type ValueType } from "../../abi/index.ts";
import type { component, CoreFuncIndex, CoreGlobalIndex } from "../../wasm/index.ts";
import { STATUS_EXHAUSTED } from "../../../kernel/abi.ts";
import { tellSent, type Carrying } from "./carry.ts";
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
  when,
  type Code,
  type Local,
} from "./code.ts";
import { Copier } from "./copy.ts";
import { memoryOf, type Crossing, type Side } from "./crossing.ts";
import { MAIL } from "../plan-kernel.ts";
import type { AdapterModule } from "./module.ts";
import { MemoryPlace, type Sink, type Source } from "./place.ts";
import type { Shape, ShapeOf } from "./shape.ts";

/** Functions of the mail module, and the process in whose name they are called. */
export interface Mail {
  readonly module: AdapterModule;
  readonly side: Side;
  readonly begin: CoreFuncIndex;
  readonly seal: CoreFuncIndex;
  readonly open: CoreFuncIndex;
  readonly free: CoreFuncIndex;
  readonly pid: CoreGlobalIndex;
  /** Undefined when messages have no handles. */
  readonly carrying: Carrying | undefined;
}

/** @param spawned the pid is of a process that is made at run time: another one in time. */
export function importMail(
  module: AdapterModule,
  encoding: component.StringEncoding,
  spawned: boolean,
  carrying: Carrying | undefined,
): Mail {
  const side: Side = {
    name: "mail",
    encoding,
    memory: module.importMemory("mail", MAIL.memory),
    realloc: importFromMail(module, "realloc", 4, 1),
    onNoRoom: op("throw", [module.thrown()]),
  };
  return {
    module,
    side,
    begin: importFromMail(module, "begin", 2, 1),
    seal: importFromMail(module, "seal", 0, 1),
    open: importFromMail(module, "open", 2, 0),
    free: importFromMail(module, "free", 1, 0),
    pid: module.importGlobal("kernel", "pid", spawned),
    carrying,
  };
}

type MailFunction = "begin" | "realloc" | "seal" | "open" | "close" | "free";

export function importFromMail(
  module: AdapterModule,
  name: MailFunction,
  params: number,
  results: 0 | 1,
): CoreFuncIndex {
  return module.importFunction("mail", MAIL[name], integers(params, results));
}

/** The signature of a function of i32s. */
export function integers(params: number, results: 0 | 1): { params: "i32"[]; results: "i32"[] } {
  return { params: Array<"i32">(params).fill("i32"), results: Array<"i32">(results).fill("i32") };
}

/** The message whose address is in a local. */
export function messagePlace({ side }: Mail, message: Local): MemoryPlace {
  return new MemoryPlace(memoryOf(side), message);
}

/**
 * Sets `message` to a new one with a value of the shape, which `write` puts into its place. When there is
 * no room, nothing is left of it, and `otherwise` follows.
 */
export function writeMessage(
  mail: Mail,
  message: Local,
  shape: Shape,
  delivery: number,
  write: Code,
  otherwise: Code,
): Code {
  const begun = set(message, call(mail.begin, i32(delivery), i32(shape.size)));
  const full = freeUnsent(mail, message, i32(STATUS_EXHAUSTED));
  const written = shape.pointers ? whileRoom(mail.module, write, all(full, otherwise)) : write;
  const known = mail.carrying && op("global.set", [mail.carrying.message], get(message));
  return all(begun, known ?? nothing, when(get(message), written, otherwise));
}

/** The same for a message that holds these: it may have no handles, where others have. */
export function mailFor(mail: Mail, types: readonly ValueType[]): Mail {
  return handlesIn(types).length === 0 ? { ...mail, carrying: undefined } : mail;
}

/** Of a message that will not be sent. Once it is gone: what its handles led to may end then. */
export function freeUnsent({ carrying, free }: Mail, message: Local, status: Code): Code {
  return all(call(free, get(message)), tellSent(carrying, message, status));
}

function whileRoom(module: AdapterModule, write: Code, otherwise: Code): Code {
  return block((written) =>
    all(
      block((full) => all(catching(module.thrown(), full, write), branch(written))),
      otherwise,
    ),
  );
}

/** From here on the message goes with the process when it dies: code of its own runs until it is freed or closed. */
export function openMessage({ open, pid }: Mail, message: Local): Code {
  return call(open, get(message), op("global.get", [pid]));
}

/** One value after the other, in line. */
export function copyParts(
  crossing: Crossing,
  { parts }: ShapeOf<"record">,
  source: Source,
  sink: Sink,
): Code {
  const copier = new Copier(crossing);
  return all(...parts.map((part) => copier.copy(part.shape, source.part(part), sink.part(part))));
}
