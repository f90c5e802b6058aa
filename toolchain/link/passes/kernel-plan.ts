/**
 * Pass: the supervision tree of a system, and how large the kernel's tables have to be for it.
 *
 * What `system.ts` leaves out is decided here, so that a host and `atoll inspect`
 * see one complete tree. Processes that it does not name become the last children
 * of the root, providers before consumers.
 */
import type { SystemConfig } from "../config/system.ts";
import type { DynamicSupervisorConfig, SupervisedProcess, SupervisorConfig } from "../config/supervisor.ts";
import { isDynamic, spawnedIn } from "../config/tree.ts";
import { LinkError } from "../error.ts";
import type { ModuleTable } from "../module-table.ts";
import type { KernelPlan, SupervisorNode, TreeNode, WorkerNode } from "../plan.ts";
import type { PlacedProcess } from "./ends.ts";
import type { ProcessNode } from "./process.ts";

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
  /** Handles of the kernel beside those that its wires need. */
  handles: 16,
};

/** What the kernel has room for at most, and what is cheap enough to be there always. */
const MOST_PROCESSES = 0xffff;
const MOST_RECORDS = 0xf_ffff;
const LEAST = { messages: 1024, handles: 1024, events: 4096 };
/** With a supervisor of processes that come and go: a slot is given to 32,767 of them, one after the other. */
const LEAST_SLOTS = 1024;
/** Of each process that is spawned, room in tables that they share; its quota is more. */
const SPAWNED_SHARE = 4;

type Deadlines = Required<Pick<SupervisedProcess, "startDeadline" | "stopDeadline">>;

/**
 * Adds the kernel to the modules of a plan.
 *
 * @param sends Whether anything is sent as a message.
 * @throws LinkError (`config`) where its bytes were not given
 */
export function addKernel(
  modules: ModuleTable,
  given: { readonly kernel: Uint8Array; readonly mail: Uint8Array } | undefined,
  sends: boolean,
): Pick<KernelPlan, "module" | "mail"> {
  if (given === undefined) {
    throw new LinkError(
      "config",
      "the system has a supervisor, and the linker was not given the kernel",
      "Give `link` the modules that `builtKernel` of kernel/built.ts returns, as `kernel`.",
    );
  }
  const add = (role: "kernel" | "mail"): number =>
    modules.add({ name: modules.freshName(role), role, bytes: given[role] });
  return { module: add("kernel"), ...(sends && { mail: add("mail") }) };
}

/** @throws LinkError (`config`, `limit`) */
export function kernelPlan(
  config: SystemConfig & { readonly supervisor: SupervisorConfig },
  placed: readonly PlacedProcess[],
  modules: Pick<KernelPlan, "module" | "mail">,
): KernelPlan {
  const tree = new Tree(config, placed).nodes;
  const { control } = config;
  return { ...modules, tables: tablesFor(tree), tree, ...(control !== undefined && { control }) };
}

class Tree {
  readonly nodes: TreeNode[] = [];
  readonly #placed: readonly PlacedProcess[];
  readonly #spawned: ReturnType<typeof spawnedIn>;

  constructor(
    config: SystemConfig & { readonly supervisor: SupervisorConfig },
    placed: readonly PlacedProcess[],
  ) {
    this.#placed = placed;
    const { name, supervisor } = config;
    this.#spawned = spawnedIn(supervisor);
    this.#supervisor(name, supervisor, undefined, DEFAULTS);
    const deadlines = within(supervisor, DEFAULTS);
    const there = new Set(this.nodes.flatMap((node) => (node.kind === "worker" ? [node.process] : [])));
    for (const { node, position } of placed) {
      if (position === this.#life(node)[0]?.position && !there.has(position))
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
    const found = this.#placed.find(({ node }) => node.name === name);
    if (found === undefined) throw new TypeError("checked before: the process is there");
    const life = this.#life(found.node);
    const [first = found] = life;
    this.nodes.push(workerNode(first.position, life, this.#handles(life), parent, deadlines));
  }

  /** Kernel handles: two for each wire, where one is narrowed, and one for each process that it may spawn. */
  #handles(life: readonly PlacedProcess[]): number {
    const wires = life.flatMap(({ node }) => Object.values(node.config.imports ?? {}));
    const own = wires.map((wire) =>
      typeof wire === "object" && "spawn" in wire ? mostOf(this.#spawned, wire.spawn) : 0,
    );
    return DEFAULTS.handles + 2 * wires.length + sum(own, (most) => most);
  }

  /** The process alone, or the members of its domain, in the order of their positions. */
  #life(process: ProcessNode): PlacedProcess[] {
    const { domain } = process.config;
    return this.#placed.filter(({ node }) =>
      domain === undefined ? node === process : node.config.domain === domain,
    );
  }
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

function tablesFor(tree: readonly TreeNode[]): KernelPlan["tables"] {
  const processes = sum(tree, (node) => {
    if (node.kind === "supervisor") return 1 + (node.most ?? 0);
    return manyOf(tree, node) === undefined ? 1 : 0;
  });
  if (processes > MOST_PROCESSES) {
    throw new LinkError(
      "limit",
      `the system may have ${processes} processes at a time, and the kernel has room for ${MOST_PROCESSES}`,
      "Lower `most` of the dynamic supervisors.",
    );
  }
  const isSpawned = tree.some((node) => node.kind === "supervisor" && node.strategy === "dynamic");
  const messages = sum(tree, (node) => sharesOf(tree, node, "mail") + sharesOf(tree, node, "records"));
  const handles = sum(tree, (node) => sharesOf(tree, node, "handles"));
  return {
    processes: isSpawned ? Math.max(processes, LEAST_SLOTS) : processes,
    messages: between(LEAST.messages, messages),
    handles: between(LEAST.handles, handles),
    events: LEAST.events,
  };
}

/** What a node adds to a table: its quota; where there may be many of it, a part for each. */
function sharesOf(tree: readonly TreeNode[], node: TreeNode, quota: "mail" | "records" | "handles"): number {
  if (node.kind === "supervisor") return 0;
  const many = manyOf(tree, node);
  return many === undefined ? node[quota] : many * Math.min(node[quota], SPAWNED_SHARE) + node[quota];
}

/** Of what is spawned: how many there may be. */
function manyOf(tree: readonly TreeNode[], { parent = 0 }: WorkerNode): number | undefined {
  const supervisor = tree[parent];
  return supervisor?.kind === "supervisor" ? supervisor.most : undefined;
}

function between(least: number, wanted: number): number {
  return Math.min(Math.max(least, wanted), MOST_RECORDS);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
