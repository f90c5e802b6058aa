/**
 * One call of an exported function with component values, in the system's thread.
 *
 * Runs in place of the system's entry (see `Job` in the host), so that a called
 * component has its devices, and traps and stops as in a running system.
 */
import { HostError, type JobFunction, type Running } from "../host-linux/index.ts";
import {
  callFunction,
  handlesOfFunction,
  type Callee,
  type ComponentValue,
  type FunctionType,
  type HandleContext,
} from "../toolchain/abi/index.ts";
import type { CoreItem, ExportedFunction } from "../toolchain/link/plan.ts";
import { LinkedTable } from "./linked-table.ts";

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
  running.fuel?.pays(process);
  const options: Callee = {
    func: running.item(process, callee.func) as Callee["func"],
    memory: item<WebAssembly.Memory>(callee.memory),
    realloc: item<NonNullable<Callee["realloc"]>>(callee.realloc),
    postReturn: item<Callee["func"]>(callee.postReturn),
    encoding: callee.encoding,
    handles: handlesFor(running, process, callee.name, type),
  };
  try {
    return callFunction(options, type, args);
  } catch (error) {
    const status = running.kernel?.exitOf(process);
    if (status === undefined) throw error;
    const { name } = running.plan.root.processes[process] ?? {};
    throw new HostError(
      `${callee.name}: process ${name} exited with status ${status} in the call, which did not return.`,
    );
  }
};

function handlesFor(
  running: Running,
  process: number,
  name: string,
  type: FunctionType,
): HandleContext | undefined {
  const { callable = [] } = running.plan.root.handles ?? {};
  const found = callable.find((one) => one.process === process && one.function === name);
  if (found === undefined) return undefined;
  const resources = [...new Set(handlesOfFunction(type).map(({ resource }) => resource))];
  const kinds = resources.map((resource, i) => [resource, found.types[i]?.kind ?? ""] as const);
  const implemented = new Set(resources.filter((_, i) => found.types[i]?.implemented));
  const table = new LinkedTable(running, found.table, new Map(kinds));
  return table.context((resource) => implemented.has(resource));
}

export default call;
