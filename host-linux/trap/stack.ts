/**
 * V8's stack of an error as frames of plan modules, innermost first.
 *
 * V8 calls a Wasm script `wasm://wasm/NAME-HASH`, NAME being the module's own
 * name, which in a plan is unique; a frame's position is a byte offset in the
 * module. Frames of JavaScript (devices, this host) are left out.
 */
import type { LinkPlan } from "../../toolchain/link/plan.ts";

/** Deep enough for a chain of calls through many processes. */
export const STACK_DEPTH = 256;

export interface StackFrame {
  /** Position in `LinkPlan.modules`. */
  readonly module: number;
  /** From the module's name section. */
  readonly function?: string;
  /** Byte offset in the module. */
  readonly offset: number;
  /** In a fused or merged module: the function that the code was written in, as names there have it. See unfused.ts. */
  readonly written?: string;
  /** There, whose it is: a process; or the edge, for an adapter; or the process that it takes a message to. */
  readonly process?: number;
  readonly edge?: number;
  readonly mailbox?: number;
}

/** Whether it is of an adapter, wherever that is. */
export function isOfAdapter({ module, edge, mailbox }: StackFrame, plan: LinkPlan): boolean {
  return edge !== undefined || mailbox !== undefined || plan.modules[module]?.role === "adapter";
}

/**
 * The method of the scheduler in which a turn begins that needs no stack of its own. It may be called
 * while somebody else is about to be suspended, whose frames have nothing to do with the turn.
 */
const TURN = "#callHere";

/** The frames of an error that has not been printed yet. Empty for what has no stack. */
export function stackOf(error: unknown, plan: LinkPlan): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const site of callSites(error)) {
    const frame = frameOf(site, plan);
    if (frame !== undefined) frames.push(frame);
    else if (site.getFunctionName() === TURN) break;
  }
  return frames;
}

/** The innermost of these, for who needs no more: it is asked for at each death. */
export function innermostOf(error: unknown, plan: LinkPlan): StackFrame | undefined {
  for (const site of callSites(error)) {
    const frame = frameOf(site, plan);
    if (frame !== undefined) return frame;
  }
  return undefined;
}

function frameOf(site: NodeJS.CallSite, plan: LinkPlan): StackFrame | undefined {
  const name = /^wasm:\/\/wasm\/(.*)-[0-9a-f]{8,}$/s.exec(site.getScriptNameOrSourceURL() ?? "")?.[1];
  const module = name === undefined ? undefined : positionsIn(plan).get(name);
  if (module === undefined) return undefined;
  const functionName = site.getFunctionName();
  return {
    module,
    offset: site.getPosition(),
    ...(functionName !== null && { function: functionName }),
  };
}

const positions = new WeakMap<LinkPlan, ReadonlyMap<string, number>>();

/** Of modules, by name. */
function positionsIn(plan: LinkPlan): ReadonlyMap<string, number> {
  const known = positions.get(plan) ?? new Map(plan.modules.map(({ name }, position) => [name, position]));
  positions.set(plan, known);
  return known;
}

/** V8 formats a stack when it is first read: that is the moment to ask for its parts. */
function callSites(error: unknown): NodeJS.CallSite[] {
  if (!(error instanceof Error)) return [];
  // oxlint-disable-next-line typescript/unbound-method -- only put back where it was
  const format = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites;
  try {
    const sites: unknown = error.stack;
    return Array.isArray(sites) ? (sites as NodeJS.CallSite[]) : [];
  } finally {
    Error.prepareStackTrace = format;
  }
}
