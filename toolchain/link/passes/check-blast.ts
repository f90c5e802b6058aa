/**
 * Pass: no more processes fall with one that traps than `system.ts` allows.
 */
import type { SystemConfig } from "../config/system.ts";
import { LinkError } from "../error.ts";
import { capabilityGraph } from "../inspect/graph.ts";
import { blastSet } from "../inspect/reach.ts";
import { count, table } from "../inspect/text.ts";
import type { LinkPlan } from "../plan.ts";

/** @throws LinkError (`limit`) that names who falls, and by which calls. */
export function checkBlast(plan: LinkPlan, { processes }: SystemConfig): void {
  const capped = Object.entries(processes).filter(([, { blast }]) => blast !== undefined);
  if (capped.length === 0) return;
  const graph = capabilityGraph(plan);
  const problems = capped.flatMap(([name, { blast = 0 }]) => {
    const { falls } = blastSet(graph, name);
    if (falls.length <= blast) return [];
    const rows = falls.map((fallen) => [fallen.name, fallen.way.join(" → ")]);
    const found = count(falls.length, "other process falls", "other processes fall");
    return [
      `process "${name}", blast: expected at most ${blast}; when it traps, ${found}:\n${table(rows).join("\n")}`,
    ];
  });
  if (problems.length === 0) return;
  throw new LinkError(
    "limit",
    problems.join("\n\n"),
    "Guard calls on these ways: import the guarded view of an interface (atoll wit guard) without `plain: true`, or give its wire onFault.",
  );
}
