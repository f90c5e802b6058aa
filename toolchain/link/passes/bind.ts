/**
 * Pass: what the calls of one edge are bound to: the callee itself, or an adapter.
 */
import {
  flattenFunction,
  guardedFunction,
  handlesOfFunction,
  type FunctionType,
  type ResourceType,
} from "../../abi/index.ts";
import {
  emitAdapter,
  GUARDED,
  needsAdapter,
  type AdapterSpec,
  type FunctionGuard,
  type ResourceUses,
} from "../adapter/index.ts";
import type { ModuleTable } from "../module-table.ts";
import { METER, type Adapter, type Edge, type EdgeFunction, type Source } from "../plan.ts";
import type { AccountsPlan } from "./accounts-plan.ts";
import { isMessage, isTold, senderFor, senderGroups, sendingOf, type Sending } from "./bind-messages.ts";
import {
  emitted,
  endKey,
  filled,
  handleSources,
  sideOf,
  sourceKey,
  sourcesOf,
  TRANSFER,
  type End,
} from "./ends.ts";
import { LocalTypes, type HandlePlan } from "./handle-plan.ts";
import type { GuardChoice } from "./guard-choice.ts";
import type { LivenessPlan } from "./liveness-plan.ts";
import { meterModule } from "./meter.ts";
import { shareLife } from "./process.ts";

/** A function of an edge that has slots. */
export interface Call {
  readonly name: string;
  /** As the callee has it. */
  readonly type: FunctionType;
  /** What a death of the callee in it is to the caller; absent where there is no other process. */
  readonly fault?: CallFault;
  readonly caller: End;
  readonly callee: End;
  readonly target: Source;
  readonly postReturn?: Source;
  /** Absent when it runs on its caller's stack. */
  readonly message?: Sending;
  readonly handedOn?: EdgeFunction["handedOn"];
}

/** Of a call out of the process. */
interface CallFault {
  readonly view?: "guarded";
  readonly guard?: FunctionGuard & GuardChoice;
  /** The process that is called; absent for a device. */
  readonly process?: number;
}

/** What the edges of a system have in common. */
export interface BindContext {
  readonly modules: ModuleTable;
  readonly handles: HandlePlan;
  readonly liveness: LivenessPlan;
  readonly accounts: AccountsPlan;
}

/** A meter on either side of what `bind` makes. */
export function bindMetered(
  calls: readonly Call[],
  context: BindContext,
  where: string,
): Pick<Edge, "adapters" | "functions" | "meters"> {
  const { modules } = context;
  const inner = meterFor(calls, "lift", modules, new Map(calls.map(({ name, target }) => [name, target])));
  const behind = calls.map((call): Call => ({ ...call, target: exportOf(0, call.name) }));
  const { adapters, functions } = bind(behind, context, where, [inner]);
  const outer = adapters.length;
  const targets = new Map(functions.map(({ name, target }) => [name, target]));
  return {
    adapters: [...adapters, meterFor(calls, "lower", modules, targets)],
    functions: functions.map((bound) => ({ ...bound, target: exportOf(outer, bound.name) })),
    meters: { outer, inner: 0 },
  };
}

function meterFor(
  calls: readonly Call[],
  side: "lift" | "lower",
  modules: ModuleTable,
  targets: ReadonlyMap<string, Source>,
): Adapter {
  const module = meterModule(
    side === "lift" ? calls : calls.map((c) => ({ ...c, type: callerType(c) })),
    side,
  );
  const sources = new Map<string, Source>([[sourceKey(METER.clock, "now"), { kind: "clock" }]]);
  for (const [name, target] of targets) sources.set(sourceKey("callee", name), target);
  return { module: modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}

function exportOf(adapter: number, name: string): Source {
  return { kind: "adapter", adapter, export: name };
}

export function bind(
  calls: readonly Call[],
  context: BindContext,
  where: string,
  before: readonly Adapter[] = [],
): { adapters: Adapter[]; functions: EdgeFunction[] } {
  const needs = new Map(calls.map((call) => [call, needOf(call)]));
  const groups = Map.groupBy(
    calls.filter((call) => !isMessage(call) && needs.get(call)?.needed),
    groupKey,
  );
  const adapters = [...before];
  const adapterOf = new Map<Call, number>();
  const add = (group: readonly Call[], made: Adapter): void => {
    const adapter = adapters.push(made) - 1;
    for (const call of group) adapterOf.set(call, adapter);
  };
  for (const group of groups.values()) add(group, adapterFor(group, context, where));
  for (const group of senderGroups(calls)) add(group, senderFor(group, context, where));
  const functions = calls.map((call): EdgeFunction => {
    const { name, handedOn } = call;
    const reason = needs.get(call)?.reason;
    const adapter = adapterOf.get(call);
    const standIns = standInsOf(call, adapter, context.liveness);
    const guard = call.fault?.guard?.frame;
    const bound = {
      name,
      ...(guard && { guard }),
      ...(standIns && { standIns }),
      ...(handedOn && { handedOn }),
    };
    if (isMessage(call)) return { ...bound, target: exportOf(adapter ?? 0, name), ...sendingOf(call) };
    return adapter === undefined
      ? { ...bound, target: call.target, reason: `the callee itself: ${reason}` }
      : { ...bound, target: exportOf(adapter, name), reason: `by adapter: ${reason}${guardText(call)}` };
  });
  return { adapters, functions };
}

function needOf({ type, postReturn, caller, callee, fault }: Call): { needed: boolean; reason: string } {
  return needsAdapter(type, {
    postReturn: postReturn !== undefined,
    checkMayLeave: caller.mayLeave !== undefined,
    guard: fault?.guard !== undefined,
    view: fault?.view,
    marksCallee: callee.inside !== undefined,
    calleePays: callee.pays !== undefined,
  });
}

const FRAMES = {
  javascript: "guarded by a frame of the host",
  "try-table": "guarded by try_table",
  none: "needs no guard",
};

/** Such as `; guarded by a frame of the host: its code uses i32.load`. */
function guardText({ fault }: Call): string {
  return fault?.guard === undefined ? "" : `; ${FRAMES[fault.guard.frame]}: ${fault.guard.why}`;
}

/** What fills the slots when the process cannot be called; the fault itself where a guard would give it. */
function standInsOf(call: Call, adapter: number | undefined, plan: LivenessPlan): EdgeFunction["standIns"] {
  if (call.fault === undefined) return undefined;
  const gives = isMessage(call) ? isTold(call) : call.fault.guard !== undefined;
  if (!gives || adapter === undefined) {
    return plan.standIns(flattenFunction(callerType(call), "lower"));
  }
  return {
    unavailable: exportOf(adapter, GUARDED.stub("unavailable", call.name)),
    revoked: exportOf(adapter, GUARDED.stub("revoked", call.name)),
  };
}

/** The function as the caller has it. */
function callerType({ type, fault }: Call): FunctionType {
  return fault?.view === "guarded" ? guardedFunction(type) : type;
}

function groupKey({ caller, callee }: Call): string {
  return `${endKey(caller)} ${endKey(callee)}`;
}

function adapterFor(calls: readonly Call[], context: BindContext, where: string): Adapter {
  const [{ caller, callee } = { caller: TRANSFER, callee: TRANSFER }] = calls;
  const functions = calls.map(({ name, type, postReturn, fault }) => ({
    name,
    type,
    postReturn: postReturn !== undefined,
    ...(fault?.view && { view: fault.view }),
    ...(fault?.guard && { guard: fault.guard }),
  }));
  const handles = handlesFor(calls, caller, callee, context.handles);
  const spec: AdapterSpec = {
    resources: handles.resources,
    // Wires between processes go in no circle.
    callsBack: false,
    caller: sideOf(caller),
    callee: sideOf(callee),
    functions,
    callerMayLeave: caller.mayLeave !== undefined,
    calleeMayLeave: callee.mayLeave !== undefined,
    marksCallee: callee.inside !== undefined,
    chargesCaller: caller.fuel !== undefined,
    holdsOthers: caller.held !== undefined && caller.holder?.process !== callee.holder?.process,
    calleePays: callee.pays !== undefined,
  };
  const module = emitted(where, () => emitAdapter(spec));
  const sources = new Map([
    ...sourcesOf("caller", caller),
    ...sourcesOf("callee", callee),
    ...handles.sources,
  ]);
  for (const { name, target, postReturn, fault } of calls) {
    sources.set(sourceKey("function", name), target);
    if (fault?.guard && fault.process !== undefined) {
      const inner = fault.guard.frame === "javascript" && { inner: GUARDED.inner(name) };
      sources.set(sourceKey("guard", name), { kind: "guard", process: fault.process, ...inner });
    }
    if (postReturn) sources.set(sourceKey("post-return", name), postReturn);
  }
  return { module: context.modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}

/** The resources that cross, as the callee's component names them, and where their imports come from. */
function handlesFor(
  calls: readonly Call[],
  { holder: giver }: End,
  { holder: taker, device }: End,
  plan: HandlePlan,
): { readonly resources: ResourceUses; readonly sources: readonly (readonly [string, Source])[] } {
  const crossing = calls.flatMap(({ type }) => handlesOfFunction(type));
  if (crossing.length === 0 || giver === undefined) return { resources: new Map(), sources: [] };
  const ours = [sourceKey("caller", "table"), plan.table(giver.process.position, giver.instance)] as const;
  if (device !== undefined) {
    const { id, ...holder } = device;
    const names = [...new Set(crossing.map(({ resource }) => nameOf(resource)))];
    const resources = new Map(
      crossing.map(({ resource }) => {
        const position = names.indexOf(nameOf(resource));
        return [resource, { position, calleeImplements: true }] as const;
      }),
    );
    const types = names.map(
      (name, i) => [sourceKey("handles", `type ${i}`), plan.deviceType(id, name, holder)] as const,
    );
    const theirs = [sourceKey("callee", "table"), plan.deviceTable(id)] as const;
    return { resources, sources: [...handleSources(), ours, theirs, ...types] };
  }
  if (taker === undefined) return { resources: new Map(), sources: [] };
  const types = new LocalTypes(plan, taker.process.node, taker.process.built.resources);
  const isTold = !shareLife(giver.process.node, taker.process.node);
  const resources = new Map(
    crossing.map(({ resource }) => [resource, types.use(resource, taker.instance, isTold)] as const),
  );
  const tables = [
    ...giveSources(giver.process.position, taker.process.position),
    ours,
    [sourceKey("callee", "table"), plan.table(taker.process.position, taker.instance)] as const,
  ];
  return { resources, sources: [...handleSources(), ...tables, ...types.imports()] };
}

function nameOf(resource: ResourceType): string {
  return resource.name?.name ?? "";
}

/** For handles of processes: the kernel knows who has them. */
function giveSources(caller: number, callee: number): (readonly [string, Source])[] {
  return [
    [sourceKey("give", "callee"), { kind: "give", from: caller, to: callee }],
    [sourceKey("give", "caller"), { kind: "give", from: callee, to: caller }],
  ];
}
