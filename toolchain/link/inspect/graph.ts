/**
 * The capability graph of a link plan: who can enter whom, and which devices.
 *
 * An edge is what the linked code can do, not what the plan says of itself: its
 * ends are read off the sources that fill slots and adapters. So an adapter
 * that enters a process beside the declared provider has an edge of its own,
 * and an import that no code calls has none.
 */
import type { Edge, EdgeFunction, Grant, LinkPlan, Source } from "../plan.ts";
import { grantsNothing, grantText } from "./grant-text.ts";
import { printable } from "./text.ts";

export interface CapabilityGraph {
  readonly system: string;
  /** The processes, at the positions that they have in the plan; then the devices. */
  readonly nodes: readonly GraphNode[];
  /** In the order of the plan: by caller, callees first. */
  readonly edges: readonly GraphEdge[];
  /** Where the system starts, and what is entered there: one process, unless the plan was forged. */
  readonly entry?: { readonly function: string; readonly processes: readonly number[] };
  /** Functions that are imported and that no code calls: nothing is linked for them. */
  readonly unused: readonly UnusedImport[];
}

interface UnusedImport {
  readonly process: number;
  readonly interface: string;
  readonly functions: readonly string[];
}

export type GraphNode =
  | {
      readonly kind: "process";
      readonly name: string;
      /** Such as `search:index/api@0.1.0#query`. */
      readonly exports: readonly string[];
      /** Processes of one domain have one life. */
      readonly domain?: string;
    }
  | {
      readonly kind: "device";
      /** Such as `console` or `directory ./texts`. */
      readonly name: string;
      /** Such as `atoll:device/console`. */
      readonly interface: string;
    };

export interface GraphEdge {
  /** Positions in `nodes`. */
  readonly from: number;
  readonly to: number;
  /** The import's name. */
  readonly interface: string;
  /** The provider's name for it, which may have another version. */
  readonly provided: string;
  readonly binding: Edge["binding"];
  /** Under the kernel: how the functions are sent as messages; absent for calls on the caller's stack. */
  readonly sent?: "call" | "cast";
  /** Names of the functions that the caller's code calls. */
  readonly functions: readonly string[];
}

/** Whether the caller dies of a trap behind an edge of this binding. */
const ENDS_CALLER: Readonly<Record<Edge["binding"], boolean>> = {
  plain: true,
  guarded: false,
  fused: true,
};

/** Whether a trap at the end of it ends the caller: of a cast, nobody waits for the end. */
export function endsCaller({ binding, sent }: Pick<GraphEdge, "binding" | "sent">): boolean {
  return sent !== "cast" && ENDS_CALLER[binding];
}

/** Such as `guarded, by message`. */
export function bindingText({ binding, sent }: Pick<GraphEdge, "binding" | "sent">): string {
  if (sent === "cast") return "cast";
  return sent === "call" ? `${binding}, by message` : binding;
}

/** Of a plan that was checked, such as one that was linked or parsed. */
export function capabilityGraph(plan: LinkPlan): CapabilityGraph {
  const { processes, domains, edges, entry } = plan.root;
  const nodes: GraphNode[] = processes.map(({ name, template, domain }) => ({
    kind: "process",
    name: printable(name),
    exports: (plan.templates[template]?.exports ?? []).map((item) => printable(item.name)),
    ...(domain !== undefined && { domain: printable(domains?.[domain]?.name ?? "") }),
  }));
  const devices = new DeviceNodes(plan, nodes);
  const lines = edges.map((edge) => linesOf(plan, edge, devices));
  return {
    system: printable(plan.system),
    nodes,
    edges: lines.flatMap((line) => line.edges),
    ...(entry && {
      entry: {
        function: printable(entry.function),
        processes: [...new Set([entry.process, ...entered(entry.adapters, entry.target, devices)])],
      },
    }),
    unused: lines.flatMap((line) => line.unused),
  };
}

/** The edges of the graph for an edge of the plan: one for each node that its functions enter. */
function linesOf(
  plan: LinkPlan,
  edge: Edge,
  devices: DeviceNodes,
): { readonly edges: readonly GraphEdge[]; readonly unused: readonly UnusedImport[] } {
  const { consumer, provider, binding } = edge;
  const hole = plan.templates[plan.root.processes[consumer]?.template ?? -1]?.holes[edge.hole];
  if (hole === undefined) throw new RangeError("a link plan without that hole: check it first");
  const name = printable(hole.name);
  const calls = edge.functions.flatMap((bound) =>
    [...enteredBy(plan, edge, bound, devices)].map((to) => ({
      to,
      sent: bound.message?.kind,
      function: printable(bound.name),
    })),
  );
  const groups = Map.groupBy(calls, ({ to, sent }) => `${to} ${sent}`);
  const edges = [...groups.values()].flatMap((group): GraphEdge[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { to, sent } = first;
    const declared = "process" in provider && provider.process === to;
    const provided = declared ? printable(provider.name) : name;
    const functions = provider.kind === "handles" ? dropsOf(group) : group.map((call) => call.function);
    return [{ from: consumer, to, interface: name, provided, binding, ...(sent && { sent }), functions }];
  });
  const idle = hole.functions.filter((f) => !edge.functions.some((bound) => bound.name === f.name));
  const unused = { process: consumer, interface: name, functions: idle.map((f) => printable(f.name)) };
  return { edges, unused: idle.length > 0 ? [unused] : [] };
}

/**
 * Of what the linker's adapters for handles do with somebody's resources, the drops call a destructor there: they
 * are what matters, however many instances of the caller have such a drop. Where there is none, all is told.
 */
function dropsOf(group: readonly { readonly function: string }[]): string[] {
  const drops = group.filter((call) => call.function.startsWith("resource.drop "));
  return [
    ...new Set(
      (drops.length > 0 ? drops : group).map((call) => call.function.replace(/, instance \d+$/, "")),
    ),
  ];
}

/**
 * The nodes that a function of an edge enters. A call has nothing to enter in its own caller, but its memory;
 * a message may well go to who sent it.
 */
function enteredBy(
  { root }: LinkPlan,
  { adapters, consumer, provider }: Edge,
  { target, message, handedOn }: EdgeFunction,
  devices: DeviceNodes,
): Set<number> {
  const nodes = entered(adapters, target, devices);
  nodes.delete(consumer);
  // What is asked of the kernel is about the processes that it makes.
  if (provider.kind === "spawner") nodes.add(provider.process);
  if (message === undefined || !("process" in provider)) return nodes;
  const receiver = handedOn?.process ?? provider.process;
  const mailbox = root.processes[receiver]?.mailbox;
  const delivered = mailbox?.deliveries[message.delivery]?.target;
  const behind = delivered === undefined ? [] : entered(mailbox?.adapters ?? [], delivered, devices);
  return new Set([...nodes, receiver, ...behind]);
}

/** The nodes that a call of the target can enter, through whatever adapters. */
function entered(adapters: Edge["adapters"], target: Source, devices: DeviceNodes): Set<number> {
  // An adapter imports from earlier ones only.
  const behind: Set<number>[] = [];
  for (const { imports } of adapters) behind.push(new Set(imports.flatMap(({ from }) => [...nodesOf(from)])));
  return nodesOf(target);

  function nodesOf(source: Source): Set<number> {
    if (source.kind === "process") return new Set([source.process]);
    if (source.kind === "device") return devices.nodes(source.process, source.grant);
    return (source.kind === "adapter" ? behind[source.adapter] : undefined) ?? new Set();
  }
}

/** Devices become nodes as they are met; processes that hold the same one share it. */
class DeviceNodes {
  readonly #plan: LinkPlan;
  readonly #nodes: GraphNode[];
  readonly #known = new Map<string, number>();

  constructor(plan: LinkPlan, nodes: GraphNode[]) {
    this.#plan = plan;
    this.#nodes = nodes;
  }

  /** None for a grant of nothing: whoever calls that device is refused. */
  nodes(process: number, position: number): Set<number> {
    const grant = this.#plan.root.processes[process]?.grants[position];
    if (grant === undefined) throw new RangeError("a link plan without that grant: check it first");
    if (grantsNothing(grant)) return new Set();
    const name = grantText(grant);
    const key = isPrivate(grant) ? `${name} of ${process}` : name;
    let node = this.#known.get(key);
    if (node === undefined) {
      node = this.#nodes.push({ kind: "device", name, interface: grant.device }) - 1;
      this.#known.set(key, node);
    }
    return new Set([node]);
  }
}

/** Whether each holder has one of its own, with nothing in common. */
function isPrivate(grant: Grant): boolean {
  return grant.device === "atoll:device/configuration" || ("seed" in grant && grant.seed !== undefined);
}
