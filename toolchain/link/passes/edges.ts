/**
 * Pass: every wire becomes an edge, with the adapters that its calls need.
 *
 * Functions of an edge whose ends have the same options share an adapter. A
 * function that no code of the consumer calls has no slot, and costs nothing.
 */
import { flattenFunction, type FunctionType, type ValueType } from "../../abi/index.ts";
import { AdapterError, emitAdapter, needsAdapter, type AdapterSpec } from "../adapter/index.ts";
import { DEVICES } from "../devices.ts";
import { LinkError } from "../error.ts";
import type { ModuleTable } from "../module-table.ts";
import {
  METER,
  type Adapter,
  type CoreItem,
  type Edge,
  type EdgeFunction,
  type Grant,
  type Source,
  type TransferExport,
} from "../plan.ts";
import { resetFor } from "../transfer.ts";
import { findType } from "../value-parts.ts";
import { meterModule } from "./meter.ts";
import { importKey, type BuiltTemplate, type EndOptions } from "./template.ts";
import type { ProcessNode, Wire } from "./process.ts";

/** A process with its position in the plan. */
export interface PlacedProcess {
  readonly node: ProcessNode;
  readonly position: number;
  readonly built: BuiltTemplate;
}

/** One end of a call, with sources instead of items. */
export interface End {
  readonly encoding: EndOptions["encoding"];
  readonly memory?: Source;
  readonly realloc?: Source;
  readonly mayLeave?: Source;
}

interface Call {
  readonly name: string;
  readonly type: FunctionType;
  readonly caller: End;
  readonly callee: End;
  readonly target: Source;
  readonly postReturn?: Source;
}

/** The edges of one process, in the order of its wires. */
export function edgesOf(
  process: PlacedProcess,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
  modules: ModuleTable,
  meter: boolean,
): Edge[] {
  return process.node.wires.map((wire) => {
    const hole = process.built.template.holes.findIndex((h) => h.name === wire.name);
    const calls = callsOf(process, wire, hole, all);
    const where = `process "${process.node.name}", import "${wire.name}"`;
    const metered = meter && wire.provider.kind === "process" && calls.length > 0;
    const bound = metered ? bindMetered(calls, modules, where) : bind(calls, modules, where);
    return { consumer: process.position, hole, provider: providerOf(wire, all), binding: "plain", ...bound };
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
    const options = process.built.imports.get(importKey(wire.name, name));
    if (options === undefined) return [];
    const caller = endOf(process, options);
    return [
      wire.provider.kind === "device"
        ? deviceCall(process, wire.provider.grant, name, caller)
        : processCall(wire.provider, name, caller, all),
    ];
  });
}

function processCall(
  provider: Extract<Wire["provider"], { kind: "process" }>,
  name: string,
  caller: End,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
): Call {
  const placed = all.get(provider.process);
  // An export of an interface, or the function that is exported by itself.
  const exports = placed?.built.exports;
  const found = exports?.get(importKey(provider.name, name)) ?? exports?.get(provider.name);
  if (placed === undefined || found === undefined) throw new TypeError("checked before: the export is there");
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

function transfer(name: TransferExport): Source {
  return { kind: "transfer", export: name };
}

export const TRANSFER: End = { encoding: "utf8", memory: transfer("memory"), realloc: transfer("realloc") };

export function endOf(process: PlacedProcess, { encoding, memory, realloc }: EndOptions): End {
  const { mayLeave } = process.built;
  return {
    encoding,
    ...(memory && { memory: sourceOf(process, memory) }),
    ...(realloc && { realloc: sourceOf(process, realloc) }),
    ...(mayLeave && { mayLeave: sourceOf(process, mayLeave) }),
  };
}

export function sourceOf(process: PlacedProcess, item: CoreItem): Source {
  return { kind: "process", process: process.position, item };
}

/** A meter on either side of what `bind` makes. */
function bindMetered(
  calls: readonly Call[],
  modules: ModuleTable,
  where: string,
): Pick<Edge, "adapters" | "functions" | "meters"> {
  const inner = meterFor(calls, "lift", modules, new Map(calls.map(({ name, target }) => [name, target])));
  const behind = calls.map((call): Call => ({ ...call, target: exportOf(0, call.name) }));
  const { adapters, functions } = bind(behind, modules, where, [inner]);
  const outer = adapters.length;
  const targets = new Map(functions.map(({ name, target }) => [name, target]));
  return {
    adapters: [...adapters, meterFor(calls, "lower", modules, targets)],
    functions: functions.map(({ name, reason }) => ({ name, target: exportOf(outer, name), reason })),
    meters: { outer, inner: 0 },
  };
}

function meterFor(
  calls: readonly Call[],
  side: "lift" | "lower",
  modules: ModuleTable,
  targets: ReadonlyMap<string, Source>,
): Adapter {
  const module = meterModule(calls, side);
  const sources = new Map<string, Source>([[sourceKey(METER.clock, "now"), { kind: "clock" }]]);
  for (const [name, target] of targets) sources.set(sourceKey("callee", name), target);
  return { module: modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}

function exportOf(adapter: number, name: string): Source {
  return { kind: "adapter", adapter, export: name };
}

function bind(
  calls: readonly Call[],
  modules: ModuleTable,
  where: string,
  before: readonly Adapter[] = [],
): { adapters: Adapter[]; functions: EdgeFunction[] } {
  const needs = new Map(calls.map((call) => [call, needOf(call)]));
  const groups = Map.groupBy(
    calls.filter((call) => needs.get(call)?.needed),
    groupKey,
  );
  const adapters = [...before];
  const adapterOf = new Map<Call, number>();
  for (const group of groups.values()) {
    const adapter = adapters.push(adapterFor(group, modules, where)) - 1;
    for (const call of group) adapterOf.set(call, adapter);
  }
  const functions = calls.map((call): EdgeFunction => {
    const reason = needs.get(call)?.reason;
    const adapter = adapterOf.get(call);
    return adapter === undefined
      ? { name: call.name, target: call.target, reason: `the callee itself: ${reason}` }
      : { name: call.name, target: exportOf(adapter, call.name), reason: `by adapter: ${reason}` };
  });
  return { adapters, functions };
}

function needOf({ type, postReturn, caller }: Call): { needed: boolean; reason: string } {
  return needsAdapter(type, {
    postReturn: postReturn !== undefined,
    checkMayLeave: caller.mayLeave !== undefined,
  });
}

function groupKey({ caller, callee }: Call): string {
  return JSON.stringify([caller, callee]);
}

function adapterFor(calls: readonly Call[], modules: ModuleTable, where: string): Adapter {
  const [{ caller, callee } = { caller: TRANSFER, callee: TRANSFER }] = calls;
  const functions = calls.map(({ name, type, postReturn }) => ({
    name,
    type,
    postReturn: postReturn !== undefined,
  }));
  const spec: AdapterSpec = {
    caller: sideOf(caller),
    callee: sideOf(callee),
    functions,
    callerMayLeave: caller.mayLeave !== undefined,
    calleeMayLeave: callee.mayLeave !== undefined,
  };
  const module = emitted(where, () => emitAdapter(spec));
  const sources = new Map([...sourcesOf("caller", caller), ...sourcesOf("callee", callee)]);
  for (const { name, target, postReturn } of calls) {
    sources.set(sourceKey("function", name), target);
    if (postReturn) sources.set(sourceKey("post-return", name), postReturn);
  }
  return { module: modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}

export function sideOf({ encoding, memory, realloc }: End): AdapterSpec["caller"] {
  return { encoding, memory: memory !== undefined, realloc: realloc !== undefined };
}

export function sourcesOf(side: "caller" | "callee", { memory, realloc, mayLeave }: End): [string, Source][] {
  const all = { memory, realloc, "may-leave": mayLeave };
  return Object.entries(all).flatMap(([name, source]): [string, Source][] =>
    source ? [[sourceKey(side, name), source]] : [],
  );
}

export function sourceKey(module: string, name: string): string {
  return `${module} ${name}`;
}

/** What an emitted module imports, from where. */
export function filled(
  imports: readonly { readonly module: string; readonly name: string }[],
  sources: ReadonlyMap<string, Source>,
): Adapter["imports"] {
  return imports.map(({ module, name }) => {
    const from = sources.get(sourceKey(module, name));
    if (from === undefined) throw new TypeError(`an adapter imports ${module} ${name}, which no end has`);
    return { module, name, from };
  });
}

/** Runs an emitter; an option that an end lacks is the component's mistake. */
export function emitted<T>(where: string, emit: () => T): T {
  try {
    return emit();
  } catch (cause) {
    if (!(cause instanceof AdapterError)) throw cause;
    throw new LinkError("component", `${where}: ${cause.message}`, undefined, { cause });
  }
}
