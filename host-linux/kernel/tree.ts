/**
 * The supervision tree of a plan, as the kernel is told of it before it boots.
 *
 * The kernel knows numbers alone: a node's template is its position in the tree
 * plus one, its name is its position.
 */
import * as abi from "../../kernel/abi.ts";
import { kernelFields, type KernelPlan, type TreeNode } from "../../toolchain/link/plan.ts";
import { HostError } from "../host-error.ts";
import type { Kernel } from "./kernel.ts";

/**
 * Returns the pid of each node; 0 for a worker under a dynamic supervisor, which is not there at first.
 * Throws HostError when the kernel does not take a node.
 */
export function declareTree(
  kernel: Kernel,
  { tree }: KernelPlan,
  nameOf: (node: TreeNode) => string,
): readonly number[] {
  for (const [position, node] of tree.entries()) {
    for (const [field, value] of kernelFields(node)) {
      expectOk(kernel.event(abi.EVENT_TEMPLATE, position + 1, field, value), nameOf(node));
    }
  }
  const pids: number[] = [];
  for (const [position, node] of tree.entries()) {
    const parent = node.parent === undefined ? undefined : tree[node.parent];
    const isTemplate = parent?.kind === "supervisor" && parent.strategy === "dynamic";
    const pid = isTemplate
      ? 0
      : kernel.event(abi.EVENT_ADD, pids[node.parent ?? -1] ?? 0, position + 1, position);
    expectOk(pid, nameOf(node));
    pids.push(pid);
  }
  return pids;
}

function expectOk(status: number, name: string): void {
  if (status >= abi.STATUS_OK) return;
  throw new HostError(`The kernel does not take "${name}" of the supervision tree (status ${status}).`);
}
