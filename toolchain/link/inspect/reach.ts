/**
 * Reachability in the capability graph, with the way that proves it.
 *
 * Calls are followed process by process: a process that can be entered can use
 * all that it holds. So an answer "cannot" is certain, and "can" means that
 * nothing but the program's own code stands against it.
 */
import { endsCaller, type CapabilityGraph, type GraphEdge } from "./graph.ts";
import { findProcess, findTarget, fullName, type Target } from "./target.ts";

/** More names than this are not printed for one way. */
const MAX_WAY = 32;

/** Names from the caller to what is called; the middle of a very long way is left out. */
export type Way = readonly string[];

export interface CallersAnswer {
  readonly target: Pick<Target, "kind" | "name">;
  /** The function of it that the system starts with. */
  readonly entry?: string;
  readonly direct: readonly DirectCaller[];
  /** Processes that get there only by calling others. */
  readonly through: readonly Reached[];
  /** Processes that import it, and whose code never calls it. */
  readonly unused: readonly string[];
}
interface DirectCaller extends Reached {
  readonly interface: string;
  readonly binding: GraphEdge["binding"];
  /** How its functions are sent as messages; absent for calls on the caller's stack. */
  readonly sent?: "call" | "cast";
  readonly functions: readonly string[];
}
interface Reached {
  readonly name: string;
  readonly way: Way;
}

export interface ReachAnswer {
  readonly process: string;
  readonly processes: readonly Reached[];
  readonly devices: readonly Reached[];
  /** `way` ends at the provider. */
  readonly functions: readonly Reached[];
}

export interface BlastAnswer {
  readonly process: string;
  /** Who falls when it traps: `way` is the calls that end at the trap. */
  readonly falls: readonly Reached[];
}

/** Who may call a process, a device, an interface or a function. @throws LinkError (`unknown`) */
export function whoMayCall(graph: CapabilityGraph, name: string): CallersAnswer {
  const target = findTarget(graph, name);
  const goals = graph.edges.filter(target.isCalledBy);
  const callers = new Set(goals.map(({ from }) => from));
  const { entry } = graph;
  const starts = entry?.processes.some((process) => target.holds(process, entry.function)) === true;
  return {
    target: { kind: target.kind, name: target.name },
    ...(entry && starts && { entry: entry.function }),
    direct: goals.map((edge) => directCaller(graph, target, edge)).sort(byWay),
    through: waysTo(graph, goals, () => true).filter(({ way }) => way.length > 2),
    unused: graph.unused
      .filter(({ process }) => !callers.has(process))
      .filter((item) => item.functions.some((func) => target.isNamedBy(fullName(item.interface, func))))
      .map(({ process }) => nameOf(graph, process)),
  };
}

function directCaller(graph: CapabilityGraph, target: Target, edge: GraphEdge): DirectCaller {
  const { from, to, interface: id, provided, binding, sent, functions } = edge;
  const way = wayOf(graph, [from, to]);
  const isNamed = (func: string): boolean =>
    [id, provided].some((of) => target.isNamedBy(fullName(of, func)));
  const called = functions.filter((func) => target.kind !== "function" || isNamed(func));
  const kind = { binding, ...(sent && { sent }) };
  return { name: nameOf(graph, from), way, interface: id, ...kind, functions: called };
}

/** Everything that a process can reach. @throws LinkError (`unknown`) */
export function reachableFrom(graph: CapabilityGraph, name: string): ReachAnswer {
  const start = findProcess(graph, name);
  const before = stepsFrom(graph, start, () => true);
  const others = [...before.keys()].filter((node) => node !== start);
  const of = (kind: "process" | "device"): Reached[] =>
    nearestFirst(
      graph,
      others.filter((node) => graph.nodes[node]?.kind === kind),
      (node) => backTo(before, node),
    );
  return {
    process: name,
    processes: of("process"),
    devices: of("device"),
    functions: functionsBehind(graph, before),
  };
}

/** Each function of each provider once, by its shortest way. */
function functionsBehind(graph: CapabilityGraph, before: ReadonlyMap<number, number>): Reached[] {
  const outgoing = Map.groupBy(graph.edges, ({ from }) => from);
  const found = new Map<string, Reached>();
  for (const from of before.keys()) {
    for (const { to, provided, functions } of outgoing.get(from) ?? []) {
      for (const func of functions) {
        const name = fullName(provided, func);
        const key = `${to} ${name}`;
        if (!found.has(key)) found.set(key, { name, way: wayOf(graph, [...backTo(before, from), to]) });
      }
    }
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || byWay(a, b));
}

/** Who falls when a process traps. @throws LinkError (`unknown`) */
export function blastSet(graph: CapabilityGraph, name: string): BlastAnswer {
  const process = findProcess(graph, name);
  return { process: name, falls: fallWith(graph, process) };
}

/** Of each process of a plan whose trap others fall with, in the order of the plan. */
export function blastSets(graph: CapabilityGraph): { readonly process: string; readonly falls: string[] }[] {
  const { blastSet } = fatesOf(graph);
  return graph.nodes.flatMap(({ kind, name }, node) => {
    const falls = kind === "process" ? blastSet(node) : [];
    return falls.length === 0 ? [] : [{ process: name, falls }];
  });
}

/** What a trap spreads to, for each process by name, in the order of the plan. */
export interface Fates {
  /** The processes whose traps end this one too. */
  readonly fallsWith: (process: number) => string[];
  /** The processes that fall when this one traps. */
  readonly blastSet: (process: number) => string[];
}

/** For all processes at once, without ways. */
export function fatesOf(graph: CapabilityGraph): Fates {
  const edges = [...graph.edges, ...sharedLives(graph)];
  const calls = edges.filter((edge) => endsCaller(edge) && graph.nodes[edge.to]?.kind === "process");
  const callees = Map.groupBy(calls, ({ from }) => from);
  const callers = Map.groupBy(calls, ({ to }) => to);
  return {
    fallsWith: (process) => closure(process, (node) => callees.get(node)?.map(({ to }) => to) ?? []),
    blastSet: (process) => closure(process, (node) => callers.get(node)?.map(({ from }) => from) ?? []),
  };

  function closure(start: number, next: (node: number) => readonly number[]): string[] {
    const seen = new Set([start]);
    for (const node of seen) for (const other of next(node)) seen.add(other);
    seen.delete(start);
    return [...seen].sort((a, b) => a - b).map((node) => nameOf(graph, node));
  }
}

function fallWith(calls: CapabilityGraph, process: number): Reached[] {
  const graph = { ...calls, edges: [...calls.edges, ...sharedLives(calls)] };
  const goals = graph.edges.filter((edge) => edge.to === process && endsCaller(edge));
  return waysTo(graph, goals, endsCaller).filter(({ name }) => name !== nameOf(graph, process));
}

/** Each member of a domain falls with every other, whoever calls whom. */
function sharedLives({ nodes }: CapabilityGraph): GraphEdge[] {
  const members = [...nodes.entries()].flatMap(([node, { kind, ...of }]) =>
    kind === "process" && "domain" in of ? [{ node, domain: of.domain }] : [],
  );
  return members.flatMap(({ node: from, domain }) =>
    members
      .filter((other) => other.domain === domain && other.node !== from)
      .map(({ node: to }) => ({
        from,
        to,
        interface: "",
        provided: "",
        binding: "fused" as const,
        functions: [],
      })),
  );
}

type Follow = (edge: GraphEdge) => boolean;

/** For each node that can be reached from `start`, nearest first: the one before it on a shortest way. */
function stepsFrom({ nodes, edges }: CapabilityGraph, start: number, follow: Follow): Map<number, number> {
  const outgoing = Map.groupBy(edges.filter(follow), ({ from }) => from);
  const before = new Map([[start, start]]);
  // A Map hands out what is added while it is walked.
  for (const node of before.keys()) {
    if (nodes[node]?.kind !== "process") continue;
    for (const { to } of outgoing.get(node) ?? []) if (!before.has(to)) before.set(to, node);
  }
  return before;
}

/** The processes that can get to one of the goals, each with a shortest way that ends with a goal. */
function waysTo(graph: CapabilityGraph, goals: readonly GraphEdge[], follow: Follow): Reached[] {
  const incoming = Map.groupBy(graph.edges.filter(follow), ({ to }) => to);
  const direct = new Map<number, number>();
  for (const { from, to } of goals) if (!direct.has(from)) direct.set(from, to);
  const next = new Map(direct);
  for (const node of next.keys()) {
    for (const { from } of incoming.get(node) ?? []) if (!next.has(from)) next.set(from, node);
  }
  return nearestFirst(graph, [...next.keys()], stepsTo);

  function stepsTo(node: number): number[] {
    const steps = [node];
    let at = node;
    for (let goal = direct.get(at); goal === undefined; goal = direct.get(at)) {
      at = next.get(at) ?? node;
      steps.push(at);
    }
    return [...steps, direct.get(at) ?? node];
  }
}

/** Nodes with the steps from or to each; by name where they are as far. */
function nearestFirst(
  graph: CapabilityGraph,
  nodes: readonly number[],
  stepsOf: (node: number) => number[],
): Reached[] {
  return nodes
    .map((node) => {
      const steps = stepsOf(node);
      return { length: steps.length, name: nameOf(graph, node), way: wayOf(graph, steps) };
    })
    .sort((a, b) => a.length - b.length || compare(a.name, b.name))
    .map(({ name, way }) => ({ name, way }));
}

function backTo(before: ReadonlyMap<number, number>, node: number): number[] {
  const steps = [node];
  let at = node;
  for (let step = before.get(at); step !== undefined && step !== at; step = before.get(at)) {
    steps.push(step);
    at = step;
  }
  return steps.reverse();
}

function wayOf(graph: CapabilityGraph, steps: readonly number[]): Way {
  const names = (some: readonly number[]): string[] => some.map((node) => nameOf(graph, node));
  if (steps.length <= MAX_WAY) return names(steps);
  const left = steps.length - MAX_WAY;
  return [...names(steps.slice(0, MAX_WAY / 2)), `… ${left} more …`, ...names(steps.slice(-MAX_WAY / 2))];
}

function nameOf({ nodes }: CapabilityGraph, node: number): string {
  return nodes[node]?.name ?? "";
}

function byWay(a: Reached, b: Reached): number {
  return a.way.length - b.way.length || compare(a.way.join(" "), b.way.join(" "));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
