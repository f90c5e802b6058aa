/**
 * Pass: what the calls of one edge are bound to: the callee itself, or an adapter.
 */
import type { FunctionType } from "../../abi/index.ts";
import { emitAdapter, needsAdapter, type AdapterSpec } from "../adapter/index.ts";
import type { ModuleTable } from "../module-table.ts";
import { METER, type Adapter, type Edge, type EdgeFunction, type Source } from "../plan.ts";
import { emitted, filled, sideOf, sourceKey, sourcesOf, TRANSFER, type End } from "./ends.ts";
import { meterModule } from "./meter.ts";

/** A function of an edge that has slots. */
export interface Call {
  readonly name: string;
  readonly type: FunctionType;
  readonly caller: End;
  readonly callee: End;
  readonly target: Source;
  readonly postReturn?: Source;
}

/** A meter on either side of what `bind` makes. */
export function bindMetered(
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

export function bind(
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
