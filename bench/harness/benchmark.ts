/**
 * What a benchmark is: cases, transports that carry them, and what its report says.
 *
 * bench/ipc and bench/kernel are two of these. How samples are taken, how peers
 * are spoken to, and how a report is printed is the same for all, and lies here.
 */
import type { Peer } from "./peer.ts";
import type { Row } from "./measure.ts";
import type { Report, Target } from "./report/report.ts";

export interface Case {
  readonly name: string;
  /** The checksum (u32) that so many rounds must have. */
  expected(rounds: number): number;
}

export interface Transport {
  readonly name: string;
  /** One line for the report. */
  readonly is: string;
  /** Name of a group: it is left out unless the group is asked for, or it is named itself. */
  readonly group?: string;
}

/** Transports that take long to build, or that not everybody wants; an option of the command, by its name. */
interface Group {
  readonly name: string;
  /** Of the option, for its help. */
  readonly is: string;
}

export interface Benchmark {
  /** As in `atoll bench NAME`, and in the marks of a page. */
  readonly name: string;
  readonly description: string;
  /** Lines of its help. */
  readonly examples: readonly string[];
  readonly cases: readonly Case[];
  readonly transports: readonly Transport[];
  readonly groups?: readonly Group[];
  /** What a time is of, such as `round trip`. */
  readonly unit: string;
  /** How many are taken of each, where that is not the harness's own number. */
  readonly samples?: number;
  /** Names of the cases that a transport carries, in their order. */
  casesOf(transport: string): readonly string[];
  peerOf(transport: string): Peer;
  /** Of all that is measured; what is not installed has no entry. */
  versions(): Record<string, string>;
  targets(rows: readonly Row[]): Target[];
  /** What a reader has to know to read the numbers. */
  notes(report: Report): string[];
  readonly layout: Layout;
}

/** How its tables and its chart look. */
export interface Layout {
  /** What stands in the lines of tables; the other is across. */
  readonly lines: "cases" | "transports";
  /** Transports by which the second table divides: the first of these that was measured. */
  readonly bases: readonly string[];
  /** Which figures of rows the targets compare. */
  readonly targetsBy: "minima" | "medians";
  /** Whether a page gets a target too. */
  readonly targetsOnPages: (target: Target) => boolean;
  readonly chart: {
    /** Names of cases, or all. */
    readonly cases?: readonly string[];
    readonly families: readonly Family[];
  };
}

/** Transports of one colour: those whose names begin so. */
export interface Family {
  readonly name: string;
  readonly prefixes: readonly string[];
  /** CSS. */
  readonly colour: string;
}
