/**
 * Pass: which calls between the instances of one component go through doors.
 *
 * Only where a way leads back: an instance drops resources of one that contains it.
 */
import { doorModule } from "../handles/doors.ts";
import type { Signature } from "../adapter/module.ts";
import type { Adapter, Source } from "../plan.ts";
import type { BindContext } from "./bind.ts";
import { filled, handleSources, sourceKey, type PlacedProcess } from "./ends.ts";
import { contains } from "./slots.ts";

/** A call from one component instance of a process to another. */
export interface Passage {
  readonly name: string;
  readonly signature: Signature;
  readonly from: number;
  readonly to: number;
  readonly target: Source;
}

/** Whether a component instance could be entered while it is on the stack. */
export function leadsBack({ built, node }: PlacedProcess): boolean {
  const { parents } = node.component.graph;
  return [...built.builtins.values()].some(({ kind, instance, resource }) => {
    const definer = built.resources.all[resource]?.defined;
    return (
      kind === "resource.drop" &&
      definer?.destructor !== undefined &&
      definer.instance !== instance &&
      contains(parents, definer.instance, instance)
    );
  });
}

/** Exports each passage by its name. */
export function doorsOf(
  process: PlacedProcess,
  passages: readonly Passage[],
  { handles, modules }: BindContext,
): Adapter {
  const { parents } = process.node.component.graph;
  const entering = (to: number, from: number): number[] =>
    [...parents.keys()].filter((n) => contains(parents, n, to) && !contains(parents, n, from));
  const doors = passages.map(({ name, signature, from, to }) => ({
    name,
    signature,
    entered: entering(to, from),
    left: entering(from, to),
  }));
  const sources = new Map<string, Source>(handleSources());
  for (const n of new Set(doors.flatMap(({ entered, left }) => [...entered, ...left]))) {
    sources.set(sourceKey("instance", String(n)), handles.table(process.position, n));
  }
  for (const { name, target } of passages) sources.set(sourceKey("callee", name), target);
  const module = doorModule(doors);
  return { module: modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}
