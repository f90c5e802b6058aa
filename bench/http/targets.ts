/** What services have to reach, within one run: ratios of medians. */
import type { Row } from "../harness/measure.ts";
import { judged, rowOf, type Target } from "../harness/report/report.ts";

/** Nanoseconds. */
const MILLISECONDS_10 = 10_000_000;

/** The targets of which all that is compared was measured. */
export function targets(rows: readonly Row[]): Target[] {
  const first = rowOf(rows, "first-request", "atoll-lean")?.median;
  return [
    // At least 0.8 times as many requests in a second as Node, and twice as many as jco with the same component.
    ...times(rows, "atoll-lean", "node", 1 / 0.8),
    ...times(rows, "atoll-starlingmonkey", "jco-serve", 1 / 2),
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

/** The time of a request, in terms of another's. */
function times(rows: readonly Row[], of: string, to: string, limit: number): Target[] {
  const [mine, others] = [of, to].map((name) => rowOf(rows, "hello", name)?.median);
  if (mine === undefined || others === undefined) return [];
  return [judged({ case: "hello", of, to, bound: "at most", limit }, mine / others)];
}
