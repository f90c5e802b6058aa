/** Arguments that a system is given: appended to what its entry process is configured with. */
import type { Grant, LinkPlan } from "../toolchain/link/plan.ts";
import { UsageError } from "./report.ts";

/**
 * Those of `args` that its entry process reads: all or none. Throws UsageError where nobody does.
 * `readBySystem`: a system.ts that is a function has seen them, and its processes may need no more.
 */
export function argumentsRead(
  plan: LinkPlan,
  args: readonly string[],
  readBySystem: boolean,
): readonly string[] {
  if (isConfigured(plan)) return args;
  if (args.length === 0 || readBySystem) return [];
  throw new UsageError(
    `${plan.system}: expected no arguments, found ${args.join(" ")}: its entry process does not import atoll:device/configuration.`,
  );
}

/** The plan with the arguments. Throws as `argumentsRead`. */
export function withArguments(plan: LinkPlan, args: readonly string[], readBySystem: boolean): LinkPlan {
  if (argumentsRead(plan, args, readBySystem).length === 0) return plan;
  const entry = plan.root.entry?.process;
  const processes = plan.root.processes.map((process, position) =>
    position === entry
      ? Object.assign({}, process, { grants: process.grants.map((grant) => append(grant, args)) })
      : process,
  );
  return { ...plan, root: { ...plan.root, processes } };
}

function isConfigured({ root }: LinkPlan): boolean {
  const entry = root.processes[root.entry?.process ?? -1];
  return entry?.grants.some(({ device }) => device === "atoll:device/configuration") === true;
}

function append(grant: Grant, args: readonly string[]): Grant {
  if (grant.device !== "atoll:device/configuration") return grant;
  return { ...grant, arguments: [...grant.arguments, ...args] };
}
