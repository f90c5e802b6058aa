/** What a plan has and an image does without, for who makes it: the system runs, and something is missing. */
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import type { Target } from "./target.ts";

/** Sentences; empty when all of the plan is in the image. */
export function leftOut({ root }: LinkPlan, target: Target["platform"]): string[] {
  const control = root.kernel?.control;
  const socket =
    control && `The image has no control socket: atoll ps and the like find nothing at ${control}.`;
  const changed = target === "metal" ? writable(root) : [];
  const lost =
    changed.length === 0
      ? undefined
      : `What is written to ${changed.join(", ")} is kept in memory, and gone when the machine is switched off.`;
  return [socket, lost].filter((sentence) => sentence !== undefined);
}

/** Directories that may be changed. */
function writable({ processes }: LinkPlan["root"]): string[] {
  const paths = processes.flatMap(({ grants }) =>
    grants.flatMap((grant) => (grant.device === "atoll:device/files" ? grant.directories : [])),
  );
  return [...new Set(paths.filter(({ write }) => write).map(({ path }) => path))];
}
