/**
 * The cases: what a request is, and what proves that it was answered.
 *
 * `hello` is measured by wrk, which counts what comes within a time: the sample is the
 * mean time of one request, for as many rounds as were asked for. A single answer that
 * is not 200 makes it void.
 */
import type { Case } from "../harness/benchmark.ts";

export interface HttpCase extends Case {
  /** One line for the report. */
  readonly measures: string;
}

export const CONNECTIONS = 64;

/** Every round was answered as it has to be. */
const expected = (rounds: number): number => rounds;

export const CASES: readonly HttpCase[] = [
  {
    name: "hello",
    measures: `a request and its answer of 13 bytes, ${CONNECTIONS} connections at a time (wrk); p99 is of a single request`,
    expected,
  },
  {
    name: "first-request",
    measures: "the first request after all instances have ended, on a connection that is there",
    expected,
  },
];
