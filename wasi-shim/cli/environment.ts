/** wasi:cli/environment: what `system.ts` and the command line tell the process. */
import { Tuple2 } from "atoll";
import { getArguments as given, getEnvironment as variables } from "atoll:device/configuration";
import { self } from "atoll:kernel/process";

export function getEnvironment(): Tuple2<string, string>[] {
  return variables();
}

/** The name of the process comes first, as programs expect their own. */
export function getArguments(): string[] {
  return [self().name].concat(given());
}

/** None: paths are relative to what was granted. */
export function initialCwd(): string | null {
  return null;
}
