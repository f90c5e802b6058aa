/** Calls an exported function of a process with component values, by the reference ABI. */
import { callFunction, type Callee, type ComponentValue, type World } from "../../../toolchain/abi/index.ts";
import type { LinkResult } from "../../../toolchain/link/index.ts";
import type { CoreItem } from "../../../toolchain/link/plan.ts";
import type { Running } from "../../../host-linux/instantiate.ts";

/** `name` as plans have it, such as `t:trio/via@0.1.0#twice`. */
export function callValues(
  running: Running,
  worlds: LinkResult["worlds"],
  process: string,
  name: string,
  ...args: readonly ComponentValue[]
): ComponentValue | undefined {
  const { root, templates } = running.plan;
  const position = root.processes.findIndex((p) => p.name === process);
  const found = templates[root.processes[position]?.template ?? -1]?.exports.find((e) => e.name === name);
  const world = worlds.get(process);
  if (found === undefined || world === undefined)
    throw new Error(`process ${process} has no function ${name}`);
  const item = <T>(from: CoreItem | undefined): T | undefined =>
    from === undefined ? undefined : (running.item(position, from) as T);
  const callee: Callee = {
    func: running.item(position, found.func) as Callee["func"],
    memory: item<WebAssembly.Memory>(found.memory),
    realloc: item<NonNullable<Callee["realloc"]>>(found.realloc),
    postReturn: item<Callee["func"]>(found.postReturn),
    encoding: found.encoding,
  };
  return callFunction(callee, typeOf(world, name), args);
}

function typeOf({ exports }: World, name: string): Parameters<typeof callFunction>[1] {
  for (const item of exports) {
    if (item.kind === "function" && item.name === name) return item.type;
    if (item.kind !== "interface") continue;
    const found = item.interface.functions.find((f) => `${item.name}#${f.name}` === name);
    if (found) return found.type;
  }
  throw new Error(`the world has no function ${name}`);
}
