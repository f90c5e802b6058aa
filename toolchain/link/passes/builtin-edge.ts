/**
 * Pass: a process's built-ins for resources become an edge to the handle module.
 *
 * Guests call them through slots like everything that leaves them. A drop calls
 * the destructor where the resource is defined, in whichever process that is.
 */
import { builtinModule, type Builtin } from "../handles/builtins.ts";
import type { ModuleTable } from "../module-table.ts";
import { HANDLES_HOLE, type Adapter, type Edge, type EdgeFunction, type Source } from "../plan.ts";
import { emitted, filled, handleSources, sourceKey, sourceOf, type PlacedProcess } from "./ends.ts";
import { LocalTypes, type HandlePlan } from "./handle-plan.ts";
import type { ComponentResource } from "./resources.ts";
import type { TemplateBuiltin } from "./slots.ts";

/** None for a process whose code uses none. */
export function builtinEdge(process: PlacedProcess, plan: HandlePlan, modules: ModuleTable): Edge[] {
  const { built, position, node } = process;
  const hole = built.template.holes.findIndex(({ name }) => name === HANDLES_HOLE);
  if (hole < 0) return [];
  const byInstance = Map.groupBy(built.builtins.entries(), ([, { instance }]) => instance);
  const adapters: Adapter[] = [];
  const functions: EdgeFunction[] = [];
  for (const [instance, members] of byInstance) {
    const adapter = adapters.push(adapterFor(process, instance, members, plan, modules)) - 1;
    for (const [name, { kind }] of members) {
      const target: Source = { kind: "adapter", adapter, export: name };
      functions.push({ name, target, reason: `by the linker: ${kind} of process "${node.name}"` });
    }
  }
  return [{ consumer: position, hole, provider: { kind: "handles" }, binding: "plain", adapters, functions }];
}

function adapterFor(
  process: PlacedProcess,
  instance: number,
  members: readonly (readonly [string, TemplateBuiltin])[],
  plan: HandlePlan,
  modules: ModuleTable,
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
    const place = plan.place(origin.process);
    const found = place.built.destructors.get(origin.resource.position);
    const destructor = kind === "resource.drop" ? found : undefined;
    if (destructor) sources.set(sourceKey("destructor", name), sourceOf(place, destructor));
    return { name, kind, resource: position, destructor: destructor !== undefined };
  });
  for (const [i, source] of types.sources.entries()) sources.set(sourceKey("handles", `type ${i}`), source);
  const where = `process "${process.node.name}", resources`;
  const module = emitted(where, () => builtinModule(builtins, mayLeave !== undefined));
  return { module: modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}
