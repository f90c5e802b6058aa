/**
 * Pass: the system fits where it shall run, as far as that can be seen before.
 */
import type { core } from "../../wasm/index.ts";
import { LinkError } from "../error.ts";
import type { Graph, InstanceNode } from "../evaluate/graph.ts";
import type { Growth } from "./growth.ts";
import type { ProcessNode } from "./process.ts";

/** V8 has address space for 16,262 memories of 8 GiB each; some are the host's. */
const MAX_MEMORIES = 16_000;

/** @throws LinkError (`limit`) */
export function checkLimits(processes: readonly ProcessNode[]): void {
  let memories = 0;
  for (const process of processes) {
    const sizes = memorySizes(process);
    memories += sizes.length;
    checkQuota(process, sizes);
    checkTables(process);
  }
  if (memories > MAX_MEMORIES) {
    throw new LinkError(
      "limit",
      `the system has ${memories} linear memories, and a host has room for ${MAX_MEMORIES}`,
      "Use fewer processes.",
    );
  }
}

/**
 * What a system may come to have that a host has no room for, unless it looks for addresses out of bounds
 * itself: the processes that are spawned.
 *
 * @param most How many there may be of a process.
 */
export function crowdWarnings(
  processes: readonly ProcessNode[],
  most: (process: ProcessNode) => number,
): string[] {
  const memories = processes.reduce((sum, process) => sum + memorySizes(process).length * most(process), 0);
  if (memories <= MAX_MEMORIES) return [];
  return [
    `the system may have ${memories} linear memories when all processes are spawned that may be, and a host that guards them by pages has room for ${MAX_MEMORIES}`,
  ];
}

function checkQuota({ name, component, config }: ProcessNode, sizes: readonly bigint[]): void {
  const quota = config.quotas?.memory;
  if (quota === undefined) return;
  const size = sizes.reduce((sum, bytes) => sum + bytes, 0n);
  if (size > BigInt(quota)) {
    throw new LinkError(
      "limit",
      `process "${name}": ${component.file} starts with ${size} bytes of linear memory, and quotas.memory is ${quota}`,
      `Allow at least ${size}.`,
    );
  }
}

function checkTables({ name, component, config }: ProcessNode): void {
  const quota = config.quotas?.table;
  if (quota === undefined) return;
  for (const { module } of component.graph.instances) {
    const size = module.module.tables.find(({ type }) => type.limits.min > BigInt(quota))?.type.limits.min;
    if (size === undefined) continue;
    throw new LinkError(
      "limit",
      `process "${name}": ${component.file} starts with a table of ${size} elements, and quotas.table is ${quota}`,
      `Allow at least ${size}.`,
    );
  }
}

/** Bytes that each memory of the process starts with. */
export function memorySizes({ component }: ProcessNode): bigint[] {
  return component.graph.instances.flatMap(({ module: { module } }) => module.memories.map(firstSize));
}

function firstSize({ min, pageSizeLog2 = 16 }: core.Limits): bigint {
  return min << BigInt(pageSizeLog2);
}

/**
 * What a memory may grow by, so that all memories of a component stay within a quota: those that
 * grow have equal parts of what is left.
 */
export function roomToGrow({ instances }: Graph, growth: Growth, quota: number): number {
  const sizes = instances.flatMap(({ module: { module } }) => module.memories.map(firstSize));
  const growing = instances.reduce((sum, node) => sum + growth.of(node, "memory").size, 0);
  const left = BigInt(quota) - sizes.reduce((sum, bytes) => sum + bytes, 0n);
  return growing === 0 ? 0 : Number(left / BigInt(growing));
}

/** Upper bounds in bytes for an instance's own memories, by index. */
export function memoryBounds(node: InstanceNode, room: number): Map<number, number> {
  const { imports, memories } = node.module.module;
  const first = imports.filter(({ type }) => type.kind === "memory").length;
  return new Map(memories.map((memory, i) => [first + i, Number(firstSize(memory)) + room]));
}
