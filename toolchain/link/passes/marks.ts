/**
 * Pass: which processes carry a mark while they are called.
 *
 * A guard that catches a trap has to know who was inside: its callee, and the
 * processes that this one had called. Calls elsewhere in the system keep no mark.
 * Drops are guarded too, wherever a process can hold a resource of another.
 */
import type { GuardChoice } from "./guard-choice.ts";
import { canLeave } from "./may-leave.ts";
import { originOf } from "./origin.ts";
import { providersOf, shareLife, type FaultHandling, type ProcessNode } from "./process.ts";

/** Tells whether a consumer's calls set the mark of the process that they enter; `choice` is of the callee. */
export type KeepsMark = (consumer: ProcessNode, fault: FaultHandling, choice: GuardChoice) => boolean;

/**
 * Under the kernel every stack has a guard above it: who began it. So each call that can trap keeps a mark,
 * and a trap ends those who were inside, and nobody else.
 */
export const whereItCanTrap: KeepsMark = (_consumer, { guarded }, { frame }) => guarded || frame !== "none";

export function markedCalls(processes: readonly ProcessNode[]): KeepsMark {
  const behindGuards = new Set(
    processes.flatMap(({ wires, standbys }) =>
      [...wires, ...standbys].flatMap(({ fault, provider }) =>
        fault.guarded && provider.kind === "process" ? [provider.process] : [],
      ),
    ),
  );
  for (const [node, { callsOut }] of destroyers(processes)) if (callsOut) behindGuards.add(node);
  // A Set hands out what is added while it is walked.
  for (const node of behindGuards) for (const provider of providersOf(node)) behindGuards.add(provider);
  return (consumer, { guarded }) => guarded || behindGuards.has(consumer);
}

/** Processes that destroy resources for others, and whether a destructor of theirs can call out. */
export function destroyers(
  processes: readonly ProcessNode[],
): ReadonlyMap<ProcessNode, { readonly callsOut: boolean }> {
  const found = new Map<ProcessNode, { readonly callsOut: boolean }>();
  for (const holder of processes) {
    for (const resource of holder.component.resources.all) {
      const origin = originOf(holder, resource);
      if (origin?.kind !== "process") continue;
      const destructor = origin.resource.defined?.destructor;
      if (destructor === undefined || shareLife(origin.process, holder)) continue;
      const { process } = origin;
      const callsOut = found.get(process)?.callsOut === true || canLeave(process.component.graph, destructor);
      found.set(process, { callsOut });
    }
  }
  return found;
}
