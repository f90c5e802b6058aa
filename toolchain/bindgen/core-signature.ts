/** What imports and exports have in common: names of core values, room for results. */
import { flattenFunction, layoutOf } from "../abi/index.ts";
import type { AsFunction } from "./as-type.ts";
import type { Body } from "./body.ts";

/** `query`, `query1`, …: the core values of each parameter. */
export function coreNames(body: Body, fn: AsFunction): string[] {
  return fn.params.flatMap((param) => {
    const { params } = flattenFunction({ async: false, params: [param] }, "lift");
    return params.map((_, i) => body.fresh(i === 0 ? param.identifier : `${param.identifier}${i}`));
  });
}

/** Bytes of return area that these functions need, 0 if none. */
export function areaSize(functions: readonly AsFunction[], context: "lift" | "lower"): number {
  return functions.reduce((most, fn) => {
    const { resultSpilled } = flattenFunction({ async: false, ...fn }, context);
    const size = resultSpilled && fn.result !== undefined ? layoutOf(fn.result).size : 0;
    return Math.max(most, size);
  }, 0);
}
