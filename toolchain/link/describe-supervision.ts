/**
 * The supervision tree of a link plan, for people: names instead of positions, milliseconds.
 */
import type { LinkPlan, SupervisorNode, TreeNode, WorkerNode } from "./plan.ts";

/** A supervisor with those below it, or a process. */
export type SupervisionDescription = SupervisorDescription | WorkerDescription;

interface CommonDescription {
  readonly name: string;
  readonly restart: TreeNode["restart"];
  /** The wait before restarts; absent when there is none. */
  readonly backoff?: { readonly first: number; readonly limit: number };
}

export interface SupervisorDescription extends CommonDescription {
  readonly kind: "supervisor";
  readonly strategy: SupervisorNode["strategy"];
  /** Failures that it bears within the window. */
  readonly intensity: number;
  readonly window: number;
  /** Of a dynamic one: how many children it may have. */
  readonly most?: number;
  readonly children: readonly SupervisionDescription[];
}

export interface WorkerDescription extends CommonDescription {
  readonly kind: "process";
  /** Other members of its domain, which it stands for. */
  readonly with?: readonly string[];
  readonly startDeadline: number;
  readonly stopDeadline: number;
  readonly priority: number;
  readonly mailbox: { readonly messages: number; readonly bytes: number };
  readonly records: number;
  readonly handles: number;
  /** Why it has a stack of its own; absent when nothing suspends it. */
  readonly ownStack?: string;
  /** Why calls of it are messages, when it has none. */
  readonly byMessage?: string;
}

/** Undefined for a system without supervisors. */
export function describeSupervision(plan: LinkPlan): SupervisorDescription | undefined {
  const root = plan.root.kernel?.tree[0];
  return root?.kind === "supervisor" ? describeSupervisor(plan, root, 0) : undefined;
}

function describeSupervisor(plan: LinkPlan, node: SupervisorNode, position: number): SupervisorDescription {
  const { name, strategy, intensity, window, most } = node;
  return {
    kind: "supervisor",
    name,
    strategy,
    intensity,
    window: milliseconds(window),
    ...(most !== undefined && { most }),
    ...common(node),
    children: (plan.root.kernel?.tree ?? []).flatMap((child, i) => {
      if (child.parent !== position) return [];
      return child.kind === "worker" ? describeWorker(plan, child) : describeSupervisor(plan, child, i);
    }),
  };
}

function describeWorker({ root }: LinkPlan, node: WorkerNode): WorkerDescription {
  const { process, startDeadline, stopDeadline, priority, mail, mailBytes, records, handles } = node;
  const { name = "", domain, ownStack, byMessage } = root.processes[process] ?? {};
  const others = root.processes.filter(
    (p, i) => domain !== undefined && p.domain === domain && i !== process,
  );
  return {
    kind: "process",
    name,
    ...(others.length > 0 && { with: others.map((other) => other.name) }),
    ...common(node),
    startDeadline: milliseconds(startDeadline),
    stopDeadline: milliseconds(stopDeadline),
    priority,
    mailbox: { messages: mail, bytes: mailBytes },
    records,
    handles,
    ...(ownStack !== undefined && { ownStack }),
    ...(byMessage !== undefined && { byMessage }),
  };
}

function common({ restart, backoff }: TreeNode): Pick<CommonDescription, "restart" | "backoff"> {
  if (backoff.limit === 0) return { restart };
  return {
    restart,
    backoff: { first: milliseconds(backoff.first), limit: milliseconds(backoff.limit) },
  };
}

function milliseconds(microseconds: number): number {
  return microseconds / 1000;
}
