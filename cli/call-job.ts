/**
 * One call of an exported function with component values, in the system's thread.
 *
 * Runs in place of the system's entry (see `Job` in the host), so that a called
 * component has its devices, and traps and stops as in a running system.
 */
import type { JobFunction } from "../host-linux/index.ts";
import { callFunction, type Callee, type ComponentValue, type FunctionType } from "../toolchain/abi/index.ts";
import type { CoreItem, ExportedFunction } from "../toolchain/link/plan.ts";

export interface CallData {
  /** Position in the plan. */
  readonly process: number;
  readonly callee: ExportedFunction;
  readonly type: FunctionType;
  readonly args: readonly ComponentValue[];
}

const call: JobFunction = (running, { process, callee, type, args }: CallData) => {
  const item = <T>(from: CoreItem | undefined): T | undefined =>
    from === undefined ? undefined : (running.item(process, from) as T);
  const options: Callee = {
    func: running.item(process, callee.func) as Callee["func"],
    memory: item<WebAssembly.Memory>(callee.memory),
    realloc: item<NonNullable<Callee["realloc"]>>(callee.realloc),
    postReturn: item<Callee["func"]>(callee.postReturn),
    encoding: callee.encoding,
  };
  return callFunction(options, type, args);
};
export default call;
