/** What a user says behind `--`, as part of a system: its entry process finds it in its configuration. */
import type { Grant, LinkPlan } from "../toolchain/link/plan.ts";
import { UsageError } from "./report.ts";

/**
 * The plan with the arguments appended to what the entry process is configured with.
 * @param readBySystem They were handed to a system.ts.
 * @throws UsageError where nobody reads them.
 */
export function withArguments(plan: LinkPlan, args: readonly string[], readBySystem: boolean): LinkPlan {
  const entry = plan.root.entry?.process;
  const configured = plan.root.processes[entry ?? -1]?.grants.some(
    ({ device }) => device === "atoll:device/configuration",
  );
  if (args.length === 0) return plan;
  if (configured !== true) {
    // A system.ts that is a function has seen them, and may need no more.
    if (readBySystem) return plan;
    throw new UsageError(
      `${plan.system}: expected no arguments, found ${args.join(" ")}: its entry process does not import atoll:device/configuration.`,
    );
  }
  const processes = plan.root.processes.map((process, position) =>
    position === entry
      ? Object.assign({}, process, { grants: process.grants.map((grant) => append(grant, args)) })
      : process,
  );
  return { ...plan, root: { ...plan.root, processes } };
}

function append(grant: Grant, args: readonly string[]): Grant {
  if (grant.device !== "atoll:device/configuration") return grant;
  return { ...grant, arguments: [...grant.arguments, ...args] };
}
