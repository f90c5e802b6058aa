/**
 * How much memory a system should be given: what it takes at the start, and room to grow.
 *
 * Nobody knows how much a guest will ask for. Where its quota says so that is believed;
 * else it gets some MiB. It is advice: a boot with less works for as long as it is enough.
 */
import type { KernelPlan, LinkPlan, Process, Quotas } from "../../toolchain/link/plan.ts";
import type { ModuleFacts } from "./module-facts.ts";

const MEBIBYTE = 1024 * 1024;
/** As runtime/memory.h has it. */
const STACK = MEBIBYTE;
/** Of each process. */
const ROOM = 4 * MEBIBYTE;
const MOST_ROOM = 256 * MEBIBYTE;
/** For the machine: tables of pages, stacks of the layer, buffers of devices. */
const MACHINE = 2 * MEBIBYTE;

/** Beside its memories: instance and tables, and pages that say where they are. */
const PLACE = 32 * 1024;
/** What guests may write to directories, as runtime/metal/tree-limit.c has it. */
const FILES = 64 * MEBIBYTE;
/** Of all that is spawned together: as many as the plan allows are seldom there. */
const MOST_SPAWNED = 512 * MEBIBYTE;

/** What there is of a module: from the start, or for each process that is spawned as one of the plan. */
interface Made {
  readonly module: ModuleFacts;
  readonly place?: { readonly process: number };
}

/** Bytes. */
export function bytesNeeded({ root, templates }: LinkPlan, instances: readonly Made[]): number {
  const memories = sum(instances.map(({ module, place }) => (place === undefined ? module.memoryBytes : 0)));
  const first = root.processes.filter(({ spawned }) => spawned !== true);
  const grown = first.map(({ template }) => roomOf(templates[template]?.quotas));
  const { kernel } = root;
  const under = kernel === undefined ? 0 : tablesOf(kernel) + spawnedOf(kernel, instances);
  const stacks = sum(root.processes.map(stackOf));
  return MACHINE + STACK + memories + sum(grown) + stacks + under + (isWriting(root) ? FILES : 0);
}

function isWriting({ processes }: LinkPlan["root"]): boolean {
  return processes.some(({ grants }) =>
    grants.some((it) => it.device === "atoll:device/files" && it.directories.some(({ write }) => write)),
  );
}

/** The kernel's tables, as kernel/core/tables.ts lays them out; most are records and what one event can command. */
function tablesOf({ tables: { processes, messages, handles, events } }: KernelPlan): number {
  const commands = 2 ** Math.ceil(Math.log2(2 * (8 * processes + 2 * handles + messages + 64)));
  return processes * 344 + messages * 88 + handles * 96 + commands * 32 + events * 96;
}

function spawnedOf({ tree }: KernelPlan, instances: readonly Made[]): number {
  const all = instances.map(({ module, place }) => {
    const node = tree.find((it) => it.kind === "worker" && it.process === place?.process);
    const parent = tree[node?.parent ?? -1];
    const most = place !== undefined && parent?.kind === "supervisor" ? (parent.most ?? 0) : 0;
    return most * (module.memoryBytes + PLACE);
  });
  return Math.min(sum(all), MOST_SPAWNED);
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
