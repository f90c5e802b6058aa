/**
 * Interfaces that are derived from others: guarded views and process views.
 *
 * What finds, derives and prints them is the same for both; what they are is in
 * `guard.ts` and `process-view.ts`.
 */
import { guardedInterface, guardedName, plainName } from "./guard.ts";
import { processViewName, spawnedName } from "./process-resource.ts";
import { processView } from "./process-view.ts";
import type { Interface } from "./world.ts";

export type ViewKind = "guarded" | "process";

/** What a name says: which view, and of which interface. */
interface ViewName {
  readonly kind: ViewKind;
  /** Such as `search:index/api@0.1.0`. */
  readonly of: string;
}

/** @returns `undefined` when it is the name of no view. */
export function viewOf(name: string): ViewName | undefined {
  const plain = plainName(name);
  if (plain !== undefined) return { kind: "guarded", of: plain };
  const spawned = spawnedName(name);
  return spawned === undefined ? undefined : { kind: "process", of: spawned };
}

export function viewName(kind: ViewKind, name: string): string {
  return kind === "guarded" ? guardedName(name) : processViewName(name);
}

/**
 * @param id of the interface that it is derived from
 * @throws AbiError when there is no process view of that interface.
 */
export function deriveView(kind: ViewKind, id: string, item: Interface): Interface {
  return kind === "guarded" ? guardedInterface(item) : processView(id, item);
}
