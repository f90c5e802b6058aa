/**
 * Pass: the senders' adapters of the functions of an edge that are messages.
 */
import { emitSender } from "../adapter/index.ts";
import type { ModuleTable } from "../module-table.ts";
import type { Adapter, EdgeFunction, MessageSend, Source } from "../plan.ts";
import type { Call } from "./bind.ts";
import { emitted, endKey, filled, handleSources, holderOf, sideOf, sourceKey, sourcesOf } from "./ends.ts";
import type { HandlePlan } from "./handle-plan.ts";
import { carriedHandles, mailSources, tableSource } from "./mail-plan.ts";

/** Of a call that is sent as a message. */
export interface Sending extends MessageSend {
  /** The kernel's number of the function. */
  readonly number: number;
  /** As in `FunctionGuard`. */
  readonly onFault?: { readonly case?: number };
  /** Position of the consumer. */
  readonly consumer: number;
  /** Of the wire. */
  readonly authority: Source;
}

export type MessageCall = Call & { readonly message: Sending };

export function isMessage(call: Call): call is MessageCall {
  return call.message !== undefined;
}

/** Whether the caller's type has a place for what becomes of the message. */
export function isTold({ message, fault }: MessageCall): boolean {
  return fault?.view === "guarded" || message.onFault !== undefined;
}

/** Those that can share an adapter: the same options at the caller, and one encoding of texts. */
export function senderGroups(calls: readonly Call[]): MessageCall[][] {
  return [...Map.groupBy(calls.filter(isMessage), groupKey).values()];
}

function groupKey({ caller, callee }: Call): string {
  return `${callee.encoding} ${endKey(caller)}`;
}

/** @param addressee For messages to the processes that the caller's handles stand for: the type of those. */
export function senderFor(
  calls: readonly MessageCall[],
  { modules, handles: plan }: { readonly modules: ModuleTable; readonly handles: HandlePlan },
  where: string,
  addressee?: Source,
): Adapter {
  const [first] = calls;
  if (first === undefined) throw new TypeError("a group has members");
  const { caller, callee, message } = first;
  const [sender, receiver] = [holderOf(caller), holderOf(callee)];
  const carried = carriedHandles(
    calls.map(({ type }) => type),
    receiver,
    plan,
  );
  const to = addressee && carried.types.add(addressee);
  const hasHandles = to !== undefined || carried.resources.size > 0;
  const spec = {
    resources: carried.resources,
    ...(to !== undefined && { addressee: to }),
    caller: sideOf(caller),
    encoding: callee.encoding,
    functions: calls.map(({ name, type, fault, message: { kind, delivery, number, deadline, onFault } }) => ({
      name,
      type,
      kind,
      delivery,
      number,
      ...(deadline !== undefined && { deadline }),
      ...(fault?.view && { view: fault.view }),
      ...(onFault && { onFault }),
    })),
    callerMayLeave: caller.mayLeave !== undefined,
    chargesCaller: caller.fuel !== undefined,
  };
  const module = emitted(where, () => emitSender(spec));
  const sources = new Map([
    ...sourcesOf("caller", caller),
    ...(hasHandles ? handleSources() : []),
    ...(hasHandles ? [tableSource("caller", sender, plan)] : []),
    ...carried.types.imports(),
    ...mailSources(message.consumer),
    [sourceKey("kernel", "event"), { kind: "kernel-event" }] as const,
    [sourceKey("kernel", "authority"), message.authority] as const,
    [sourceKey("kernel", "wait"), { kind: "wait" }] as const,
  ]);
  return { module: modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}

/** What the plan says of it. */
export function sendingOf({ message }: MessageCall): Pick<EdgeFunction, "message" | "reason"> {
  const { kind, delivery, deadline, reason } = message;
  return {
    message: { kind, delivery, ...(deadline !== undefined && { deadline }), reason },
    reason: `as a message: ${reason}`,
  };
}
