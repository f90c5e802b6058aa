/**
 * The fused domains of a system, and what has to hold for their members.
 *
 * A domain is one process: one life, one budget, one mailbox. What `system.ts`
 * says of a member's memory, tables and call depth stays the member's; fuel is the domain's.
 */
import { LinkError } from "../error.ts";
import { exportName, implementationOf } from "../passes/handed-on.ts";
import { portsOf, type ProcessNode, type Wire } from "../passes/process.ts";
import type { Quotas } from "../plan.ts";

/** Engines find a memory with a higher number more slowly, and each costs 8 GiB of address space. */
const MOST_MEMORIES = 16;

export interface Domain {
  readonly name: string;
  /** Providers before consumers. */
  readonly members: readonly ProcessNode[];
}

/** @throws LinkError (`config`, `limit`) */
export function domainsOf(processes: readonly ProcessNode[]): Domain[] {
  const groups = Map.groupBy(processes, ({ config }) => config.domain);
  const domains = [...groups].flatMap(([name, members]) => (name === undefined ? [] : [{ name, members }]));
  for (const domain of domains) {
    sharedQuota(domain, "fuel");
    sharedQuota(domain, "slice");
    checkMemories(domain);
  }
  return domains;
}

/** Inside a domain nothing can be guarded: who calls dies with whom it called. */
export function shareFates(domains: readonly Domain[]): void {
  for (const { members } of domains) {
    for (const member of members) {
      for (const [i, wire] of member.wires.entries()) {
        if (isFused(member, wire)) member.wires[i] = { ...wire, fault: { ...wire.fault, guarded: false } };
      }
    }
  }
}

export function domainOf(domains: readonly Domain[], process: ProcessNode): Domain | undefined {
  return domains.find(({ members }) => members.includes(process));
}

/** A member's quotas: its own, and the domain's fuel. Records are the kernel's to count, and stand in its tree. */
export function quotasOf(process: ProcessNode, domain: Domain | undefined): Quotas {
  const { records: _, ...own } = process.config.quotas ?? {};
  const fuel = domain && sharedQuota(domain, "fuel");
  const slice = domain && sharedQuota(domain, "slice");
  return { ...own, ...(fuel !== undefined && { fuel }), ...(slice !== undefined && { slice }) };
}

/** Whoever implements the functions of the wire is in the process's domain, so that a call stays inside it. */
export function isFused({ name, component, config }: ProcessNode, wire: Wire): boolean {
  const { provider } = wire;
  if (config.domain === undefined || provider.kind !== "process") return false;
  const port = portsOf(component.world.imports).find((p) => p.name === wire.name);
  if (port === undefined) throw new TypeError(`process ${name} has no import ${wire.name}`);
  const behind = port.functions.map((func) =>
    implementationOf(provider.process, exportName(provider.process, provider.name, func.name)),
  );
  return [provider, ...behind].every(
    ({ kind, process }) => kind === "process" && process.config.domain === config.domain,
  );
}

function sharedQuota({ name, members }: Domain, quota: "fuel" | "slice"): number | undefined {
  const given = members.filter(({ config }) => config.quotas?.[quota] !== undefined);
  const [first, ...others] = given;
  const other = others.find(({ config }) => config.quotas?.[quota] !== first?.config.quotas?.[quota]);
  if (first === undefined || other === undefined) return first?.config.quotas?.[quota];
  throw new LinkError(
    "config",
    `domain "${name}": quotas.${quota} is ${first.config.quotas?.[quota]} for process "${first.name}" and ${other.config.quotas?.[quota]} for process "${other.name}", and a domain has one budget`,
    "Write it for one of its members: the domain has that much together.",
  );
}

function checkMemories({ name, members }: Domain): void {
  const memories = members.flatMap(({ component }) =>
    component.graph.instances.flatMap(({ module: { module } }) => module.memories),
  ).length;
  if (memories <= MOST_MEMORIES) return;
  throw new LinkError(
    "limit",
    `domain "${name}": its ${members.length} processes have ${memories} linear memories, and a domain has at most ${MOST_MEMORIES}`,
    "Make two domains of it: what calls each other most belongs together.",
  );
}
