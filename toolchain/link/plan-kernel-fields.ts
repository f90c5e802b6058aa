/** The nodes of a plan's supervision tree in the numbers of the kernel, which are the same for all hosts. */
import * as abi from "../../kernel/abi.ts";
import type { SupervisorNode, TreeNode, WorkerNode } from "./plan-kernel.ts";

/** RESTART_* of kernel/abi.ts. */
export const RESTARTS: Readonly<Record<TreeNode["restart"], number>> = {
  permanent: abi.RESTART_PERMANENT,
  transient: abi.RESTART_TRANSIENT,
  temporary: abi.RESTART_TEMPORARY,
};

const STRATEGIES = {
  one_for_one: abi.STRATEGY_ONE,
  one_for_all: abi.STRATEGY_ALL,
  rest_for_one: abi.STRATEGY_REST,
  dynamic: abi.STRATEGY_DYNAMIC,
} as const;

/** What a kernel is told of a node before it boots: FIELD_* of kernel/abi.ts, and their values. */
export function kernelFields(node: TreeNode): [field: number, value: number][] {
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
