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
import { resetFor } from "../transfer.ts";
import { findType } from "../value-parts.ts";
import { bind, bindMetered, type BindContext, type Call } from "./bind.ts";
import { endOf, sourceOf, transfer, TRANSFER, type End, type PlacedProcess } from "./ends.ts";
import { exportName, implementationOf } from "./handed-on.ts";
import type { ProcessNode, Wire } from "./process.ts";
import { importKey } from "./slots.ts";

/** How the edges of a system are made. */
export interface EdgeContext extends BindContext {
  readonly meter: boolean;
  /** For adapters between members of a domain, which are merged with them. */
  readonly parts: ModuleTable;
}

/** The edges of one process, in the order of its wires. */
export function edgesOf(
  process: PlacedProcess,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
  context: EdgeContext,
): Edge[] {
  return process.node.wires.map((wire) => {
    const hole = process.built.template.holes.findIndex((h) => h.name === wire.name);
    const calls = callsOf(process, wire, hole, all);
    const where = `process "${process.node.name}", import "${wire.name}"`;
    const ends = { consumer: process.position, hole, provider: providerOf(wire, all) };
    if (isFused(process.node, wire)) {
      return { ...ends, binding: "fused", ...bind(calls, { ...context, modules: context.parts }, where) };
    }
    const metered = context.meter && wire.provider.kind === "process" && calls.length > 0;
    const bound = metered ? bindMetered(calls, context, where) : bind(calls, context, where);
    return { ...ends, binding: "plain", ...bound };
  });
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
): Call[] {
  const functions = process.built.template.holes[hole]?.functions ?? [];
  return functions.flatMap(({ name }) => {
    const lowered = process.built.imports.get(importKey(wire.name, name));
    if (lowered === undefined) return [];
    const caller = endOf(process, lowered.caller);
    const call =
      wire.provider.kind === "device"
        ? deviceCall(process, wire.provider.grant, lowered.function, caller)
        : implementedCall(wire.provider, lowered.function, caller, all);
    return [{ ...call, name }];
  });
}

/** A call to whoever implements what the provider exports. */
function implementedCall(
  provider: Extract<Wire["provider"], { kind: "process" }>,
  name: string,
  caller: End,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
): Call {
  const found = implementationOf(provider.process, exportName(provider.process, provider.name, name));
  const placed = placeOf(found.process, all);
  const call =
    found.kind === "device"
      ? deviceCall(placed, found.grant, found.name, caller)
      : processCall(placed, found.name, caller);
  if (found.through.length === 0) return call;
  const through = found.through.map((step) => ({
    process: placeOf(step.process, all).position,
    hole: step.import,
  }));
  return { ...call, handedOn: { through, ...(found.kind === "process" && { process: placed.position }) } };
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

/** Devices are called through the transfer memory, which is emptied once the result is lifted. */
function deviceCall(process: PlacedProcess, grant: number, name: string, caller: End): Call {
  const device = process.node.grants[grant]?.device;
  const type = device && functionOf(device, name);
  if (type === undefined) throw new TypeError("checked before: the device has the function");
  const call = { name, type, caller, callee: TRANSFER };
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
