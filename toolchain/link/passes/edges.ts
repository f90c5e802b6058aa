/**
 * Pass: every wire becomes an edge, with the adapters that its calls need.
 *
 * Functions of an edge whose ends have the same options share an adapter. A
 * function that no code of the consumer calls has no slot, and costs nothing.
 */
import { flattenFunction, type FunctionType, type ValueType } from "../../abi/index.ts";
import { DEVICES } from "../devices.ts";
import { isFused } from "../fuse/domains.ts";
import type { ModuleTable } from "../module-table.ts";
import type { Edge, Grant, Source } from "../plan.ts";
import { LinkError } from "../error.ts";
import { resetFor } from "../transfer.ts";
import { findType } from "../value-parts.ts";
import { bind, bindMetered, type BindContext, type Call } from "./bind.ts";
import { chargedEnd, endOf, sourceOf, transfer, TRANSFER, type End, type PlacedProcess } from "./ends.ts";
import { exportName, implementationOf } from "./handed-on.ts";
import { chooseGuard, type GuardChoice } from "./guard-choice.ts";
import type { MailPlan } from "./mail-plan.ts";
import type { KeepsMark } from "./marks.ts";
import { limitsOf } from "./messages.ts";
import { messageOf, type FaultHandling, type MessageChoice, type ProcessNode, type Wire } from "./process.ts";
import { importKey } from "./slots.ts";
import { spawnerEdge } from "./spawner-edge.ts";
import { faultCase } from "./wire-fault.ts";

/** How the edges of a system are made. */
export interface EdgeContext extends BindContext {
  readonly meter: boolean;
  readonly keepsMark: KeepsMark;
  readonly mail: MailPlan;
  /** For adapters between members of a domain, which are merged with them. */
  readonly parts: ModuleTable;
}

/** The edges of one process, in the order of its wires; then those that stand by. */
export function edgesOf(
  process: PlacedProcess,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
  context: EdgeContext,
): Edge[] {
  const { wires, standbys } = process.node;
  return [
    ...edgesFor(process, wires, all, context),
    ...edgesFor(process, standbys, all, context).map((edge) => ({ ...edge, standby: true as const })),
  ];
}

function edgesFor(
  process: PlacedProcess,
  wires: readonly Wire[],
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
  context: EdgeContext,
): Edge[] {
  return wires.map((wire) => {
    const hole = process.built.template.holes.findIndex((h) => h.name === wire.name);
    if (wire.provider.kind === "spawner") {
      return spawnerEdge(process, { ...wire, provider: wire.provider }, hole, all, context);
    }
    const fused = isFused(process.node, wire);
    const calls = callsOf(process, wire, hole, all, fused ? { ...context, keepsMark: () => false } : context);
    const where = `process "${process.node.name}", import "${wire.name}"`;
    const ends = { consumer: process.position, hole, provider: providerOf(wire, all) };
    if (fused) {
      const inside = bind(calls.map(fusedCall), { ...context, modules: context.parts }, where);
      return { ...ends, binding: "fused", ...inside };
    }
    const direct = calls.every((call) => call.message === undefined);
    const metered = context.meter && wire.provider.kind === "process" && calls.length > 0 && direct;
    const limits = limitsOf(wire);
    const bound = metered ? bindMetered(calls, context, where) : bind(calls, context, where);
    const binding = wire.fault.guarded ? "guarded" : "plain";
    return { ...ends, binding, ...bound, ...(limits && { limits }) };
  });
}

/** One life: nobody asks who was inside, and no slot is ever repointed. */
function fusedCall({ fault, ...call }: Call): Call {
  return { ...call, ...(fault?.view && { fault: { view: fault.view } }) };
}

function providerOf({ provider }: Wire, all: ReadonlyMap<ProcessNode, PlacedProcess>): Edge["provider"] {
  if (provider.kind === "device") return provider;
  return { kind: "process", process: all.get(provider.process)?.position ?? 0, name: provider.name };
}

function callsOf(
  process: PlacedProcess,
  wire: Wire,
  hole: number,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
  context: EdgeContext,
): Call[] {
  const { provider } = wire;
  if (provider.kind === "spawner") return [];
  const functions = process.built.template.holes[hole]?.functions ?? [];
  return functions.flatMap(({ name }) => {
    const lowered = process.built.imports.get(importKey(wire.name, name));
    if (lowered === undefined) return [];
    const caller = chargedEnd(process, lowered.caller, context.accounts);
    const call =
      provider.kind === "device"
        ? deviceCall(process, provider.grant, lowered.function, caller)
        : implementedCall(process, { ...wire, provider, hole }, lowered.function, caller, all, context);
    return [{ ...call, name }];
  });
}

type ProcessWire = Wire & { readonly provider: { readonly kind: "process" }; readonly hole: number };

/** A call to whoever implements what the provider exports. */
function implementedCall(
  consumer: PlacedProcess,
  wire: ProcessWire,
  name: string,
  caller: End,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
  context: EdgeContext,
): Call {
  const { name: from, provider, fault } = wire;
  const found = implementationOf(provider.process, exportName(provider.process, provider.name, name));
  const placed = placeOf(found.process, all);
  const handling = combined(`process "${consumer.node.name}", import "${from}"`, [
    fault,
    ...found.through.map((step) => step.fault),
  ]);
  const call =
    found.kind === "device"
      ? deviceCall(placed, found.grant, found.name, caller)
      : selfPaying(processCall(placed, found.name, caller), consumer, placed, context);
  const sent = messageOf(wire, name);
  const choice = chooseGuard(found.process, found.name);
  const marked = context.keepsMark(consumer.node, handling, choice);
  const faced =
    sent === undefined
      ? faultable(call, handling, marked, choice, context)
      : messageCall(call, sent, handling, placed, { consumer: consumer.position, hole: wire.hole }, context);
  if (found.through.length === 0) return faced;
  const through = found.through.map((step) => ({
    process: placeOf(step.process, all).position,
    hole: step.import,
  }));
  return { ...faced, handedOn: { through, ...(found.kind === "process" && { process: placed.position }) } };
}

/** Of the wires that a function comes over, at most one says what its faults are. */
function combined(where: string, handlings: readonly FaultHandling[]): FaultHandling {
  const [only, ...others] = handlings.filter((f) => f.guarded || f.view !== undefined);
  if (others.length > 0) {
    throw new LinkError(
      "not-yet",
      `${where}: it is handed on over several wires that are guarded, and Atoll cannot link that yet`,
      "Guard one of them.",
    );
  }
  return only ?? { guarded: false };
}

function placeOf(process: ProcessNode, all: ReadonlyMap<ProcessNode, PlacedProcess>): PlacedProcess {
  const placed = all.get(process);
  if (placed === undefined) throw new TypeError("every process has a place");
  return placed;
}

function processCall(placed: PlacedProcess, name: string, caller: End): Call {
  const found = placed.built.exports.get(name);
  if (found === undefined) throw new TypeError("checked before: the export is there");
  return {
    name,
    type: found.type,
    caller,
    callee: endOf(placed, found.end),
    target: sourceOf(placed, found.item),
    ...(found.end.postReturn && { postReturn: sourceOf(placed, found.end.postReturn) }),
  };
}

function selfPaying(
  call: Call,
  caller: PlacedProcess,
  callee: PlacedProcess,
  { accounts }: EdgeContext,
): Call {
  const pays = accounts.paysItself(caller, callee);
  return pays ? { ...call, callee: { ...call.callee, pays } } : call;
}

/** A call into another process, which may die in it; a device that is handed on cannot. */
function faultable(
  call: Call,
  { view, guarded, onFault }: FaultHandling,
  marked: boolean,
  choice: GuardChoice,
  { liveness }: EdgeContext,
): Call {
  const process = call.callee.holder?.process.position;
  if (process === undefined) return view === undefined ? call : { ...call, fault: { view } };
  const error = onFaultOf(call, onFault);
  const guard = { ...choice, ...(error && { onFault: error }) };
  return {
    ...call,
    callee: marked ? { ...call.callee, inside: liveness.mark(process) } : call.callee,
    fault: { process, ...(view && { view }), ...(guarded && { guard }) },
  };
}

/** The error of the function's own result that stands for every fault; undefined when none does. */
function onFaultOf(
  { type }: Call,
  onFault: FaultHandling["onFault"],
): { readonly case?: number } | undefined {
  if (onFault === undefined) return undefined;
  const position = faultCase(type.result, onFault);
  return position === undefined ? {} : { case: position };
}

/** A call that another process takes out of its mailbox. */
function messageCall(
  call: Call,
  { kind, function: name, number, deadline, reason }: MessageChoice,
  { view, onFault }: FaultHandling,
  receiver: PlacedProcess,
  { consumer, hole }: { readonly consumer: number; readonly hole: number },
  { mail }: EdgeContext,
): Call {
  const error = onFaultOf(call, onFault);
  return {
    ...call,
    fault: { process: receiver.position, ...(view && { view }) },
    message: {
      kind,
      delivery: mail.delivery(receiver, name, number),
      number,
      ...(deadline !== undefined && { deadline }),
      reason,
      ...(error && { onFault: error }),
      consumer,
      authority: { kind: "authority", process: consumer, hole },
    },
  };
}

/** Devices are called through the transfer memory, which is emptied once the result is lifted. */
function deviceCall(process: PlacedProcess, grant: number, name: string, caller: End): Call {
  const device = process.node.grants[grant]?.device;
  const type = device && functionOf(device, name);
  if (device === undefined || type === undefined) {
    throw new TypeError("checked before: the device has the function");
  }
  const callee = { ...TRANSFER, device: { id: device, process: process.position, grant } };
  const call = { name, type, caller, callee, fault: {} };
  const target: Source = { kind: "device", process: process.position, grant, function: name };
  if (!usesMemory(type)) return { ...call, target };
  return { ...call, target, postReturn: transfer(resetFor(flattenFunction(type, "lift").results)) };
}

function functionOf(device: Grant["device"], name: string): FunctionType | undefined {
  return DEVICES[device].functions.find((f) => f.name === name)?.type;
}

/** Something is passed in memory: it is spilled, or points there. */
function usesMemory(type: FunctionType): boolean {
  const { paramsSpilled, resultSpilled } = flattenFunction(type, "lower");
  const params = type.params.map((param) => param.type);
  return paramsSpilled || resultSpilled || findType(params, pointsIntoMemory) !== undefined;
}

function pointsIntoMemory(type: ValueType): boolean {
  return type.kind === "string" || type.kind === "map" || (type.kind === "list" && type.length === undefined);
}
