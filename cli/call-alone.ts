/**
 * Which functions of a system under the kernel `atoll call` can call.
 *
 * It calls from outside, on a stack of its own that cannot be suspended: what
 * waits for the answer of a message would only ever see the fault `unavailable`.
 */
import type { LinkPlan } from "../toolchain/link/plan.ts";
import { UsageError } from "./report.ts";

/** @throws UsageError when a call of the process may come to wait for another one's answer. */
export function checkCallable({ root, system, templates }: LinkPlan, position: number): void {
  const reached = new Set([position]);
  // A Set hands out what is added while it is walked.
  for (const consumer of reached) {
    for (const { provider, functions, hole, ...edge } of root.edges) {
      if (edge.consumer !== consumer || !("process" in provider)) continue;
      for (const { name, message, handedOn } of functions) {
        const receiver = handedOn?.process ?? provider.process;
        if (message === undefined) reached.add(receiver);
        else if (message.kind === "call") throw waits(consumer, receiver, name, hole);
      }
    }
  }

  function waits(consumer: number, receiver: number, name: string, hole: number): UsageError {
    const [from, to, called] = [consumer, receiver, position].map((at) => root.processes[at]?.name);
    const of = templates[root.processes[consumer]?.template ?? -1]?.holes[hole]?.name;
    const who = from === called ? "it" : `it calls process "${from}", which`;
    return new UsageError(
      `${system}: process "${called}" cannot be called from outside: ${who} waits for answers of process "${to}" (${name} of ${of}, a message), which only a running system has.`,
      "Call one that sends none, or a component by itself: atoll call FILE FUNCTION …",
    );
  }
}
