/**
 * Pass: a process's built-ins for resources become an edge to the handle module.
 *
 * Guests call them through slots like everything that leaves them. A drop calls
 * the destructor where the resource is defined, in whichever process that is;
 * another process's under a guard, so that it dies alone of a trap there.
 */
import { builtinModule, type Builtin } from "../handles/builtins.ts";
import { GUARDED } from "../adapter/index.ts";
import type { Signature } from "../adapter/module.ts";
import {
  deviceDestructor,
  HANDLES_HOLE,
  type Adapter,
  type Edge,
  type EdgeFunction,
  type Source,
} from "../plan.ts";
import { emitted, filled, handleSources, sourceKey, sourceOf, type PlacedProcess } from "./ends.ts";
import type { BindContext } from "./bind.ts";
import { LocalTypes } from "./handle-plan.ts";
import { shareLife } from "./process.ts";
import { doorsOf, leadsBack, type Passage } from "./reentrance.ts";
import type { ComponentResource } from "./resources.ts";
import type { TemplateBuiltin } from "./slots.ts";

/** None for a process whose code uses none. */
export function builtinEdge(process: PlacedProcess, context: BindContext): Edge[] {
  const { built, position, node } = process;
  const hole = built.template.holes.findIndex(({ name }) => name === HANDLES_HOLE);
  if (hole < 0) return [];
  const byInstance = Map.groupBy(built.builtins.entries(), ([, { instance }]) => instance);
  const adapters: Adapter[] = [];
  const functions: EdgeFunction[] = [];
  const doors = doorsFor(process, byInstance, context);
  if (doors !== undefined) adapters.push(doors);
  for (const [instance, members] of byInstance) {
    const inside = doors && 0;
    const adapter = adapters.push(adapterFor(process, instance, members, inside, context)) - 1;
    for (const [name, { kind }] of members) {
      const target: Source = { kind: "adapter", adapter, export: name };
      functions.push({ name, target, reason: `by the linker: ${kind} of process "${node.name}"` });
    }
  }
  return [{ consumer: position, hole, provider: { kind: "handles" }, binding: "plain", adapters, functions }];
}

type Members = readonly (readonly [string, TemplateBuiltin])[];

/** For drops of resources of the process itself; undefined where none is needed. */
function doorsFor(
  process: PlacedProcess,
  byInstance: ReadonlyMap<number, Members>,
  context: BindContext,
): Adapter | undefined {
  if (!leadsBack(process)) return undefined;
  const { resources, destructors } = process.built;
  const passages = [...byInstance.values()].flat().flatMap(([name, builtin]): Passage[] => {
    const { defined, position = -1 } = resources.all[builtin.resource] ?? {};
    const destructor = destructors.get(position);
    if (builtin.kind !== "resource.drop" || defined === undefined || destructor === undefined) return [];
    const ends = { from: builtin.instance, to: defined.instance };
    return [{ name, signature: DESTRUCTOR, ...ends, target: sourceOf(process, destructor) }];
  });
  return doorsOf(process, passages, context);
}
const DESTRUCTOR: Signature = { params: ["i32"], results: [] };

function adapterFor(
  process: PlacedProcess,
  instance: number,
  members: Members,
  doors: number | undefined,
  { handles: plan, liveness, modules }: BindContext,
): Adapter {
  const { mayLeave, resources } = process.built;
  const types = new LocalTypes(plan, process.node, resources);
  const sources = new Map<string, Source>([
    ...handleSources(),
    [sourceKey("caller", "table"), plan.table(process.position, instance)],
  ]);
  if (mayLeave) sources.set(sourceKey("caller", "may-leave"), sourceOf(process, mayLeave));
  const builtins = members.map(([name, { kind, resource }]): Builtin => {
    const { position, origin } = types.position(resources.all[resource] as ComponentResource);
    if (origin.kind === "device") {
      if (kind !== "resource.drop") return { name, kind, resource: position };
      const { holder, name: dropped } = origin;
      const from = { process: plan.place(holder.process).position, grant: holder.grant };
      const source: Source = { kind: "device", ...from, function: deviceDestructor(dropped) };
      sources.set(sourceKey("destructor", name), source);
      return { name, kind, resource: position, destructor: "own" };
    }
    if (origin.kind === "spawner") {
      if (kind !== "resource.drop") return { name, kind, resource: position };
      const source: Source = { kind: "drop", process: process.position };
      sources.set(sourceKey("destructor", name), source);
      return { name, kind, resource: position, destructor: "own" };
    }
    const place = plan.place(origin.process);
    const destructor = place.built.destructors.get(origin.resource.position);
    if (kind !== "resource.drop" || destructor === undefined) return { name, kind, resource: position };
    const through = doors !== undefined && origin.process === process.node;
    const target: Source = through
      ? { kind: "adapter", adapter: doors, export: name }
      : sourceOf(place, destructor);
    sources.set(sourceKey("destructor", name), target);
    if (shareLife(origin.process, process.node)) return { name, kind, resource: position, destructor: "own" };
    const definer = place.position;
    sources.set(sourceKey("guard", name), { kind: "guard", process: definer, inner: GUARDED.inner(name) });
    sources.set(sourceKey("inside", name), liveness.mark(definer));
    return { name, kind, resource: position, destructor: "foreign" };
  });
  for (const [key, source] of types.imports()) sources.set(key, source);
  const where = `process "${process.node.name}", resources`;
  const module = emitted(where, () =>
    builtinModule(builtins, { mayLeave: mayLeave !== undefined, spawned: process.built.spawned }),
  );
  return { module: modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}
