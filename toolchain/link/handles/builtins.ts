/**
 * `resource.new`, `resource.rep` and `resource.drop` for one component instance.
 *
 * A module like an adapter: it imports the handle memory, `caller` `table` and
 * `may-leave`, and from `destructor` what a drop of an own handle calls, by the
 * built-in's name. It exports each built-in by its name.
 *
 * A destructor of another process runs under a guard: if it traps, that process
 * dies and the dropper goes on. So there is a module `guard`, whose functions call
 * the exports `inner NAME`, and `inside` with the marks (adapter/marks.ts).
 * Source: CanonicalABI.md, `canon resource.new`, `canon resource.rep`, `canon resource.drop`.
 */
import type { CoreFuncIndex, CoreGlobalIndex, CoreModule } from "../../wasm/index.ts";
import { all, apply, call, get, i32, nothing, op, set, when, type Body, type Code } from "../adapter/code.ts";
import { GUARDED } from "../adapter/guard.ts";
import { AdapterModule } from "../adapter/module.ts";
import { trapIf } from "../adapter/trap.ts";
import { Handles } from "./access.ts";
import { ENTRY, RECORD } from "./layout.ts";

export interface Builtin {
  /** Unique; such as `resource.drop blob`. */
  readonly name: string;
  readonly kind: "resource.new" | "resource.rep" | "resource.drop";
  /** Number among the resources of the module. */
  readonly resource: number;
  /** Of a drop: whether the destructor's process lives and dies with the dropper; absent when there is none. */
  readonly destructor?: "own" | "foreign";
}

interface Made extends Builtin {
  readonly type: CoreGlobalIndex;
  /** `(rep) -> ()` */
  readonly destroy?: CoreFuncIndex;
  readonly containment?: Containment;
}

/** What is between a drop and a destructor of another process. */
interface Containment {
  /** `() -> i32`: the guard of that process; what it returns means nothing to the dropper. */
  readonly guard: CoreFuncIndex;
  /** The mark of that process. */
  readonly inside: CoreGlobalIndex;
}

export interface BuiltinOptions {
  /** The instance's flag has to be checked. */
  readonly mayLeave: boolean;
  /** As in `SideOptions` of adapters. */
  readonly spawned?: boolean;
}

export function builtinModule(
  builtins: readonly Builtin[],
  { mayLeave, spawned = false }: BuiltinOptions,
): CoreModule {
  const module = new AdapterModule();
  const handles = new Handles(module, { functions: true, loans: false });
  const table = module.importGlobal("caller", "table", spawned);
  const flag = mayLeave ? module.importGlobal("caller", "may-leave", true) : undefined;
  const types = new Map<number, CoreGlobalIndex>();
  const made = builtins.map((builtin): Made => {
    const { name, resource, destructor } = builtin;
    const type = types.get(resource) ?? module.importGlobal("handles", `type ${resource}`, true);
    types.set(resource, type);
    if (destructor === undefined) return { ...builtin, type };
    const destroy = module.importFunction("destructor", name, { params: ["i32"], results: [] });
    if (destructor === "own") return { ...builtin, type, destroy };
    const guard = module.importFunction("guard", name, { params: [], results: ["i32"] });
    const inside = module.importGlobal("inside", name, true);
    return { ...builtin, type, destroy, containment: { guard, inside } };
  });
  for (const builtin of made) {
    const results = builtin.kind === "resource.drop" ? [] : (["i32"] as const);
    const func = module.define(builtin.name, { params: ["i32"], results }, (body) => {
      const own = { handles, table: op("global.get", [table]), kind: op("global.get", [builtin.type]) };
      // `resource.rep` is allowed at any time.
      const guarded = builtin.kind === "resource.rep" ? undefined : flag;
      all(checkMayLeave(module, guarded), codeOf(module, builtin, own, body))(body);
    });
    module.export(builtin.name, func);
    const { destroy, containment } = builtin;
    if (destroy === undefined || containment === undefined) continue;
    const inner = GUARDED.inner(builtin.name);
    const contained = containedDestructor(module, destroy, containment);
    module.export(inner, module.define(inner, { params: [], results: [] }, contained));
  }
  return module.finish();
}

/** Where a rep lies between a drop and what its guard calls. */
function repAt(module: AdapterModule): CoreGlobalIndex {
  return module.variable("rep", "i32");
}

function containedDestructor(module: AdapterModule, destroy: CoreFuncIndex, { inside }: Containment): Code {
  return all(
    trapIf(module, op("global.get", [inside]), "an earlier call never ended"),
    op("global.set", [inside], i32(1)),
    call(destroy, op("global.get", [repAt(module)])),
    op("global.set", [inside], i32(0)),
  );
}

/** Calls the destructor, if there is one. */
function destruction(module: AdapterModule, { destroy, containment }: Made, rep: Code): Code {
  if (destroy === undefined) return nothing;
  if (containment === undefined) return call(destroy, rep);
  return all(op("global.set", [repAt(module)], rep), apply("drop", call(containment.guard)));
}

interface Own {
  readonly handles: Handles;
  readonly table: Code;
  /** Of an own handle. */
  readonly kind: Code;
}

function checkMayLeave(module: AdapterModule, flag: CoreGlobalIndex | undefined): Code {
  if (flag === undefined) return nothing;
  return trapIf(module, apply("i32.eqz", op("global.get", [flag])), "the caller may not leave its instance");
}

function codeOf(module: AdapterModule, builtin: Made, own: Own, body: Body): Code {
  const { kind } = builtin;
  const { handles, table } = own;
  const parameter = body.param(0);
  if (kind === "resource.new") return handles.add(table, own.kind, get(parameter), i32(0));
  const entry = body.local("i32");
  const at = { table, handle: parameter, entry, ownKind: own.kind };
  if (kind === "resource.rep") return all(handles.find(at), handles.load(get(entry), ENTRY.rep));
  const [rep, gone] = [body.local("i32"), body.local("i32")];
  const { borrows } = RECORD;
  return all(
    // Of what was reset nothing is left to destroy.
    handles.find({ ...at, stale: set(gone, i32(1)) }),
    handles.requireUnlent(entry),
    when(
      handles.isOwn(entry),
      all(
        set(rep, handles.load(get(entry), ENTRY.rep)),
        handles.remove(table, parameter),
        when(apply("i32.eqz", get(gone)), destruction(module, builtin, get(rep))),
      ),
      all(
        handles.count(handles.load(get(entry), ENTRY.scope), borrows, -1),
        handles.remove(table, parameter),
      ),
    ),
  );
}
