/** Guards: what the runtime is told of each. */
import { UNFINISHED } from "../../../toolchain/link/plan.ts";
import { ImageError } from "../error.ts";
import type { GuardSite } from "../parts.ts";

/** Once the adapter's instance is there. */
export function guardStatement({ variable, process, caller = "-1", inner, adapter }: GuardSite): string {
  const exports = adapter?.module.exports;
  const fields = [`.process = ${process}`, `.caller = (int32_t)${caller}`];
  const found = inner === undefined ? undefined : exports?.get(inner);
  if (inner !== undefined && found === undefined)
    throw new ImageError(`An adapter has a guard for its export ${inner}, and no such export.`);
  if (found !== undefined)
    fields.push(`.inner = (void (*)(void *))${found.symbol}`, `.instance = &${adapter?.variable}`);
  for (const [field, name] of Object.entries(UNFINISHED)) {
    const global = exports?.get(name);
    if (global !== undefined) fields.push(`.${field} = ${global.symbol}(&${adapter?.variable})`);
  }
  return `${variable} = (struct guard){${fields.join(", ")}};`;
}
