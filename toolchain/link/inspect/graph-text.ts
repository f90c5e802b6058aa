/**
 * The capability graph as a tree for a terminal: callers above what they call.
 *
 * What several call is drawn out where it is met first, and named elsewhere. A
 * long chain is cut and goes on at the margin.
 */
import { bindingText, type CapabilityGraph, type GraphEdge } from "./graph.ts";
import { branch, count } from "./text.ts";

const MAX_DEPTH = 10;
const MAX_FUNCTIONS = 4;

/** Lines without colours, ending in a line feed; processes as `[name]`, devices as `(name)`. */
export function printGraph(graph: CapabilityGraph): string {
  const { system, nodes, edges } = graph;
  const processes = nodes.filter(({ kind }) => kind === "process").length;
  const counts = [
    count(processes, "process", "processes"),
    count(nodes.length - processes, "device"),
    count(edges.length, "edge"),
  ];
  return `${[`system ${system}: ${counts.join(", ")}`, ...new Tree(graph).lines()].join("\n")}\n`;
}

class Tree {
  readonly #graph: CapabilityGraph;
  readonly #outgoing: Map<number, GraphEdge[]>;
  readonly #drawn = new Set<number>();
  /** Cut off below something else, to be drawn at the margin. */
  #later: number[] = [];

  constructor(graph: CapabilityGraph) {
    this.#graph = graph;
    this.#outgoing = Map.groupBy(graph.edges, ({ from }) => from);
  }

  lines(): string[] {
    const called = new Set(this.#graph.edges.map(({ to }) => to));
    const starts = this.#graph.entry?.processes ?? [];
    // Consumers come last in a plan. Whatever is on a circle is not below any root.
    const all = [...this.#graph.nodes.keys()].reverse();
    const roots = [...starts, ...all.filter((node) => !called.has(node)), ...all];
    const lines: string[] = [];
    for (const root of roots) {
      for (this.#later = [root]; this.#later.length > 0;) {
        const node = this.#later.shift() ?? root;
        if (!this.#drawn.has(node)) lines.push("", this.#label(node), ...this.#below(node, 1));
      }
    }
    return lines;
  }

  #below(node: number, depth: number): string[] {
    this.#drawn.add(node);
    const edges = this.#outgoing.get(node) ?? [];
    return edges.flatMap((edge, i) => branch(this.#edge(edge, depth), i === edges.length - 1));
  }

  #edge(edge: GraphEdge, depth: number): string[] {
    const { to, interface: id, functions } = edge;
    const head = `${id} ─ ${bindingText(edge)} → ${this.#box(to)}`;
    const rest = functions.length - MAX_FUNCTIONS;
    const names = functions.slice(0, MAX_FUNCTIONS).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    if (!this.#outgoing.has(to)) {
      this.#drawn.add(to);
      return [`${head}: ${names}`];
    }
    if (this.#drawn.has(to)) return [`${head} (drawn above): ${names}`];
    if (depth < MAX_DEPTH) return [`${head}: ${names}`, ...this.#below(to, depth + 1)];
    this.#later.push(to);
    return [`${head} (drawn below): ${names}`];
  }

  #label(node: number): string {
    const { entry } = this.#graph;
    return `${this.#box(node)}${entry?.processes.includes(node) ? ` starts here: ${entry.function}` : ""}`;
  }

  #box(node: number): string {
    const found = this.#graph.nodes[node];
    return found?.kind === "device" ? `(${found.name})` : `[${found?.name ?? ""}]`;
  }
}
