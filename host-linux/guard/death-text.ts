/**
 * A death for people, after which the system goes on:
 *
 *      process index died (crashed): it divided by zero
 *          ranking.ts:41:12   rank
 */
import { trapText } from "../trap/trap-text.ts";
import type { Death } from "./deaths.ts";

/** Lines without colours. */
export function deathText({ process, reason, originator, report }: Death): string {
  const head = `process ${process} died (${reason})`;
  if (originator !== process) return `${head}: it was in a call to ${originator}, which died`;
  return report === undefined ? head : `${head}: ${trapText(report)}`;
}
