/** What a boot has to reach: ratios of medians within one run. */
import type { Row } from "../harness/measure.ts";
import { judged, rowOf, type Target } from "../harness/report/report.ts";

type Aim = readonly [of: string, to: string, bound: Target["bound"], limit: number];

const AIMS: readonly Aim[] = [
  ["atoll-microvm", "qemu-floor", "at most", 2],
  ["linux-vm", "atoll-microvm", "at least", 30],
];

/** The targets of which all that is compared was measured. */
export function targets(rows: readonly Row[]): Target[] {
  return AIMS.flatMap(([of, to, bound, limit]) => {
    const [above, below] = [of, to].map((name) => rowOf(rows, "first-output", name)?.median);
    if (above === undefined || below === undefined) return [];
    return [judged({ case: "first-output", of, to, bound, limit }, above / below)];
  });
}
