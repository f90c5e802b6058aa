/**
 * What the kernel has to reach: ratios to Erlang within one run, and times.
 *
 * By minima, which a busy machine disturbs least. Printed, and never a failure.
 */
import type { Row } from "../harness/measure.ts";
import { judged, rowOf, type Target } from "../harness/report/report.ts";

/** At most so many times Erlang's minimum of the other case. */
const RATIOS: readonly (readonly [name: string, erlang: string, limit: number])[] = [
  ["mailbox-call", "mailbox-call", 0.1],
  ["mailbox-call:busy", "mailbox-call:busy", 1],
];

/** At most so many nanoseconds, of the minimum or of the 99th percentile. */
const TIMES: readonly (readonly [name: string, of: "min" | "p99", limit: number])[] = [
  ["mailbox-cast", "min", 200],
  ["spawn", "min", 40_000],
  ["crash-notice", "min", 3_000],
  ["restart", "min", 10_000],
  ["restart", "p99", 50_000],
];

/** The targets of which all that is compared was measured. */
export function targets(rows: readonly Row[]): Target[] {
  const ratios = RATIOS.flatMap(([name, other, limit]) => {
    const [own, erlang] = [rowOf(rows, name, "atoll")?.min, rowOf(rows, other, "erlang")?.min];
    if (own === undefined || erlang === undefined) return [];
    return [judged({ case: name, of: "atoll", to: "erlang", bound: "at most", limit }, own / erlang)];
  });
  const times = TIMES.flatMap(([name, of, limit]) => {
    const time = rowOf(rows, name, "atoll")?.[of];
    if (time === undefined) return [];
    const what = of === "p99" ? "atoll, 99th percentile" : "atoll";
    return [judged({ case: name, of: what, to: "1 ns", bound: "at most", limit }, time)];
  });
  return [...ratios, ...times];
}
