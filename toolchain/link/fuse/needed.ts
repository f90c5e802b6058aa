/**
 * What has to stay an export of a fused module: what the plan names.
 *
 * A host starts, resets, fills and calls through exports; adapters of edges to
 * the outside enter through them. Everything else can be put in line, or goes.
 */
import type { CoreModule } from "../../wasm/index.ts";
import { RESERVED, type CoreItem, type Edge, type Entry, type Source, type Template } from "../plan.ts";

/** Items of a member that its template names; `exports`: those that stay. */
export function templateItems(template: Template, exports: Template["exports"]): CoreItem[] {
  const slotted = template.holes.flatMap(({ functions }) => functions.flatMap(({ slots }) => slots));
  const tables = new Set([...slotted, ...(template.sliceEnded ?? [])].map(({ instance }) => instance));
  return [
    ...template.initialisers,
    ...(template.resets ?? []),
    ...(template.depth ? [template.depth] : []),
    ...[...tables].map((instance) => ({ instance, export: RESERVED.slots })),
    ...exports.flatMap(({ func, memory, realloc, postReturn }) =>
      [func, memory, realloc, postReturn].filter((item) => item !== undefined),
    ),
  ];
}

/** Memories and globals that the guest shows: reading them costs nothing, and tells what it said before a trap. */
export function stateItems(instance: number, module: CoreModule | undefined, reset: boolean): CoreItem[] {
  const shown = module?.exports.filter(
    ({ kind, name }) =>
      kind === "memory" || kind === "global" || (reset && kind === "table" && name !== RESERVED.slots),
  );
  return (shown ?? []).map(({ name }) => ({ instance, export: name }));
}

/** Items of members that adapters and slots outside of the domain are bound to. */
export function boundItems(
  edges: readonly Edge[],
  entry: Entry | undefined,
  members: ReadonlySet<number>,
): { readonly process: number; readonly item: CoreItem }[] {
  const bound: Source[] = edges
    .filter(({ binding }) => binding !== "fused")
    .flatMap(({ adapters, functions }) => [
      ...adapters.flatMap(({ imports }) => imports.map(({ from }) => from)),
      ...functions.map(({ target }) => target),
    ]);
  for (const { imports } of entry?.adapters ?? []) bound.push(...imports.map(({ from }) => from));
  if (entry) bound.push(entry.target);
  return bound.flatMap((source) =>
    source.kind === "process" && members.has(source.process)
      ? [{ process: source.process, item: source.item }]
      : [],
  );
}
