/**
 * The supervision tree as `system.ts` writes it, taken apart: its supervisors and whom they name.
 */
import type { DynamicSupervisorConfig, NestedSupervisorConfig, SupervisorConfig } from "./supervisor.ts";

/** A supervisor, and where it is written, such as `supervisor.children.0`. */
export interface PlacedSupervisor {
  readonly where: string;
  readonly config: SupervisorConfig | NestedSupervisorConfig | DynamicSupervisorConfig;
}

/** A process that a supervisor has as a child, or makes its children as. */
export interface NamedChild {
  readonly where: string;
  readonly process: string;
  /** Name of the dynamic supervisor whose `child` it is. */
  readonly spawnedBy?: string;
}

export function isDynamic(
  config: SupervisorConfig | NestedSupervisorConfig | DynamicSupervisorConfig,
): config is DynamicSupervisorConfig {
  return config.strategy === "dynamic";
}

/** The root first, each before those below it. */
export function supervisorsOf(root: SupervisorConfig, where = "supervisor"): PlacedSupervisor[] {
  return [{ where, config: root }, ...nestedIn(root, where)];
}

function nestedIn({ children = [] }: SupervisorConfig, where: string): PlacedSupervisor[] {
  return children.flatMap((child, i) => {
    if (typeof child === "string") return [];
    const at = `${where}.children.${i}`;
    return isDynamic(child) ? [{ where: at, config: child }] : supervisorsOf(child, at);
  });
}

/** The processes that the tree names, in its order. */
export function childrenOf({ where, config }: PlacedSupervisor): NamedChild[] {
  if (isDynamic(config)) {
    return [{ where: `${where}.child`, process: config.child, spawnedBy: config.name }];
  }
  return (config.children ?? []).flatMap((child, i) =>
    typeof child === "string" ? [{ where: `${where}.children.${i}`, process: child }] : [],
  );
}

/** The processes that are made at run time, each with its supervisor's name. */
export function spawnedIn(root: SupervisorConfig | undefined): Map<string, string> {
  const children = root === undefined ? [] : supervisorsOf(root).flatMap(childrenOf);
  return new Map(
    children.flatMap(({ process, spawnedBy }) => (spawnedBy === undefined ? [] : [[process, spawnedBy]])),
  );
}
