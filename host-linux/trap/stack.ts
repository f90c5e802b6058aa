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
  /** In a fused module: the function that the code was written in, as names there have it. See unfused.ts. */
  readonly written?: string;
  /** The process that it is of; or the edge, for an adapter. */
  readonly process?: number;
  readonly edge?: number;
}

/** The frames of an error that has not been printed yet. Empty for what has no stack. */
export function stackOf(error: unknown, plan: LinkPlan): StackFrame[] {
  const modules = new Map(plan.modules.map(({ name }, position) => [name, position]));
  const frames: StackFrame[] = [];
  for (const site of callSites(error)) {
    const name = /^wasm:\/\/wasm\/(.*)-[0-9a-f]{8,}$/s.exec(site.getScriptNameOrSourceURL() ?? "")?.[1];
    const module = name === undefined ? undefined : modules.get(name);
    if (module === undefined) continue;
    const functionName = site.getFunctionName();
    frames.push({
      module,
      offset: site.getPosition(),
      ...(functionName !== null && { function: functionName }),
    });
  }
  return frames;
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
