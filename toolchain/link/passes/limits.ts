/**
 * Pass: the system fits where it shall run, as far as that can be seen before.
 */
import { LinkError } from "../error.ts";
import type { ProcessNode } from "./process.ts";

/** V8 has address space for 16,262 memories of 8 GiB each; some are the host's. */
const MAX_MEMORIES = 16_000;

/** @throws LinkError (`limit`, `not-yet`) */
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

function checkQuota({ name, component, config }: ProcessNode, sizes: readonly bigint[]): void {
  const quota = config.quotas?.memory;
  if (quota === undefined) return;
  if (sizes.length > 1) {
    throw new LinkError(
      "not-yet",
      `process "${name}": quotas.memory for a component with ${sizes.length} memories (${component.file}): Atoll cannot do that yet`,
    );
  }
  const [size = 0n] = sizes;
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
function memorySizes({ component }: ProcessNode): bigint[] {
  return component.graph.instances.flatMap(({ module: { module } }) =>
    module.memories.map(({ min, pageSizeLog2 = 16 }) => min << BigInt(pageSizeLog2)),
  );
}
