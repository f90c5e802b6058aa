/**
 * What Atoll has to reach, as ratios within one run.
 *
 * Ratios, because nanoseconds differ between machines; within one run, because
 * they drift on the same machine; of minima, which a busy machine disturbs
 * least. Only how fast text is transcoded is a speed, over "1 GB/s". They are
 * printed and never fail a run. Guests are compared with the
 * same guests: what they do themselves is a part of every time.
 */
import type { Row } from "../harness/measure.ts";
import { judged, rowOf, type Target } from "../harness/report/report.ts";
import { caseNamed, CASES } from "./cases.ts";

type Aim = readonly [name: string, of: string, to: string, bound: Target["bound"], limit: number];

const GUESTS = [
  { guests: "lean", jco: "jco-1.16-mm" },
  { guests: "wat", jco: "jco-1.16-mm-wat" },
] as const;

/** A call, a call with a check, a handle, and a payload. */
const GUARDED: readonly Aim[] = ["u32x2", "u32-u8", "borrow-method", "string-64"].map((name) => [
  name,
  "atoll-guarded",
  "atoll-direct-wat",
  "at most",
  4,
]);

/**
 * Of an image, beside a C function in it that is not inlined. The floor of 4 KiB is C as well: a block of the
 * callee's allocator, a memcpy, and the call.
 */
const IN_IMAGE: readonly Aim[] = [
  ["fused", 1.2],
  ["direct", 3],
  ["guarded", 6],
].flatMap(([name, limit]): Aim[] => [
  ["u32x2", `native-${name}`, "native-c-call", "at most", limit as number],
  ["bytes-4k-in", `native-${name}`, "native-c-call", "at most", 1.3],
]);

const AIMS: readonly Aim[] = GUESTS.flatMap(({ guests, jco }): Aim[] => {
  const atoll = `atoll-direct-${guests}`;
  return [
    ["u32x2", atoll, "raw-import", "at most", 1.2],
    ["u32x2", "pipe", atoll, "at least", 1000],
    ["string-64", atoll, `floor-${guests}`, "at most", 1.2],
    ["string-64", jco, atoll, "at least", 1.7],
    ["bytes-4k-in", atoll, `floor-${guests}`, "at most", 1.2],
    ["bytes-4k-in", jco, atoll, "at least", 8],
    ["borrow-method", atoll, "u32-u8", "at most", 1.5],
    // The floor is a realloc and a memory.copy.
    ["bytes-64k-in", atoll, `floor-${guests}`, "at most", 1.3],
  ];
}).concat(GUARDED, IN_IMAGE, [
  ["u32x2", "atoll-fused", "local-call", "at most", 1.1],
  ["u32x2", "atoll-revocable", "raw-import", "at most", 1.3],
]);

/** Speeds, in 10^9 bytes of UTF-8 a second: both ways together. */
const SPEEDS: readonly (readonly [name: string, of: string, limit: number])[] = [
  ["utf8-utf16-ascii-64k", "atoll-direct-wat", 4],
  ["utf8-utf16-mixed-64k", "atoll-direct-wat", 1],
];

/** The targets of which all that is compared was measured. */
export function targets(rows: readonly Row[]): Target[] {
  const ratios = AIMS.flatMap(([name, of, to, bound, limit]) => {
    const [above, below] = [rowOf(rows, name, of)?.min, comparedWith(rows, name, of, to)?.min];
    if (above === undefined || below === undefined) return [];
    return [judged({ case: name, of, to, bound, limit }, above / below)];
  });
  const speeds = SPEEDS.flatMap(([name, of, limit]) => {
    const min = rowOf(rows, name, of)?.min;
    if (min === undefined) return [];
    const { request, reply } = caseNamed(name).bytes;
    const speed = (request + reply) / min;
    return [judged({ case: name, of, to: "1 GB/s", bound: "at least", limit }, speed)];
  });
  return [...ratios, ...speeds];
}

/** `to`: another transport, or another case of the same one. */
function comparedWith(rows: readonly Row[], name: string, of: string, to: string): Row | undefined {
  const isCase = CASES.some((c) => c.name === to);
  return isCase ? rowOf(rows, to, of) : rowOf(rows, name, to);
}
