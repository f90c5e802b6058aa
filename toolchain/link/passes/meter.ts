/**
 * Meters: modules between which an edge's calls are counted and timed.
 *
 *     slot ──▶ outer meter ──▶ adapter ──▶ inner meter ──▶ callee
 *
 * What the outer one saw less what the inner one saw is the cost of crossing:
 * the adapter, its copies, and the memory that it asks the guests for. Only
 * `link` with `meter` puts them in; a system without them has no trace of them.
 */
import { flattenFunction, type CoreType, type FunctionType } from "../../abi/index.ts";
import { CodeWriter, ModuleBuilder, type CoreFuncIndex, type CoreModule } from "../../wasm/index.ts";
import { METER } from "../plan.ts";

export interface MeteredFunction {
  readonly name: string;
  readonly type: FunctionType;
}

/** A module that imports each function from "callee" and exports it metered, with its readings. */
export function meterModule(functions: readonly MeteredFunction[], side: "lift" | "lower"): CoreModule {
  const module = new ModuleBuilder();
  const now = module.importFunc(METER.clock, "now", { params: [], results: ["f64"] });
  const callees = functions.map(({ name, type }) => {
    const { params, results } = flattenFunction(type, side);
    const signature = { params, results };
    return { name, signature, callee: module.importFunc("callee", name, signature) };
  });
  for (const { name, signature, callee } of callees) addMetered(module, now, name, signature, callee);
  module.exportFunc(METER.readings, addReadings(module, now));
  return module.build();
}

function zero(): CodeWriter {
  return new CodeWriter().f64Const(0).end();
}

/** Calls and time are mutable globals: f64 both, so that a host reads them as they are. */
function addMetered(
  module: ModuleBuilder,
  now: CoreFuncIndex,
  name: string,
  signature: { readonly params: readonly CoreType[]; readonly results: readonly CoreType[] },
  callee: CoreFuncIndex,
): void {
  const calls = module.addGlobal({ type: "f64", mutable: true }, zero());
  const time = module.addGlobal({ type: "f64", mutable: true }, zero());
  const start = signature.params.length;
  const code = new CodeWriter();
  code.call(now).localSet(start);
  for (const i of signature.params.keys()) code.localGet(i);
  code.call(callee);
  code.globalGet(time).call(now).op("f64.add").localGet(start).op("f64.sub").globalSet(time);
  code.globalGet(calls).f64Const(1).op("f64.add").globalSet(calls);
  const func = module.addFunc({
    type: signature,
    locals: [{ count: 1, type: "f64" }],
    code: code.end(),
  });
  module.exportFunc(name, func);
  module.export({ name: METER.calls + name, kind: "global", index: calls });
  module.export({ name: METER.time + name, kind: "global", index: time });
}

/** `(n: i32) -> f64`: reads the clock n times, and returns how long that took. */
function addReadings(module: ModuleBuilder, now: CoreFuncIndex): CoreFuncIndex {
  const [LEFT, START, LAST] = [0, 1, 2];
  const code = new CodeWriter();
  code.call(now).localTee(START).localSet(LAST);
  code.block().loop();
  code.localGet(LEFT).op("i32.eqz").brIf(1);
  code.call(now).localSet(LAST);
  code.localGet(LEFT).i32Const(1).op("i32.sub").localSet(LEFT);
  code.br(0).end().end();
  code.localGet(LAST).localGet(START).op("f64.sub");
  return module.addFunc({
    type: { params: ["i32"], results: ["f64"] },
    locals: [{ count: 2, type: "f64" }],
    code: code.end(),
  });
}
