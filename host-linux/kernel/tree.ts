/**
 * The supervision tree of a plan, as the kernel is told of it before it boots.
 *
 * The kernel knows numbers alone: a node's template is its position in the tree
 * plus one, its name is its position.
 */
import * as abi from "../../kernel/abi.ts";
import type { KernelPlan, SupervisorNode, TreeNode, WorkerNode } from "../../toolchain/link/plan.ts";
import { HostError } from "../host-error.ts";
import type { Kernel } from "./kernel.ts";

const RESTARTS = {
  permanent: abi.RESTART_PERMANENT,
  transient: abi.RESTART_TRANSIENT,
  temporary: abi.RESTART_TEMPORARY,
} as const;

const STRATEGIES = {
  one_for_one: abi.STRATEGY_ONE,
  one_for_all: abi.STRATEGY_ALL,
  rest_for_one: abi.STRATEGY_REST,
  dynamic: abi.STRATEGY_DYNAMIC,
} as const;

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
    for (const [field, value] of fieldsOf(node)) {
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

function fieldsOf(node: TreeNode): [field: number, value: number][] {
  return [
    ...commonFields(node),
    ...(node.kind === "supervisor" ? supervisorFields(node) : workerFields(node)),
  ];
}

function commonFields({ restart, startDeadline, stopDeadline, backoff }: TreeNode): [number, number][] {
  return [
    [abi.FIELD_RESTART, RESTARTS[restart]],
    [abi.FIELD_START_DEADLINE, startDeadline],
    [abi.FIELD_STOP_DEADLINE, stopDeadline],
    [abi.FIELD_BACKOFF, backoff.first],
    [abi.FIELD_BACKOFF_LIMIT, backoff.limit],
  ];
}

function supervisorFields({ strategy, intensity, window, most }: SupervisorNode): [number, number][] {
  return [
    [abi.FIELD_KIND, abi.KIND_SUPERVISOR],
    [abi.FIELD_STRATEGY, STRATEGIES[strategy]],
    [abi.FIELD_INTENSITY, intensity],
    [abi.FIELD_WINDOW, window],
    [abi.FIELD_CHILDREN, most ?? 0],
  ];
}

/** Every worker has room for one message of the host: the one by which an entry is called. */
function workerFields({ priority, mail, mailBytes, records, handles }: WorkerNode): [number, number][] {
  return [
    [abi.FIELD_KIND, abi.KIND_WORKER],
    [abi.FIELD_PRIORITY, priority],
    [abi.FIELD_MAIL, Math.max(mail, 1)],
    [abi.FIELD_MAIL_BYTES, mailBytes],
    [abi.FIELD_RECORDS, records],
    [abi.FIELD_HANDLES, handles],
  ];
}
