/**
 * Devices, where many processes share one: the module says whose call it is.
 *
 *     set-alarm = asker := pid, call the device's set-alarm
 *
 * Devices ask the kernel in a process's name. One for each of thousands would be made, kept and collected
 * only to remember a pid.
 */
import { CodeWriter, decodeModule, ModuleBuilder, type CoreModule, type core } from "../../wasm/index.ts";
import { functionImports, functionType } from "../core-index.ts";
import type { Adapter, Edge, PlanModule, Source } from "../plan.ts";

type DeviceSource = Extract<Source, { kind: "device" }>;

/** A device's function with its core type. */
export interface AskedDevice {
  readonly source: DeviceSource;
  readonly type: core.FuncType;
}

/** Those that slots and adapters of an edge call. @param slotType of a slot, by the name of its function. */
export function askedBy(
  { functions, adapters }: Edge,
  modules: readonly PlanModule[],
  slotType: (name: string) => core.FuncType,
): AskedDevice[] {
  const bySlots = functions.flatMap(({ name, target }) =>
    target.kind === "device" ? [{ source: target, type: slotType(name) }] : [],
  );
  const all = [...bySlots, ...adapters.flatMap((adapter) => importedBy(adapter, modules))];
  return [...new Map(all.map((asked) => [JSON.stringify(asked.source), asked])).values()];
}

function importedBy({ module, imports }: Adapter, modules: readonly PlanModule[]): AskedDevice[] {
  const made = modules[module];
  if (made === undefined) throw new TypeError(`there is no module ${module}`);
  const decoded = decodeModule(made.bytes);
  return functionImports(decoded).flatMap((imported, func) => {
    const from = imports.find(
      ({ module, name }) => module === imported.module && name === imported.name,
    )?.from;
    return from?.kind === "device" ? [{ source: from, type: functionType(decoded, func) }] : [];
  });
}

/** Module names of its imports: a function by each name, and the two globals. */
export const ASKED = { device: "device", pid: "atoll:pid", asker: "asker" } as const;

/** Exports a function for each, named as the device's. */
export function askingModule(asked: readonly AskedDevice[]): CoreModule {
  const builder = new ModuleBuilder();
  const word = { type: "i32", mutable: true } as const;
  const [pid, asker] = [ASKED.pid, ASKED.asker].map((name) => builder.importGlobal(name, "", word));
  if (pid === undefined || asker === undefined) throw new TypeError("there are two globals");
  const calls = asked.map(({ source, type }) => ({
    source,
    type,
    func: builder.importFunc(ASKED.device, source.function, type),
  }));
  for (const { source, type, func } of calls) {
    const code = new CodeWriter().globalGet(pid).globalSet(asker);
    for (const local of type.params.keys()) code.localGet(local);
    builder.exportFunc(source.function, builder.addFunc({ type, code: code.call(func).end() }));
  }
  return builder.build();
}
