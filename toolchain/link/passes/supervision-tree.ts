/**
 * Pass: the supervision tree of a system, with all that `system.ts` leaves out.
 *
 * So a host and `atoll inspect` see one complete tree. Processes that the tree of
 * `system.ts` does not name become the last children of the root, providers before
 * consumers.
 */
import type { SystemConfig } from "../config/system.ts";
import type { DynamicSupervisorConfig, SupervisedProcess, SupervisorConfig } from "../config/supervisor.ts";
import { isDynamic, spawnedIn } from "../config/tree.ts";
import { LinkError } from "../error.ts";
import type { SupervisorNode, TreeNode, WorkerNode } from "../plan.ts";
import type { PlacedProcess } from "./ends.ts";

/** Where `system.ts` says nothing. Times in milliseconds. */
const DEFAULTS = {
  intensity: 3,
  window: 5000,
  most: 1000,
  startDeadline: 5000,
  stopDeadline: 1000,
  priority: 1,
  messages: 256,
  mailBytes: 1 << 20,
  records: 16,
  /** Handles of the kernel beside those that its wires need, where quotas.handles says nothing. */
  handles: 16,
  /** Of a process that others may give handles of processes, or that makes them. */
  held: 256,
};

/** Of the kernel's table. */
const MOST_HANDLES = 0xf_ffff;

type Deadlines = Required<Pick<SupervisedProcess, "startDeadline" | "stopDeadline">>;

/** The nodes of the tree. @throws LinkError (`config`) */
export function supervisionTree(
  config: SystemConfig & { readonly supervisor: SupervisorConfig },
  placed: readonly PlacedProcess[],
): readonly TreeNode[] {
  return new Tree(config, placed).nodes;
}

class Tree {
  readonly nodes: TreeNode[] = [];
  /** By the name of a process: it alone, or the members of its domain, in the order of their positions. */
  readonly #lives: ReadonlyMap<string, readonly PlacedProcess[]>;
  readonly #spawned: ReturnType<typeof spawnedIn>;

  constructor(
    config: SystemConfig & { readonly supervisor: SupervisorConfig },
    placed: readonly PlacedProcess[],
  ) {
    this.#lives = livesOf(placed);
    const { name, supervisor } = config;
    this.#spawned = spawnedIn(supervisor);
    this.#supervisor(name, supervisor, undefined, DEFAULTS);
    const deadlines = within(supervisor, DEFAULTS);
    const there = new Set(this.nodes.flatMap((node) => (node.kind === "worker" ? [node.process] : [])));
    for (const { node, position } of placed) {
      if (position === this.#lives.get(node.name)?.[0]?.position && !there.has(position))
        this.#worker(node.name, 0, deadlines);
    }
  }

  #supervisor(
    name: string,
    config: SupervisorConfig | DynamicSupervisorConfig,
    parent: number | undefined,
    deadlines: Deadlines,
  ): void {
    const at = this.nodes.length;
    const below = within(config, deadlines);
    this.nodes.push(supervisorNode(name, config, parent, below));
    if (isDynamic(config)) return this.#worker(config.child, at, below);
    for (const child of config.children ?? []) {
      if (typeof child === "string") this.#worker(child, at, below);
      else this.#supervisor(child.name, child, at, below);
    }
  }

  #worker(name: string, parent: number, deadlines: Deadlines): void {
    const life = this.#lives.get(name) ?? [];
    const [first] = life;
    if (first === undefined) throw new TypeError("checked before: the process is there");
    this.nodes.push(workerNode(first.position, life, this.#handles(life), parent, deadlines));
  }

  /** Kernel handles: two for each wire, where one is narrowed, one for each process that it may spawn, and those of others. */
  #handles(life: readonly PlacedProcess[]): number {
    const wires = life.flatMap(({ node }) => Object.values(node.config.imports ?? {}));
    const own = wires.map((wire) =>
      typeof wire === "object" && "spawn" in wire ? mostOf(this.#spawned, wire.spawn) : 0,
    );
    const others = life.map(({ node }) => {
      const holds = node.wires.some(({ provider }) => provider.kind === "spawner");
      return node.config.quotas?.handles ?? (holds ? DEFAULTS.held : DEFAULTS.handles);
    });
    return [2 * wires.length, ...own, ...others].reduce(
      (total, most) => Math.min(total + most, MOST_HANDLES),
      0,
    );
  }
}

function livesOf(placed: readonly PlacedProcess[]): Map<string, PlacedProcess[]> {
  const domains = Map.groupBy(placed, ({ node }) => node.config.domain);
  return new Map(
    placed.map((process) => {
      const { name, config } = process.node;
      return [name, config.domain === undefined ? [process] : (domains.get(config.domain) ?? [])];
    }),
  );
}

/** How many processes of a name there may be at a time. */
export function mostOf(spawned: ReturnType<typeof spawnedIn>, name: string): number {
  const supervisor = spawned.get(name);
  return supervisor === undefined ? 1 : (supervisor.most ?? DEFAULTS.most);
}

function within({ startDeadline, stopDeadline }: Partial<Deadlines>, outer: Deadlines): Deadlines {
  return {
    startDeadline: startDeadline ?? outer.startDeadline,
    stopDeadline: stopDeadline ?? outer.stopDeadline,
  };
}

function supervisorNode(
  name: string,
  config: SupervisorConfig | DynamicSupervisorConfig,
  parent: number | undefined,
  deadlines: Deadlines,
): SupervisorNode {
  const { restart, backoff } = "name" in config ? config : {};
  return {
    kind: "supervisor",
    name,
    ...(parent !== undefined && { parent }),
    strategy: config.strategy ?? "one_for_one",
    intensity: config.intensity ?? DEFAULTS.intensity,
    window: microseconds(config.window ?? DEFAULTS.window),
    ...(isDynamic(config) && { most: config.most ?? DEFAULTS.most }),
    ...timesOf({ ...(restart && { restart }), ...(backoff && { backoff }) }, deadlines),
  };
}

function workerNode(
  process: number,
  life: readonly PlacedProcess[],
  handles: number,
  parent: number,
  deadlines: Deadlines,
): WorkerNode {
  const { mailbox, priority, ...config } = supervised(life);
  const records = life.reduce((sum, { node }) => sum + (node.config.quotas?.records ?? 0), 0);
  return {
    kind: "worker",
    process,
    parent,
    priority: priority ?? DEFAULTS.priority,
    mail: mailbox?.messages ?? DEFAULTS.messages,
    mailBytes: mailbox?.bytes ?? DEFAULTS.mailBytes,
    records: records === 0 ? DEFAULTS.records : records,
    handles,
    ...timesOf(config, within(config, deadlines)),
  };
}

const SUPERVISED = ["restart", "startDeadline", "stopDeadline", "backoff", "priority", "mailbox"] as const;

/** What is said of a process; of a domain, what its members say together. */
function supervised(life: readonly PlacedProcess[]): SupervisedProcess {
  return Object.fromEntries(
    SUPERVISED.flatMap((field) => {
      const said = life.filter(({ node }) => node.config[field] !== undefined);
      const [first, ...others] = said.map(({ node }) => node);
      if (first === undefined) return [];
      const value = first.config[field];
      const other = others.find(({ config }) => JSON.stringify(config[field]) !== JSON.stringify(value));
      if (other === undefined) return [[field, value]];
      throw new LinkError(
        "config",
        `domain "${first.config.domain}": ${field} is ${JSON.stringify(value)} for process "${first.name}" and ${JSON.stringify(other.config[field])} for process "${other.name}", and a domain has one life`,
        "Write it for one of its members.",
      );
    }),
  );
}

function timesOf(
  { restart, backoff }: Pick<SupervisedProcess, "restart" | "backoff">,
  { startDeadline, stopDeadline }: Deadlines,
): Pick<TreeNode, "restart" | "startDeadline" | "stopDeadline" | "backoff"> {
  return {
    restart: restart ?? "permanent",
    startDeadline: microseconds(startDeadline),
    stopDeadline: microseconds(stopDeadline),
    backoff: { first: microseconds(backoff?.first ?? 0), limit: microseconds(backoff?.limit ?? 0) },
  };
}

/** Of milliseconds. */
export function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}
