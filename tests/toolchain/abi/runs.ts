/** How property tests run: the same cases each time, so that a failure is there again. */
import type { Parameters } from "fast-check";

const SEED = 20261121;

export function runs<T>(count: number): Parameters<T> {
  return { numRuns: count, seed: SEED };
}
