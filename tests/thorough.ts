/**
 * How often properties are tried: a sixth in `npm test`, all in `npm run test:slow`.
 *
 * That is the beginning of the whole: seeds are the same.
 */

/** Whether this run is of the project `slow` (vitest.config.ts) or its like. */
export const THOROUGH: boolean = process.env["ATOLL_THOROUGH"] === "1";

export function tries(all: number): number {
  return THOROUGH ? all : Math.ceil(all / 6);
}
