/** What the shim has to reach: ratios to Node's own interfaces within one run, by medians. */
import type { Row } from "../harness/measure.ts";
import { judged, rowOf, type Target } from "../harness/report/report.ts";

/** At most so many times Node's time. A throughput of at least 0.7 × Node's is a time of at most 1.43 ×. */
const LIMITS: readonly (readonly [name: string, limit: number])[] = [
  ["clock", 1.2],
  ["random-32", 1],
  ["stdout-64k", 1.43],
  ["write-64k", 1.43],
  ["read-64k", 1.43],
];

/** The targets of which all that is compared was measured. */
export function targets(rows: readonly Row[]): Target[] {
  return LIMITS.flatMap(([name, limit]) => {
    const [own, node] = ["atoll", "node"].map((peer) => rowOf(rows, name, peer)?.median);
    if (own === undefined || node === undefined) return [];
    return [judged({ case: name, of: "atoll", to: "node", bound: "at most", limit }, own / node)];
  });
}
