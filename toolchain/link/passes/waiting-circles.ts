/**
 * Pass: processes that may come to wait for each other, which the kernel ends by a fault.
 */
import type { ProcessNode } from "./process.ts";
import { strongComponents } from "./strong-components.ts";

/** A warning for each circle of calls that are messages; casts wait for nobody. */
export function waitingCircles(processes: readonly ProcessNode[]): string[] {
  const circles = strongComponents(processes, waitsFor).filter(
    ([first, ...others]) => first !== undefined && (others.length > 0 || waitsFor(first).includes(first)),
  );
  return circles.map((circle) => {
    const names = circle.map(({ name }) => name).sort();
    const who =
      names.length === 1
        ? `process ${names[0]} may wait for itself`
        : `processes ${names.join(", ")} may wait for each other`;
    return `${who}: a call that comes back to one that waits ends in the fault unavailable; cast: ["…"] waits for nobody`;
  });
}

/** The receivers of its calls that are messages. */
function waitsFor({ wires }: ProcessNode): ProcessNode[] {
  const choices = wires.flatMap(({ messages }) => [...(messages?.values() ?? [])]);
  return choices.flatMap(({ kind, receiver }) => (kind === "call" ? [receiver] : []));
}
