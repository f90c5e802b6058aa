/**
 * Checks of a configuration: the supervision tree can work, and nothing of it is said where there is none.
 */
import { didYouMean } from "../nearest.ts";
import type { BackoffConfig } from "./supervisor.ts";
import type { ProcessConfig, SystemConfig, ViewConfig, WireConfig } from "./system.ts";
import { childrenOf, isDynamic, spawnedIn, supervisorsOf, type PlacedSupervisor } from "./tree.ts";

const PROCESS_FIELDS = [
  "restart",
  "startDeadline",
  "stopDeadline",
  "backoff",
  "priority",
  "mailbox",
] as const;
const WIRE_FIELDS = ["cast", "deadline", "queue", "limits", "spawn", "handles"] as const;

/** Lines that say what is wrong. */
export function checkSupervision(config: SystemConfig): string[] {
  if (config.supervisor === undefined) return unsupervised(config);
  const supervisors = supervisorsOf(config.supervisor);
  return [
    ...supervisors.flatMap((placed) => checkSupervisor(placed)),
    ...checkNames(config, supervisors),
    ...checkChildren(config, supervisors),
    ...checkSpawned(config),
    ...Object.entries(config.processes).flatMap(([name, { backoff }]) =>
      checkBackoff(`process "${name}", backoff`, backoff),
    ),
  ];
}

/** What only a kernel could do, in a system that has none. */
function unsupervised({ processes, control }: SystemConfig): string[] {
  const system =
    control === undefined
      ? []
      : ["control: it shows what the kernel knows, and there is none; add supervisor: {} beside it"];
  return [...system, ...unsupervisedProcesses(processes)];
}

function unsupervisedProcesses(processes: SystemConfig["processes"]): string[] {
  return Object.entries(processes).flatMap(([name, process]) => {
    const fields = [
      ...PROCESS_FIELDS.filter((field) => process[field] !== undefined),
      ...(process.quotas?.records === undefined ? [] : ["quotas.records"]),
      ...Object.entries(process.imports ?? {}).flatMap(([key, wire]) =>
        WIRE_FIELDS.filter((field) => typeof wire === "object" && field in wire).map(
          (field) => `imports "${key}", ${field}`,
        ),
      ),
    ];
    return fields.map(
      (field) =>
        `process "${name}", ${field}: only a system under supervision has that; add supervisor: {} beside processes`,
    );
  });
}

function checkSupervisor({ where, config }: PlacedSupervisor): string[] {
  const backoff = "backoff" in config ? checkBackoff(`${where}.backoff`, config.backoff) : [];
  const empty =
    where !== "supervisor" && !isDynamic(config) && (config.children ?? []).length === 0
      ? [
          `${where}: expected children: a list of processes and supervisors, found none; or take the supervisor out`,
        ]
      : [];
  return [...backoff, ...empty];
}

function checkBackoff(where: string, backoff: BackoffConfig | undefined): string[] {
  if (backoff === undefined || backoff.first <= backoff.limit) return [];
  return [
    `${where}: expected first to be at most limit, found first ${backoff.first}, limit ${backoff.limit}`,
  ];
}

/** Supervisors are told apart from each other, and from processes, by name. */
function checkNames({ processes }: SystemConfig, supervisors: readonly PlacedSupervisor[]): string[] {
  const seen = new Set<string>();
  return supervisors.flatMap(({ where, config }) => {
    if (!("name" in config)) return [];
    const { name } = config;
    if (Object.hasOwn(processes, name))
      return [`${where}.name: "${name}" is a process; give the supervisor a name of its own`];
    const twice = seen.has(name);
    seen.add(name);
    return twice ? [`${where}.name: another supervisor is named "${name}", too`] : [];
  });
}

function checkChildren(config: SystemConfig, supervisors: readonly PlacedSupervisor[]): string[] {
  const { processes } = config;
  const names = Object.keys(processes);
  const before = new Map<string, string>();
  return supervisors.flatMap(childrenOf).flatMap(({ where, process }) => {
    if (!Object.hasOwn(processes, process)) {
      const all = names.join(", ");
      return [`${where}: there is no process "${process}".${didYouMean(process, names)} There are: ${all}.`];
    }
    const life = lifeOf(process, processes[process]);
    const first = before.get(life);
    if (first !== undefined) return [`${where}: expected ${life} once in the tree, and ${first} has it, too`];
    before.set(life, where);
    return [];
  });
}

/** Members of a domain are one process, which is in the tree once. */
function lifeOf(name: string, process: ProcessConfig | undefined): string {
  return process?.domain === undefined ? `process "${name}"` : `domain "${process.domain}"`;
}

/** Nobody is there to be called, or to start, where processes are made at run time. */
function checkSpawned(config: SystemConfig): string[] {
  const { processes, supervisor, entry } = config;
  const spawned = spawnedIn(supervisor);
  const entryProcess = typeof entry === "object" ? entry.process : entry;
  const wrong = [...spawned].flatMap(([name, { name: by }]) => {
    const why = `it is what supervisor "${by}" makes its children as, and there is none at first`;
    return [
      ...(entryProcess === name ? [`entry: expected a process that is there; "${name}" is not: ${why}`] : []),
      ...(processes[name]?.domain === undefined
        ? []
        : [`process "${name}", domain: a process that is spawned cannot be fused with others; ${why}`]),
    ];
  });
  const wires = Object.entries(processes).flatMap(([name, { imports = {} }]) =>
    Object.entries(imports).flatMap(([key, wire]) =>
      checkWire(name, `process "${name}", imports "${key}"`, wire, config, spawned),
    ),
  );
  return [...wrong, ...wires];
}

function checkWire(
  consumer: string,
  where: string,
  wire: string | WireConfig | ViewConfig,
  { processes }: SystemConfig,
  spawned: ReturnType<typeof spawnedIn>,
): string[] {
  if (typeof wire === "object" && "handles" in wire) {
    if (Object.hasOwn(processes, wire.handles)) return [];
    const names = Object.keys(processes);
    return [
      `${where}, handles: there is no process "${wire.handles}".${didYouMean(wire.handles, names)} There are: ${names.join(", ")}.`,
    ];
  }
  if (typeof wire === "object" && "spawn" in wire) {
    if (spawned.has(wire.spawn)) return [];
    const names = [...spawned.keys()];
    const what = Object.hasOwn(processes, wire.spawn)
      ? `process "${wire.spawn}" is not the child of a dynamic supervisor`
      : `there is no process "${wire.spawn}".${didYouMean(wire.spawn, names)}`;
    return [
      `${where}, spawn: ${what}; write supervisor: { children: [{ name: "…", strategy: "dynamic", child: "${wire.spawn}" }] }`,
    ];
  }
  const providers = typeof wire === "string" ? [wire] : [wire.process, ...(wire.alternatives ?? [])];
  return (
    providers
      // Each of those that are spawned may have a handle of itself.
      .filter((name) => spawned.has(name) && name !== consumer)
      .map(
        (name) =>
          `${where}: "${name}" is not there at first: supervisor "${spawned.get(name)?.name}" makes its children as it. Import the interface's -process view, and wire it to { spawn: "${name}" }, or to { handles: "${name}" } where others hand over handles`,
      )
  );
}
