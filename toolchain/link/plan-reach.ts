/**
 * Which processes a call can get into, by the edges of a plan.
 */
import type { Edge, EdgeFunction, LinkPlan } from "./plan.ts";

const NONE: readonly number[] = [];

export class Reach {
  readonly #plan: LinkPlan;
  readonly #outgoing: ReadonlyMap<number, readonly Edge[]>;
  /** Positions of the members, by domain. */
  readonly #members: ReadonlyMap<number | undefined, readonly number[]>;
  readonly #known = new Map<number, readonly number[]>();
  readonly #templateOf: (process: number) => number;

  /** @param templateOf the position in the plan of one that was made at run time. */
  constructor(plan: LinkPlan, templateOf: (process: number) => number) {
    this.#templateOf = templateOf;
    this.#plan = plan;
    this.#outgoing = Map.groupBy(plan.root.edges, ({ consumer }) => consumer);
    const positions = [...plan.root.processes.keys()];
    this.#members = Map.groupBy(positions, (position) => plan.root.processes[position]?.domain);
  }

  /** The process itself, and all whose code it can have on its stack, directly or through others. */
  from(process: number): readonly number[] {
    const template = this.#templateOf(process);
    if (template !== process) return [process, ...this.#others(template)];
    const known = this.#known.get(process);
    if (known !== undefined) return known;
    const found = new Set([process]);
    // A Set hands out what is added while it is walked.
    for (const consumer of found) for (const next of this.#next(consumer)) found.add(next);
    const all = [...found];
    this.#known.set(process, all);
    return all;
  }

  /** Without the process itself. It is asked for at each death, and mostly there are none. */
  #others(template: number): readonly number[] {
    const all = this.from(template);
    return all.length === 1 ? NONE : all.slice(1);
  }

  #next(consumer: number): number[] {
    const domain = this.#plan.root.processes[consumer]?.domain;
    // Calls inside a domain are no edges.
    const members = domain === undefined ? [] : (this.#members.get(domain) ?? []);
    const called = (this.#outgoing.get(consumer) ?? []).flatMap((edge) => [
      ...(edge.provider.kind === "process" && (edge.functions.length === 0 || !edge.functions.every(isSent))
        ? [edge.provider.process]
        : []),
      ...edge.functions.flatMap((bound) => (isSent(bound) ? [] : (entered(edge, bound) ?? []))),
    ]);
    return [...members, ...called];
  }
}

/** As a message, which is handled on another stack. */
function isSent({ message }: EdgeFunction): boolean {
  return message !== undefined;
}

/** The process that a call of the function enters: the one that implements it. Undefined for a device. */
export function entered({ provider }: Edge, { handedOn }: EdgeFunction): number | undefined {
  if (handedOn !== undefined) return handedOn.process;
  return provider.kind === "process" ? provider.process : undefined;
}
