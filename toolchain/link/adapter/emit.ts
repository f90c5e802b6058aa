/**
 * From a specification to an adapter module: imports first, then the functions.
 */
import type { core, CoreGlobalIndex, CoreModule } from "../../wasm/index.ts";
import { flattenFunction, handlesOfFunction } from "../../abi/index.ts";
import { Handles } from "../handles/access.ts";
import { defineAdapterFunction } from "./call.ts";
import { AdapterError, type AdapterFunction, type AdapterSpec, type SideOptions } from "./contract.ts";
import type { HandleAccess, Side } from "./crossing.ts";
import { calleeSignature, type Callee, type Edge } from "./edge.ts";
import { defineGuardedFunction } from "./guard.ts";
import { loanNeeds, loanRules, usesRecord, type LoanRules } from "./loans.ts";
import { UNFINISHED } from "../plan.ts";
import { i32, op } from "./code.ts";
import { AdapterModule } from "./module.ts";
import { Shapes } from "./shape.ts";

/**
 * Makes the adapter of one edge; see the head of `index.ts` for its imports and exports.
 *
 * @throws AdapterError when a function needs an option that its end does not
 * have, or carries a type that cannot cross.
 */
export function emitAdapter(spec: AdapterSpec): CoreModule {
  const module = new AdapterModule();
  const shapes = new Shapes(spec.resources);
  const rules = loanRules(spec);
  const needs = joinNeeds(shapes, spec.functions);
  const handles = importHandles(module, spec, rules);
  const caller = {
    ...importSide(module, "caller", spec.caller, needs.caller, spec.callerMayLeave),
    ...(spec.holdsOthers && needs.caller.realloc && { held: module.importGlobal("caller", "held", true) }),
    ...(handles && { table: importTable(module, "caller", spec.caller) }),
  };
  const flagged = spec.calleeMayLeave && (needs.callee.realloc || needs.postReturn);
  const receives = handles && namesCallee(spec, rules);
  const callee = {
    ...importSide(module, "callee", spec.callee, needs.callee, flagged),
    ...(receives && { table: importTable(module, "callee", spec.callee) }),
    ...(spec.marksCallee && { inside: module.importGlobal("callee", "inside", true) }),
    ...(spec.calleePays && { pays: importPayer(module) }),
  };
  const charges = spec.chargesCaller === true && (needs.caller.memory || needs.callee.memory);
  const callees = spec.functions.map((f) => importCallee(module, f));
  const scoped = spec.functions.some(({ type }) => loanNeeds(type, rules).scope);
  const access = handles && {
    ...handles,
    ...(scoped && { scope: module.addGlobal(0, true) }),
    ...(spec.functions.some(({ guard }) => guard) && { call: tellsOfCall(module, handles.handles) }),
  };
  const edge: Edge = {
    module,
    shapes,
    caller,
    callee,
    loanRules: rules,
    ...(access && { handles: access }),
    ...(charges && { fuel: module.importGlobal("caller", "fuel", true, "i64") }),
  };
  for (const target of callees) {
    const { guard } = target.function;
    if (guard !== undefined) defineGuardedFunction(edge, target, guard);
    else defineAdapterFunction(edge, target);
  }
  return module.finish();
}

/** See fuel.ts. */
function importPayer(module: AdapterModule): NonNullable<Side["pays"]> {
  return {
    enter: module.importFunction("callee", "enter", { params: [], results: ["i32"] }),
    pay: module.importFunction("callee", "pay", { params: ["i32"], results: [] }),
  };
}

/** What carries the handles of the functions; undefined when there are none. */
function importHandles(
  module: AdapterModule,
  { functions, resources }: AdapterSpec,
  rules: LoanRules,
): HandleAccess | undefined {
  const all = functions.flatMap(({ type }) => handlesOfFunction(type));
  if (all.length === 0) return undefined;
  const needs = functions.map(({ type }) => loanNeeds(type, rules));
  const owns = all.filter(({ kind }) => kind === "own");
  const toldOfKernel = owns.some(({ resource }) => resources.get(resource)?.kernel);
  const handles = new Handles(module, {
    functions: needs.some(({ scope }) => scope) || owns.length > 0,
    loans: needs.some(usesRecord),
    full: toldOfKernel,
  });
  const give = toldOfKernel ? importGive(module) : undefined;
  const positions = new Set(all.flatMap(({ resource }) => resources.get(resource)?.position ?? []));
  const types = [...positions].map((i) => [i, module.importGlobal("handles", `type ${i}`, true)] as const);
  const { countsNested, tracksGiven } = rules;
  return { handles, types: new Map(types), countsNested, tracksGiven, ...(give && { give }) };
}

function importGive(module: AdapterModule): NonNullable<HandleAccess["give"]> {
  const signature = { params: ["i32"], results: ["i32"] } as const;
  return {
    caller: module.importFunction("give", "caller", signature),
    callee: module.importFunction("give", "callee", signature),
  };
}

/** A guard has to know that a handle was stale, and what of a call is to be undone. */
function tellsOfCall(module: AdapterModule, handles: Handles): NonNullable<HandleAccess["call"]> {
  const global = (name: string): CoreGlobalIndex => {
    const index = module.addGlobal(0, true);
    module.exportItem({ name, kind: "global", index });
    return index;
  };
  handles.onStale = op("global.set", [global(UNFINISHED.stale)], i32(1));
  return { record: global(UNFINISHED.record), begun: global(UNFINISHED.begun) };
}

/** Handles get into the callee's table, or out of it, or a record of a call names it. */
function namesCallee({ functions }: AdapterSpec, rules: LoanRules): boolean {
  return functions.some(
    ({ type }) =>
      usesRecord(loanNeeds(type, rules)) || handlesOfFunction(type).some(({ kind }) => kind === "own"),
  );
}

interface SideNeeds {
  readonly memory: boolean;
  readonly realloc: boolean;
}
export interface Needs {
  readonly caller: SideNeeds;
  readonly callee: SideNeeds;
  readonly postReturn: boolean;
}
const NO_NEEDS: Needs = {
  caller: { memory: false, realloc: false },
  callee: { memory: false, realloc: false },
  postReturn: false,
};

/** Which options of its ends a function makes use of. */
export function needsOf(shapes: Shapes, { type, postReturn, view }: AdapterFunction): Needs {
  const flat = flattenFunction(type, "lower");
  const params = shapes.record(type.params.map((param) => param.type));
  const result = type.result && shapes.of(type.result);
  const memory = flat.paramsSpilled || flat.resultSpilled || params.pointers;
  return {
    caller: { memory: memory || view === "guarded", realloc: result?.pointers ?? false },
    callee: { memory, realloc: flat.paramsSpilled || params.pointers },
    postReturn,
  };
}

/** What all of the functions make use of. */
export function joinNeeds(shapes: Shapes, functions: readonly AdapterFunction[]): Needs {
  return functions.map((f) => needsOf(shapes, f)).reduce(join, NO_NEEDS);
}

function join(a: Needs, b: Needs): Needs {
  return {
    caller: either(a.caller, b.caller),
    callee: either(a.callee, b.callee),
    postReturn: a.postReturn || b.postReturn,
  };
}

function either(a: SideNeeds, b: SideNeeds): SideNeeds {
  return { memory: a.memory || b.memory, realloc: a.realloc || b.realloc };
}

const REALLOC = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] } as const satisfies core.FuncType;

export function importSide(
  module: AdapterModule,
  name: Side["name"],
  options: SideOptions,
  needs: SideNeeds,
  mayLeave: boolean,
): Side {
  for (const option of ["memory", "realloc"] as const) {
    if (needs[option] && !options[option]) {
      throw new AdapterError(`the ${name} names no ${option}, but passes values that need one`);
    }
  }
  return {
    name,
    encoding: options.encoding,
    ...(needs.memory && { memory: module.importMemory(name, "memory") }),
    ...(needs.realloc && { realloc: module.importFunction(name, "realloc", REALLOC) }),
    ...(mayLeave && { mayLeave: module.importGlobal(name, "may-leave", true) }),
  };
}

/** The address of the side's handle table. */
export function importTable(
  module: AdapterModule,
  name: "caller" | "callee",
  { spawned = false }: SideOptions,
): CoreGlobalIndex {
  return module.importGlobal(name, "table", spawned);
}

export function importCallee(module: AdapterModule, f: AdapterFunction): Callee {
  const { params, results } = calleeSignature(f.type);
  const target = module.importFunction("function", f.name, { params, results });
  const guarded = f.guard !== undefined && f.guard.frame !== "none";
  const guard = guarded
    ? module.importFunction("guard", f.name, { params: [], results: ["i32"] })
    : undefined;
  const cleanup = { params: results, results: [] };
  return {
    function: f,
    target,
    ...(guard !== undefined && { guard }),
    ...(f.postReturn && { postReturn: module.importFunction("post-return", f.name, cleanup) }),
  };
}
