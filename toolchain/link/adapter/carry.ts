/**
 * Handles of processes in messages.
 * ```
 *   sender's table ──▶ rep in the message ──▶ receiver's table
 *                 │                      │
 *              the kernel gives it    the receiver has taken it
 * ```
 * What lies in the message is the rep, the kernel's own handle. It is the receiver's
 * from the moment that it is written there; until the receiver reads it the host
 * knows which handles a message has, and drops them with it. Every handle of a
 * refused call goes that way, also those that the kernel would have taken.
 */
import type { FunctionType } from "../../abi/index.ts";
import { handlesOfFunction } from "../../abi/index.ts";
import type { CoreFuncIndex, CoreGlobalIndex } from "../../wasm/index.ts";
import { Handles } from "../handles/access.ts";
import { ENTRY } from "../handles/layout.ts";
import { all, apply, call, get, i32, nothing, op, set, when, type Code, type Local } from "./code.ts";
import { AdapterError, type ResourceUses } from "./contract.ts";
import { arrow, handlesOf, tableOf, type Crossing, type HandleAccess } from "./crossing.ts";
import type { AdapterModule } from "./module.ts";

/** What a half of a message asks of the host, see `KernelSource`; and what its functions note meanwhile. */
export class Carrying {
  readonly #module: AdapterModule;
  readonly #sends: boolean;
  /** `(handle, message) -> status`, to the receiver: with its authority before them in the sender's half. */
  readonly give: CoreFuncIndex;
  /** `(message, status) -> ()`: the message is sent; or is not, and its handles are dropped. */
  readonly sent: CoreFuncIndex;
  /** `(message) -> ()`: what is in the message that is read is the reader's now. */
  readonly take: CoreFuncIndex;

  /** `sends`: for the sender's half, which says whom its handles are for. */
  constructor(module: AdapterModule, sends: boolean) {
    this.#module = module;
    this.#sends = sends;
    this.give = sends ? this.#import("send", 3, 1) : this.#import("reply", 2, 1);
    this.sent = this.#import("sent", 2, 0);
    this.take = this.#import("take", 1, 0);
  }

  /** Mutable i32: the message that is written. */
  get message(): CoreGlobalIndex {
    return this.#module.variable("carrying message", "i32");
  }
  /** Mutable i32: for whom it is. Undefined in the receiver's half, which answers. */
  get authority(): CoreGlobalIndex | undefined {
    return this.#sends ? this.#module.variable("carrying authority", "i32") : undefined;
  }
  /** Mutable i32: the status of the last handle that was refused, 0 for none. */
  get refused(): CoreGlobalIndex {
    return this.#module.variable("carrying refused", "i32");
  }

  #import(name: string, params: number, results: 0 | 1): CoreFuncIndex {
    const signature = {
      params: Array<"i32">(params).fill("i32"),
      results: Array<"i32">(results).fill("i32"),
    };
    return this.#module.importFunction("carry", name, signature);
  }
}

/** What the functions of a half carry, beside the handle of whom they are sent to. */
export function importCarried(
  module: AdapterModule,
  types: readonly FunctionType[],
  resources: ResourceUses,
  sends: boolean,
  addressee?: number,
): HandleAccess | undefined {
  const carried = types.flatMap(handlesOfFunction);
  const lent = carried.find(({ kind }) => kind === "borrow");
  if (lent !== undefined) throw new AdapterError("a message cannot hold a borrowed handle");
  const uses = carried.map(({ resource }) => resources.get(resource)?.position ?? 0);
  const positions = new Set(addressee === undefined ? uses : [addressee, ...uses]);
  if (positions.size === 0) return undefined;
  const handles = new Handles(module, { functions: carried.length > 0, loans: false });
  const kinds = [...positions].map((i) => [i, module.importGlobal("handles", `type ${i}`, true)] as const);
  return {
    handles,
    types: new Map(kinds),
    countsNested: false,
    tracksGiven: false,
    ...(carried.length > 0 && { carrying: new Carrying(module, sends) }),
  };
}

/** `(handle, own kind) -> rep`: out of the table, and the receiver's. */
export function sendOwn(crossing: Crossing): CoreFuncIndex {
  const { handles } = handlesOf(crossing);
  const { give, message, authority, refused } = carryingOf(crossing);
  const signature = { params: ["i32", "i32"], results: ["i32"] } as const;
  return crossing.module.helper(`send own, ${arrow(crossing)}`, signature, (body) => {
    const [handle, kind] = [body.param(0), get(body.param(1))];
    const [entry, rep, status] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const table = tableOf(crossing.from);
    const to = authority === undefined ? [] : [op("global.get", [authority])];
    all(
      handles.find({ table, handle, entry, ownKind: kind }),
      handles.requireUnlent(entry),
      handles.requireOwn(entry),
      set(rep, handles.load(get(entry), ENTRY.rep)),
      handles.remove(table, handle),
      set(status, call(give, ...to, get(rep), op("global.get", [message]))),
      when(apply("i32.lt_s", get(status), i32(0)), op("global.set", [refused], get(status))),
      get(rep),
    )(body);
  });
}

/** Before anything is written into a message. */
export function beginCarrying(carrying: Carrying | undefined, authority: Code = nothing): Code {
  if (carrying === undefined) return nothing;
  return all(
    op("global.set", [carrying.refused], i32(0)),
    carrying.authority === undefined ? nothing : op("global.set", [carrying.authority], authority),
  );
}

/** Pushes the status of what was written: below 0 when a handle was refused. */
export function statusOfCarried(carrying: Carrying | undefined): Code {
  return carrying === undefined ? i32(0) : op("global.get", [carrying.refused]);
}

/** Before a message is read. */
export function takeCarried(carrying: Carrying | undefined, message: Local): Code {
  return carrying === undefined ? nothing : call(carrying.take, get(message));
}

/** The message was sent, or will not be. */
export function tellSent(carrying: Carrying | undefined, message: Local, status: Code): Code {
  return carrying === undefined ? nothing : call(carrying.sent, get(message), status);
}

function carryingOf(crossing: Crossing): Carrying {
  const { carrying } = handlesOf(crossing);
  if (carrying === undefined) throw new AdapterError("the adapter was made without what carries handles");
  return carrying;
}
