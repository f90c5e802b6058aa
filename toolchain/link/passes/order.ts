/**
 * Pass: providers before consumers; a circle of calls is refused.
 *
 * A plain call runs on its caller's stack and shares its fate, so calls between
 * processes must end somewhere. The members of a fused domain are one process in
 * this: they follow each other, and nothing that they call may call one of them.
 * The order depends on names and wires only, not on how `system.ts` lists the processes.
 */
import { LinkError } from "../error.ts";
import { isHandedOn } from "./handed-on.ts";
import { calledFunctions, messageOf, providersOf, type ProcessNode } from "./process.ts";
import { strongComponents } from "./strong-components.ts";

/** Those over its wires, and those that it has handles of from the start. */
function calledOrSent(process: ProcessNode): ProcessNode[] {
  const handles = process.wires.flatMap(({ provider }) =>
    provider.kind === "spawner" && provider.by === "process" ? [provider.process] : [],
  );
  return [...providersOf(process), ...handles.filter((other) => other !== process)];
}

/** A process by itself, or the members of a domain. */
interface Unit {
  readonly name: string;
  readonly members: readonly ProcessNode[];
}

/** @throws LinkError (`cycle`) that prints the circle. */
export function orderProcesses(processes: readonly ProcessNode[]): ProcessNode[] {
  const direct = new Map(processes.map((process) => [process, directProviders(process)]));
  const called = (process: ProcessNode): ProcessNode[] => direct.get(process) ?? [];
  const ordered = orderAll(processes, called, calledOrSent, cycle);
  const units = unitsOf(ordered);
  const unitOf = new Map(units.flatMap((unit) => unit.members.map((member) => [member, unit] as const)));
  const outside =
    (providers: (process: ProcessNode) => readonly ProcessNode[]) =>
    (unit: Unit): Unit[] => {
      const all = unit.members.flatMap((member) => providers(member).flatMap((p) => unitOf.get(p) ?? []));
      return [...new Set(all)].filter((other) => other !== unit);
    };
  const ends = outside(calledOrSent);
  return orderAll(units, outside(called), ends, domainCycle).flatMap((unit) => unit.members);
}

/**
 * Whom somebody calls comes before it; and whom it sends messages to, unless they are in a circle: a
 * process that is started later cannot be sent anything yet.
 */
function orderAll<T extends { readonly name: string }>(
  all: readonly T[],
  called: (item: T) => readonly T[],
  calledOrSent: (item: T) => readonly T[],
  cycle: (path: readonly T[]) => LinkError,
): T[] {
  order(all, called, cycle);
  const circles = strongComponents(byName(all), (item) => byName(calledOrSent(item)));
  return circles.flatMap((circle) => {
    const members = new Set(circle);
    return order(circle, (item) => called(item).filter((other) => members.has(other)), cycle);
  });
}

/** Refuses functions that are handed on in a circle: nobody implements them. */
export function checkHandedOn(processes: readonly ProcessNode[]): void {
  order(processes, (process) => providersOf(process, (wire) => isHandedOn(process, wire)), cycle);
}

/** Those that it does not only send messages to. */
function directProviders(process: ProcessNode): ProcessNode[] {
  const called = calledFunctions(process.component);
  return providersOf(process, (wire) => {
    const names = called.get(wire.name) ?? new Set();
    const isMessage = (name: string): boolean => messageOf(wire, name) !== undefined;
    return names.size === 0 || isHandedOn(process, wire) || ![...names].every(isMessage);
  });
}

/** Depth first. */
function order<T extends { readonly name: string }>(
  all: readonly T[],
  providersOf: (item: T) => readonly T[],
  cycle: (path: readonly T[]) => LinkError,
): T[] {
  const ordered: T[] = [];
  const state = new Map<T, "open" | "done">();
  for (const root of byName(all)) visit(root);
  return ordered;

  // Recursion is as deep as the longest chain of wires: a system of ten thousand processes in a row.
  function visit(item: T, path: readonly T[] = []): void {
    if (state.get(item) === "done") return;
    const here = [...path, item];
    if (state.get(item) === "open") throw cycle(here.slice(path.indexOf(item)));
    state.set(item, "open");
    for (const provider of byName(providersOf(item))) visit(provider, here);
    state.set(item, "done");
    ordered.push(item);
  }
}

function unitsOf(processes: readonly ProcessNode[]): Unit[] {
  return [...Map.groupBy(processes, unitKey).values()].map((members) => {
    const [first] = members as [ProcessNode];
    return { name: first.config.domain ?? first.name, members };
  });
}

function unitKey({ name, config }: ProcessNode): string {
  return config.domain === undefined ? `process ${name}` : `domain ${config.domain}`;
}

function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function cycle(path: readonly ProcessNode[]): LinkError {
  return new LinkError(
    "cycle",
    `processes call each other in a circle: ${path.map((p) => p.name).join(" → ")}`,
    `Calls that run on their caller's stack have to end somewhere. Take out one of these wires, or let its calls be messages, in a system that has a supervisor: ${messageWire(path)}, or cast: ["…"] for functions without result.`,
  );
}

/** What to write for the first wire of a circle. */
function messageWire([from, to]: readonly ProcessNode[]): string {
  const wire = from?.wires.find(({ provider }) => provider.kind === "process" && provider.process === to);
  return `process "${from?.name}", imports: { "${wire?.name}": { process: "${to?.name}", queue: true } }`;
}

function domainCycle(path: readonly Unit[]): LinkError {
  const names = path.map(({ name, members }) =>
    members[0]?.config.domain === undefined ? name : `domain ${name}`,
  );
  return new LinkError(
    "cycle",
    `processes call each other in a circle, once the members of a domain are one process: ${names.join(" → ")}`,
    "Put the processes between into the domain too, or take a member out of it.",
  );
}
