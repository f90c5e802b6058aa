/**
 * The small modules that are merged into what a process is spawned as.
 */
import { CodeWriter, ModuleBuilder, type CoreFuncIndex, type CoreModule } from "../../wasm/index.ts";
import { MAIL, RESERVED } from "../plan.ts";
import type { PartExport } from "./merge.ts";

const FUNCREF = { nullable: true, heap: "func" } as const;

/** Mutable i32 globals, 0 at first, exported by these names. */
export function wordsModule(names: readonly string[]): CoreModule {
  const builder = new ModuleBuilder();
  for (const name of names) {
    const zero = new CodeWriter().i32Const(0).end();
    const global = builder.addGlobal({ type: "i32", mutable: true }, zero);
    builder.export({ name, kind: "global", index: global });
  }
  return builder.build();
}

/** An entry of an instance's table of slots. */
export interface FilledSlot {
  readonly instance: number;
  readonly entry: number;
  /** The function that fills it. */
  readonly answer: PartExport;
}

/**
 * Fills slots. Imports table `RESERVED.slots` `N` of each instance N, and functions by their position in
 * `targets`, of a module that is not asked for.
 */
export function slotsModule(slots: readonly FilledSlot[]): {
  readonly module: CoreModule;
  readonly targets: readonly PartExport[];
} {
  const builder = new ModuleBuilder();
  // They have the types of what they are in the end.
  const type = builder.addType({ params: [], results: [] });
  const funcs = slots.map((_, i) => builder.importFunc("target", `${i}`, type));
  const filled = slots.map((slot, i) => ({ ...slot, func: funcs[i] as CoreFuncIndex }));
  const byInstance = [...Map.groupBy(filled, ({ instance }) => instance)];
  const tables = byInstance.map(([instance]) =>
    builder.importTable(RESERVED.slots, `${instance}`, { element: FUNCREF, limits: { min: 0n } }),
  );
  for (const [i, [, of]] of byInstance.entries()) {
    for (const run of runsOf(of)) {
      const offset = new CodeWriter()
        .i32Const(run[0]?.entry ?? 0)
        .end()
        .bytes();
      builder.addElements({
        mode: { kind: "active", into: tables[i] as (typeof tables)[number], offset },
        type: FUNCREF,
        items: { kind: "funcs", funcs: run.map(({ func }) => func) },
      });
    }
  }
  return { module: builder.build(), targets: slots.map(({ answer }) => answer) };
}

/** Neighbours share a segment. */
function runsOf<S extends { readonly entry: number }>(slots: readonly S[]): S[][] {
  const runs: S[][] = [];
  for (const slot of slots.toSorted((a, b) => a.entry - b.entry)) {
    const run = runs.at(-1);
    if (run?.at(-1)?.entry === slot.entry - 1) run.push(slot);
    else runs.push([slot]);
  }
  return runs;
}

/** Module names of what `meterModule` imports, without a name. */
export const METERED = { account: "account", ended: "ended" } as const;
/** Name of the function that it exports. */
export const SLICE_ENDED = "slice ended";

/** Exports `() -> i32`, which calls an imported function with what an imported i32 global holds. */
export function meterModule(): CoreModule {
  const builder = new ModuleBuilder();
  const account = builder.importGlobal(METERED.account, "", { type: "i32", mutable: true });
  const ended = builder.importFunc(METERED.ended, "", { params: ["i32"], results: ["i32"] });
  const code = new CodeWriter().globalGet(account).call(ended).end();
  builder.exportFunc(SLICE_ENDED, builder.addFunc({ type: { params: [], results: ["i32"] }, code }));
  return builder.build();
}

/** Name of the function that `deliverModule` exports. */
export const DELIVER = "deliver";

/**
 * `deliver: (message: i32) -> i32` calls the delivery whose number the message has. Imports the memory of the
 * mail, and the functions by their numbers.
 */
export function deliverModule(deliveries: number): CoreModule {
  const builder = new ModuleBuilder();
  const type = builder.addType({ params: ["i32"], results: ["i32"] });
  const funcs = Array.from({ length: deliveries }, (_, i) => builder.importFunc("delivery", `${i}`, type));
  builder.importMemory("mail", MAIL.memory, { min: 0n });
  const size = BigInt(deliveries);
  const table = builder.addTable({ type: { element: FUNCREF, limits: { min: size, max: size } } });
  const offset = new CodeWriter().i32Const(0).end().bytes();
  builder.addElements({
    mode: { kind: "active", into: table, offset },
    type: FUNCREF,
    items: { kind: "funcs", funcs },
  });
  const code = new CodeWriter().localGet(0).localGet(0).i32Const(-MAIL.deliveryOffset).op("i32.sub");
  code.load("i32.load").callIndirect(type, table).end();
  builder.exportFunc(DELIVER, builder.addFunc({ type, code }));
  return builder.build();
}
