/** What services have to reach, within one run: ratios of medians. */
import type { Row } from "../harness/measure.ts";
import { judged, rowOf, type Target } from "../harness/report/report.ts";

/** Nanoseconds. */
const MILLISECONDS_10 = 10_000_000;

/** The targets of which all that is compared was measured. */
export function targets(rows: readonly Row[]): Target[] {
  const [lean, node] = ["atoll-lean", "node"].map((name) => rowOf(rows, "hello", name)?.median);
  const first = rowOf(rows, "first-request", "atoll-lean")?.median;
  return [
    ...(lean === undefined || node === undefined
      ? []
      : // At least 0.8 times as many requests in a second.
        [
          judged(
            { case: "hello", of: "atoll-lean", to: "node", bound: "at most", limit: 1 / 0.8 },
            lean / node,
          ),
        ]),
    ...(first === undefined
      ? []
      : [
          judged(
            { case: "first-request", of: "atoll-lean", to: "10 ms", bound: "at most", limit: 1 },
            first / MILLISECONDS_10,
          ),
        ]),
  ];
}
