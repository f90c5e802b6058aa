/**
 * Pass: a position in the plan for every process, and the template that it is made from.
 */
import { domainOf, isFused, quotasOf, type Domain } from "../fuse/domains.ts";
import type { ModuleTable } from "../module-table.ts";
import type { Quotas } from "../plan.ts";
import type { PlacedProcess } from "./ends.ts";
import { memorySizes } from "./limits.ts";
import type { ProcessNode, Wire } from "./process.ts";
import { buildTemplate, type BuiltTemplate } from "./template.ts";

interface Tables {
  readonly modules: ModuleTable;
  /** For members of fused domains, and for what is spawned. */
  readonly parts: ModuleTable;
  readonly reset: boolean;
  /** Names of processes that are made while the system runs. */
  readonly spawned: ReadonlySet<string>;
}

/** Of a process that is made at run time and says nothing: an engine without guard pages sets room aside for it. */
const SPAWNED_MEMORY = 16 * 2 ** 20;
/** A JavaScript engine starts with its heap as it was when the program was built, and has to grow. */
const SPAWNED_GROWTH = 8;
const LARGEST_MEMORY = 2 ** 32;

/** Processes of the same component with the same quotas share a template; members of a domain have their own. */
export function placeProcesses(
  processes: readonly ProcessNode[],
  domains: readonly Domain[],
  { modules, parts, reset, spawned }: Tables,
): PlacedProcess[] {
  const shared = new Map<string, BuiltTemplate>();
  return processes.map((node, position) => {
    const { component } = node;
    const domain = domainOf(domains, node);
    const made = spawned.has(node.name);
    const quotas = made ? spawnedQuotas(node) : quotasOf(node, domain);
    const alone = domain !== undefined || made;
    const key = alone ? `process ${node.name}` : templateKey(component.hash, quotas);
    const table = domain !== undefined || made ? parts : modules;
    const direct = domain !== undefined || made ? directImports(node, made) : undefined;
    const fused = direct && { direct };
    const source = { component, quotas, reset, ...(fused && { fused }), ...(made && { spawned: true }) };
    const built = shared.get(key) ?? buildTemplate(source, table);
    shared.set(key, built);
    return { node, position, built };
  });
}

function spawnedQuotas(node: ProcessNode): Quotas {
  const first = memorySizes(node).reduce((sum, bytes) => sum + Number(bytes), 0);
  return {
    memory: Math.max(SPAWNED_MEMORY, Math.min(SPAWNED_GROWTH * first, LARGEST_MEMORY)),
    ...quotasOf(node, undefined),
  };
}

function templateKey(hash: string, quotas: Quotas): string {
  return JSON.stringify([hash, Object.entries(quotas).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** The imports that the module itself answers: other members of the domain; where processes are made, adapters. */
function directImports(node: ProcessNode, made: boolean): Set<string> {
  const isInside = (wire: Wire): boolean => (made ? wire.provider.kind === "device" : isFused(node, wire));
  return new Set(node.wires.filter(isInside).map(({ name }) => name));
}
