/**
 * The supervision tree as `system.ts` writes it, taken apart: its supervisors and whom they name.
 */
import type { ProcessConfig, SystemConfig } from "./system.ts";
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
    return [{ where: `${where}.child`, process: config.child }];
  }
  return (config.children ?? []).flatMap((child, i) =>
    typeof child === "string" ? [{ where: `${where}.children.${i}`, process: child }] : [],
  );
}

/** The processes that are made at run time, each with its supervisor. */
export function spawnedIn(root: SupervisorConfig | undefined): Map<string, DynamicSupervisorConfig> {
  const supervisors = root === undefined ? [] : supervisorsOf(root);
  return new Map(supervisors.flatMap(({ config }) => (isDynamic(config) ? [[config.child, config]] : [])));
}

/** Templates that no wire spawns: there will never be a process of them. */
export function neverSpawned({ processes, supervisor }: SystemConfig): string[] {
  const wires = Object.values(processes).flatMap(({ imports = {} }: ProcessConfig) => Object.values(imports));
  const meant = new Set(wires.map((wire) => (typeof wire === "object" && "spawn" in wire ? wire.spawn : "")));
  return [...spawnedIn(supervisor)].flatMap(([name, { name: by }]) =>
    meant.has(name)
      ? []
      : [
          `process "${name}" is what supervisor "${by}" makes its children as, and no wire of the system says { spawn: "${name}" }`,
        ],
  );
}
