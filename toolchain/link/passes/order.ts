/**
 * Pass: providers before consumers; a circle of calls is refused.
 *
 * A plain call runs on its caller's stack and shares its fate, so calls between
 * processes must end somewhere. The order depends on names and wires only, not
 * on how `system.ts` lists the processes.
 */
import { LinkError } from "../error.ts";
import type { ProcessNode } from "./process.ts";

/** @throws LinkError (`cycle`) that prints the circle. */
export function orderProcesses(processes: readonly ProcessNode[]): ProcessNode[] {
  const ordered: ProcessNode[] = [];
  const state = new Map<ProcessNode, "open" | "done">();
  for (const root of byName(processes)) visit(root);
  return ordered;

  // Recursion is as deep as the longest chain of wires: a system of ten thousand processes in a row.
  function visit(process: ProcessNode, path: readonly ProcessNode[] = []): void {
    if (state.get(process) === "done") return;
    const here = [...path, process];
    if (state.get(process) === "open") throw cycle(here.slice(path.indexOf(process)));
    state.set(process, "open");
    for (const provider of byName(providersOf(process))) visit(provider, here);
    state.set(process, "done");
    ordered.push(process);
  }
}

function providersOf(process: ProcessNode): ProcessNode[] {
  return process.wires.flatMap(({ provider }) => (provider.kind === "process" ? [provider.process] : []));
}

function byName(processes: readonly ProcessNode[]): ProcessNode[] {
  return [...processes].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function cycle(path: readonly ProcessNode[]): LinkError {
  return new LinkError(
    "cycle",
    `processes call each other in a circle: ${path.map((p) => p.name).join(" → ")}`,
    "Plain calls between processes have to end somewhere: take out one of these wires. Circles will go by mailbox, which Atoll does not have yet.",
  );
}
