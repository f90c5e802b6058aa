/**
 * How much memory a system should be given: what it takes at the start, and room to grow.
 *
 * Nobody knows how much a guest will ask for. Where its quota says so that is believed;
 * else it gets some MiB. It is advice: a boot with less works for as long as it is enough.
 */
import type { LinkPlan, Process, Quotas } from "../../toolchain/link/plan.ts";
import type { ModuleFacts } from "./module-facts.ts";

const MEBIBYTE = 1024 * 1024;
/** As runtime/memory.h has it. */
const STACK = MEBIBYTE;
/** Of each process. */
const ROOM = 4 * MEBIBYTE;
const MOST_ROOM = 256 * MEBIBYTE;
/** For the machine: tables of pages, stacks of the layer, buffers of devices. */
const MACHINE = 2 * MEBIBYTE;

/** Bytes. `instances`: the module of each instance that there is from the start. */
export function bytesNeeded({ root, templates }: LinkPlan, instances: readonly ModuleFacts[]): number {
  const memories = sum(instances.map(({ memoryBytes }) => memoryBytes));
  const grown = root.processes.map(({ template }) => roomOf(templates[template]?.quotas));
  return MACHINE + STACK + memories + sum(grown) + sum(root.processes.map(stackOf));
}

function stackOf({ ownStack }: Process): number {
  return ownStack === undefined ? 0 : STACK;
}

function roomOf(quotas: Quotas | undefined): number {
  return quotas?.memory === undefined ? ROOM : Math.min(quotas.memory, MOST_ROOM);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
