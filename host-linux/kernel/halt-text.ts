/** Why the root of a supervision tree failed, for whoever started the system. */
import * as abi from "../../kernel/abi.ts";
import type { KernelPlan, LinkPlan } from "../../toolchain/link/plan.ts";
import type { Death } from "../guard/deaths.ts";
import { trapText } from "../trap/trap-text.ts";
import { nameOfNode, type Worker } from "./worker-table.ts";

const MILLISECOND = 1000;

/** `reason`: why the root has ended. */
export function haltText(
  plan: LinkPlan,
  tree: KernelPlan["tree"],
  workers: readonly Worker[],
  deaths: readonly Death[],
  reason: number,
): string {
  if (reason === abi.REASON_KILLED) return `${plan.system} was killed.`;
  const last = lastToFail(workers);
  if (last === undefined) return `${plan.system} has ended: its supervisor gave up.`;
  const { worker, failure } = last;
  const death = deaths.findLast(({ process }) => process === worker.name);
  const report = failure === abi.REASON_CRASHED ? death?.report : undefined;
  return [
    `${plan.system} has ended: process "${worker.name}" ${reasonText(failure)}, ${oftenText(tree, worker, workers, plan)}`,
    ...(report === undefined ? [] : [`The last time: ${trapText(report)}`]),
  ].join("\n");
}

/** How often it failed in the time that its supervisor looks at, and others with it; and what that one bears. */
function oftenText(
  tree: KernelPlan["tree"],
  worker: Worker,
  workers: readonly Worker[],
  plan: LinkPlan,
): string {
  const parent = tree[worker.node]?.parent;
  const supervisor = tree[parent ?? 0];
  if (supervisor?.kind !== "supervisor") return "";
  const { window, intensity } = supervisor;
  const since = performance.now() - window / MILLISECOND;
  const counted = ({ failures }: Worker): number =>
    failures.filter(({ at, reason }) => at >= since && isCause(reason)).length;
  const times = counted(worker) === 1 ? "once" : `${counted(worker)} times`;
  const others = workers.flatMap((other) => {
    const isOther = other !== worker && tree[other.node]?.parent === parent && counted(other) > 0;
    return isOther ? [`${other.name} ${counted(other)}`] : [];
  });
  const also = others.length === 0 ? "" : ` (others: ${others.join(", ")})`;
  return `${times} within ${window / MILLISECOND} ms${also}; its supervisor "${nameOfNode(plan, supervisor)}" bears ${intensity} failures in that time.`;
}

function lastToFail(workers: readonly Worker[]): { worker: Worker; failure: number } | undefined {
  const failed = workers.flatMap((worker) => {
    const failure = worker.failures.findLast(({ reason }) => isCause(reason));
    return failure === undefined ? [] : [{ worker, failure: failure.reason, at: failure.at }];
  });
  return failed.toSorted((a, b) => a.at - b.at).at(-1);
}

const BROUGHT_ABOUT: ReadonlySet<number> = new Set([
  abi.REASON_SHUTDOWN,
  abi.REASON_LINKED,
  abi.REASON_COLLATERAL,
  abi.REASON_UNOWNED,
]);

/** Not one that another process, or the supervisor, brought about. */
function isCause(reason: number): boolean {
  return !BROUGHT_ABOUT.has(reason);
}

/** Why the system ends when its entry's process is down for good, after a failure. */
export function entryText(plan: LinkPlan, { name, failures }: Worker, deaths: readonly Death[]): string {
  const reason = failures.at(-1)?.reason ?? abi.REASON_CRASHED;
  const report =
    reason === abi.REASON_CRASHED ? deaths.findLast(({ process }) => process === name)?.report : undefined;
  // One that is a system by itself, as on the command line: its trap says it all.
  if (report !== undefined && plan.root.processes.length === 1 && name === plan.system)
    return trapText(report);
  return [
    `${plan.system} has ended: process "${name}", in which it starts, ${reasonText(reason)}, and is temporary.`,
    ...(report === undefined ? [] : [trapText(report)]),
  ].join("\n");
}

function reasonText(reason: number): string {
  if (reason === abi.REASON_NORMAL) return "exited";
  if (reason === abi.REASON_START_TIMEOUT) return "did not start in time";
  if (reason === abi.REASON_STOP_TIMEOUT) return "did not stop in time";
  if (reason === abi.REASON_EXHAUSTED) return "used up a quota";
  if (reason === abi.REASON_LINKED) return "failed with a process that it was linked to";
  if (reason === abi.REASON_COLLATERAL) return "failed in a call to a process that did";
  return reason === abi.REASON_KILLED ? "was killed" : "crashed";
}
