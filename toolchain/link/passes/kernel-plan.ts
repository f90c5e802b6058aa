/**
 * Pass: the kernel of a system that has supervisors, and how large its tables have to be.
 */
import type { SystemConfig } from "../config/system.ts";
import type { SupervisorConfig } from "../config/supervisor.ts";
import { LinkError } from "../error.ts";
import type { ModuleTable } from "../module-table.ts";
import type { KernelPlan, TreeNode, WorkerNode } from "../plan.ts";
import type { PlacedProcess } from "./ends.ts";
import { supervisionTree } from "./supervision-tree.ts";

/** What the kernel has room for at most, and what is cheap enough to be there always. */
const MOST_PROCESSES = 0xffff;
const MOST_RECORDS = 0xf_ffff;
const LEAST = { messages: 1024, handles: 1024, events: 4096 };
/** With a supervisor of processes that come and go: a slot is given to 32,767 of them, one after the other. */
const LEAST_SLOTS = 1024;
/** Of each process that is spawned, room in tables that they share; its quota is more. */
const SPAWNED_SHARE = 4;

/**
 * Adds the kernel to the modules of a plan.
 *
 * @param sends Whether anything is sent as a message.
 * @throws LinkError (`config`) where its bytes were not given
 */
export function addKernel(
  modules: ModuleTable,
  given: { readonly kernel: Uint8Array; readonly mail: Uint8Array } | undefined,
  sends: boolean,
): Pick<KernelPlan, "module" | "mail"> {
  if (given === undefined) {
    throw new LinkError(
      "config",
      "the system has a supervisor, and the linker was not given the kernel",
      "Give `link` the modules that `builtKernel` of kernel/built.ts returns, as `kernel`.",
    );
  }
  const add = (role: "kernel" | "mail"): number =>
    modules.add({ name: modules.freshName(role), role, bytes: given[role] });
  return { module: add("kernel"), ...(sends && { mail: add("mail") }) };
}

/** @throws LinkError (`config`, `limit`) */
export function kernelPlan(
  config: SystemConfig & { readonly supervisor: SupervisorConfig },
  placed: readonly PlacedProcess[],
  modules: Pick<KernelPlan, "module" | "mail">,
): KernelPlan {
  const tree = supervisionTree(config, placed);
  const { control } = config;
  return { ...modules, tables: tablesFor(tree), tree, ...(control !== undefined && { control }) };
}

function tablesFor(tree: readonly TreeNode[]): KernelPlan["tables"] {
  const processes = sum(tree, (node) => {
    if (node.kind === "supervisor") return 1 + (node.most ?? 0);
    return manyOf(tree, node) === undefined ? 1 : 0;
  });
  if (processes > MOST_PROCESSES) {
    throw new LinkError(
      "limit",
      `the system may have ${processes} processes at a time, and the kernel has room for ${MOST_PROCESSES}`,
      "Lower `most` of the dynamic supervisors.",
    );
  }
  const isSpawned = tree.some((node) => node.kind === "supervisor" && node.strategy === "dynamic");
  const messages = sum(tree, (node) => sharesOf(tree, node, "mail") + sharesOf(tree, node, "records"));
  const handles = sum(tree, (node) => sharesOf(tree, node, "handles"));
  return {
    processes: isSpawned ? Math.max(processes, LEAST_SLOTS) : processes,
    messages: between(LEAST.messages, messages),
    handles: between(LEAST.handles, handles),
    events: LEAST.events,
  };
}

/** What a node adds to a table: its quota; where there may be many of it, a part for each. */
function sharesOf(tree: readonly TreeNode[], node: TreeNode, quota: "mail" | "records" | "handles"): number {
  if (node.kind === "supervisor") return 0;
  const many = manyOf(tree, node);
  return many === undefined ? node[quota] : many * Math.min(node[quota], SPAWNED_SHARE) + node[quota];
}

/** Of what is spawned: how many there may be. */
function manyOf(tree: readonly TreeNode[], { parent = 0 }: WorkerNode): number | undefined {
  const supervisor = tree[parent];
  return supervisor?.kind === "supervisor" ? supervisor.most : undefined;
}

function between(least: number, wanted: number): number {
  return Math.min(Math.max(least, wanted), MOST_RECORDS);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
