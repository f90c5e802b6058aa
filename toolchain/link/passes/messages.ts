/**
 * Pass: which processes have a stack of their own under the kernel, and which calls are messages.
 *
 * A process that can be suspended needs a stack on which nobody else stands: then
 * whoever is suspended holds up nobody. So, until nothing more follows from it,
 *
 *     a process has its own stack when     a function is a message when
 *       it calls something that waits        its wire says `cast`
 *       it has quotas.slice                  its receiver has a stack of its own
 *       it waits for a message's answer      its wire has limits
 *                                            a call of its receiver, over this wire
 *                                              or another, has a deadline or may queue
 *
 * All other processes run on their caller's stack, as they do without a kernel, or
 * handle messages from beginning to end: nobody ever finds one of them suspended. The
 * result is `ProcessNode.ownStack`, `ProcessNode.byMessage` and `Wire.messages`; the
 * order of `system.ts` changes nothing about it.
 */
import { waits } from "../devices.ts";
import { isFused } from "../fuse/domains.ts";
import type { Limits } from "../plan.ts";
import { checkMessages, checkWishes } from "./check-messages.ts";
import { exportName, implementationOf, type Implementation } from "./handed-on.ts";
import {
  calledFunctions,
  methodOfProcess,
  portsOf,
  type MessageChoice,
  type ProcessNode,
  type Wire,
  type WireWishes,
} from "./process.ts";
import { importKey } from "./slots.ts";
import { microseconds } from "./supervision-tree.ts";

/** A function that a process imports from another one, and that its code calls. */
interface Call {
  readonly consumer: ProcessNode;
  readonly wire: Wire;
  readonly name: string;
  readonly implementation: Implementation;
  /** Of the wire; and of those over which the function is handed on. */
  readonly wishes: readonly Wish[];
}

/** What a wire says, and the function's name there: who hands it on may call it something else. */
interface Wish extends WireWishes {
  readonly function: string;
}

/** @throws LinkError (`wiring`, `type`, `limit`, `not-yet`) */
export function chooseMessages(all: readonly ProcessNode[]): void {
  const processes = [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
  checkWishes(processes);
  const calls = processes.flatMap(callsOf);
  const stacks = receivers(processes, calls);
  const callsOver = Map.groupBy(calls, ({ wire }) => wire);
  for (const [process, { reason, isSuspended }] of stacks) {
    if (isSuspended) process.ownStack = reason;
    else process.byMessage = reason;
  }
  for (const process of processes) {
    for (const wires of [process.wires, process.standbys]) {
      for (const [i, wire] of wires.entries()) {
        const messages = messagesOver(callsOver.get(wire) ?? [], stacks);
        if (messages.size > 0) wires[i] = { ...wire, messages };
      }
    }
  }
  checkMessages(processes);
}

function callsOf(consumer: ProcessNode): Call[] {
  const called = calledFunctions(consumer.component);
  const ports = portsOf(consumer.component.world.imports);
  return [...consumer.wires, ...consumer.standbys].flatMap((wire) => {
    const { provider } = wire;
    if (provider.kind === "device" || isFused(consumer, wire)) return [];
    const functions = ports.find(({ name }) => name === wire.name)?.functions ?? [];
    const used = functions.filter(({ name }) => called.get(wire.name)?.has(name));
    return used.flatMap(({ name }): Call[] => {
      const plain = provider.kind === "spawner" ? methodOfProcess(name) : name;
      if (plain === undefined) return [];
      const implementation = implementationOf(
        provider.process,
        exportName(provider.process, provider.name, plain),
      );
      const through = implementation.through.map((step) => ({
        ...step.process.wires.find((other) => other.name === step.import)?.config,
        function: step.function,
      }));
      // A method of a process has its name in the plain interface, as `system.ts` says it.
      const wishes = [{ ...wire.config, function: plain }, ...through];
      return [{ consumer, wire, name, implementation, wishes }];
    });
  });
}

/** Why all calls of a process are messages. */
interface Receiver {
  /** Half a sentence. */
  readonly reason: string;
  /** It has a stack of its own. */
  readonly isSuspended: boolean;
}
type Receivers = Map<ProcessNode, Receiver>;

/** Each process that has a stack of its own, or of which some call has a deadline or may queue. */
function receivers(processes: readonly ProcessNode[], calls: readonly Call[]): Receivers {
  const found: Receivers = new Map();
  const add = (process: ProcessNode, reason: string, isSuspended = true): void => {
    const known = found.get(process);
    if (known === undefined || (isSuspended && !known.isSuspended))
      found.set(process, { reason, isSuspended });
  };
  for (const process of processes) {
    const waiting = ownWait(process);
    if (waiting !== undefined) add(process, waiting);
    if (process.config.quotas?.slice !== undefined)
      add(process, "its quotas.slice lets others run in between");
  }
  for (const { consumer, implementation, wishes } of calls) {
    const { kind, process } = implementation;
    if (kind === "device" && waits(deviceOf(implementation), implementation.name)) {
      add(consumer, `it may wait in ${deviceOf(implementation)}, ${implementation.name}`);
    } else if (kind === "process") {
      if (isCast(wishes)) continue;
      if (deadlineOf(wishes) !== undefined)
        add(process, `calls of process "${consumer.name}" have a deadline`, false);
      if (wishes.some(({ queue }) => queue))
        add(process, `calls of process "${consumer.name}" may queue`, false);
    }
  }
  for (const call of calls) if (choiceOf(call, new Map())?.kind === "call") addWaiting(call);
  const callsTo = Map.groupBy(calls, ({ implementation }) => implementation.process);
  // A Map hands out what is added while it is walked.
  for (const receiver of found.keys()) {
    for (const call of callsTo.get(receiver) ?? [])
      if (call.implementation.kind === "process" && !isCast(call.wishes)) addWaiting(call);
  }
  return found;

  function addWaiting({ consumer, implementation }: Call): void {
    add(consumer, `it waits for what process "${implementation.process.name}" answers`);
  }
}

/** By a device of its own. */
function ownWait({ component, grants, wires }: ProcessNode): string | undefined {
  const called = calledFunctions(component);
  for (const { name: port, provider } of wires) {
    const device = provider.kind === "device" ? grants[provider.grant]?.device : undefined;
    const name = device && [...(called.get(port) ?? [])].find((f) => waits(device, f));
    if (name !== undefined) return `it may wait in ${device}, ${name}`;
  }
  return undefined;
}

function deviceOf(found: Extract<Implementation, { kind: "device" }>) {
  const grant = found.process.grants[found.grant];
  if (grant === undefined) throw new TypeError("checked before: the grant is there");
  return grant.device;
}

function messagesOver(calls: readonly Call[], stacks: Receivers): Map<string, MessageChoice> {
  return new Map(
    calls.flatMap((call) => {
      const choice = choiceOf(call, stacks);
      return choice === undefined ? [] : [[call.name, choice] as const];
    }),
  );
}

function choiceOf({ wire, implementation, wishes }: Call, stacks: Receivers): MessageChoice | undefined {
  if (implementation.kind === "device") return undefined;
  const { process: receiver, name: found } = implementation;
  const to = { receiver, function: found, number: numberOf(receiver, found) };
  if (isCast(wishes)) return { kind: "cast", ...to, reason: "nobody waits for its end" };
  const deadline = deadlineOf(wishes);
  const reason =
    wire.provider.kind === "spawner"
      ? "it goes to the process that a handle is of"
      : callReason(receiver, wishes, stacks);
  if (reason === undefined) return undefined;
  return { kind: "call", ...to, ...(deadline !== undefined && { deadline }), reason };
}

function callReason(
  receiver: ProcessNode,
  wishes: readonly WireWishes[],
  stacks: Receivers,
): string | undefined {
  if (deadlineOf(wishes) !== undefined) return "it has a deadline";
  if (wishes.some(({ queue }) => queue)) return "it queues while the other is busy";
  if (wishes.some(({ limits }) => limits !== undefined)) return "the kernel counts it, for its limits";
  const known = stacks.get(receiver);
  return known && (known.isSuspended ? `${receiver.name} has a stack of its own` : known.reason);
}

function isCast(wishes: readonly Wish[]): boolean {
  return wishes.some(({ cast, function: name }) => cast?.includes(name));
}

/** Microseconds; the shortest one. */
function deadlineOf(wishes: readonly WireWishes[]): number | undefined {
  const all = wishes.flatMap(({ deadline }) => deadline ?? []);
  return all.length === 0 ? undefined : microseconds(Math.min(...all));
}

/** The position of a function among those of the interface that it is exported with. */
function numberOf({ component }: ProcessNode, name: string): number {
  for (const port of portsOf(component.world.exports)) {
    const at = port.functions.findIndex(
      (f) => importKey(port.name, f.name) === name || (port.kind !== "interface" && f.name === name),
    );
    if (at >= 0) return at;
  }
  throw new TypeError("checked before: the process exports the function");
}

/** Whether the system needs a place for messages because of it. */
export function sendsMessages({ wires }: ProcessNode): boolean {
  return wires.some(({ messages }) => messages !== undefined);
}

/** What the kernel is to allow of a wire: of the functions, those that are called at all, or may be handed on. */
export function limitsOf({ config, messages, provider }: Wire): Limits | undefined {
  const limits = config?.limits;
  if (limits === undefined) return undefined;
  const { functions, uses, rate, until } = limits;
  const numbers = functions?.flatMap((name) =>
    provider.kind === "spawner"
      ? numberOf(provider.process, importKey(provider.name, name))
      : (messages?.get(name)?.number ?? []),
  );
  return {
    ...(numbers && { functions: [...new Set(numbers)].sort((a, b) => a - b) }),
    ...(uses !== undefined && { uses }),
    ...(rate !== undefined && { rate }),
    ...(until !== undefined && { until: microseconds(until) }),
  };
}
