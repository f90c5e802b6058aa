/**
 * Frames of fused modules, told apart: whose code each one is.
 *
 * In the module of a domain, or of what is spawned, the names of functions say it, but functions may be
 * put in line, and then the frame is of the one around them. What was written
 * elsewhere is told by the source map, so such a frame becomes two: the function
 * that the instruction comes from, and the one that it was put into.
 */
import { FUSED_MAILBOX, FUSED_NAME_END, type LinkPlan } from "../../toolchain/link/plan.ts";
import type { SourcePositions } from "../../toolchain/link/source-position.ts";
import type { StackFrame } from "./stack.ts";

/** Frames innermost first, as `stackOf` gives them. */
export function unfused(
  frames: readonly StackFrame[],
  plan: LinkPlan,
  positions: SourcePositions,
): StackFrame[] {
  const { domains = [], processes } = plan.root;
  const merged = [...domains, ...processes.flatMap((process) => process.merged ?? [])];
  const modules = new Set(merged.map(({ module }) => module));
  if (modules.size === 0) return [...frames];
  const told: StackFrame[] = [];
  // Outermost first: a function that only traps is its caller's, whoever that is.
  for (const frame of frames.toReversed()) {
    if (modules.has(frame.module)) told.push(...toldApart(frame, plan, positions, told.at(-1)));
    else told.push(frame);
  }
  return told.reverse();
}

/** Outermost first. */
function toldApart(
  frame: StackFrame,
  plan: LinkPlan,
  positions: SourcePositions,
  caller: StackFrame | undefined,
): StackFrame[] {
  const around = frame.function === undefined ? undefined : named(frame, frame.function, plan);
  if (around === undefined) return [{ ...frame, ...ownerOf(caller) }];
  const written = positions.nameAt(frame);
  const inner = written === undefined ? undefined : named(frame, written, plan);
  return inner === undefined || inner.written === around.written ? [around] : [around, inner];
}

/** The frame with what a name says: whose function it is, and what it is called there. */
function named({ module, offset }: StackFrame, written: string, plan: LinkPlan): StackFrame | undefined {
  const end = written.indexOf(FUSED_NAME_END);
  if (end < 0) return undefined;
  return { module, offset, function: written.slice(end + 1), written, ...whose(written.slice(0, end), plan) };
}

type Owner = Pick<StackFrame, "process" | "edge" | "mailbox">;

function whose(owner: string, { root }: LinkPlan): Owner {
  const process = root.processes.findIndex(({ name }) => name === owner);
  if (process >= 0) return { process };
  const mailbox = root.processes.findIndex(({ name }) => name + FUSED_MAILBOX === owner);
  return mailbox >= 0 ? { mailbox } : { edge: Number(owner) };
}

function ownerOf({ process, edge, mailbox }: Owner = {}): Owner {
  if (mailbox !== undefined) return { mailbox };
  return { ...(process !== undefined && { process }), ...(edge !== undefined && { edge }) };
}
