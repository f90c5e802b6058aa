/**
 * Pass: which processes carry a mark while they are called.
 *
 * A guard that catches a trap has to know who was inside: its callee, and the
 * processes that this one had called. Calls elsewhere in the system keep no mark.
 */
import { providersOf, type FaultHandling, type ProcessNode } from "./process.ts";

/** Tells whether a consumer's calls set the mark of the process that they enter. */
export type KeepsMark = (consumer: ProcessNode, fault: FaultHandling) => boolean;

export function markedCalls(processes: readonly ProcessNode[]): KeepsMark {
  const behindGuards = new Set(
    processes.flatMap(({ wires, standbys }) =>
      [...wires, ...standbys].flatMap(({ fault, provider }) =>
        fault.guarded && provider.kind === "process" ? [provider.process] : [],
      ),
    ),
  );
  // A Set hands out what is added while it is walked.
  for (const node of behindGuards) for (const provider of providersOf(node)) behindGuards.add(provider);
  return (consumer, { guarded }) => guarded || behindGuards.has(consumer);
}
