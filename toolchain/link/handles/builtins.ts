/**
 * `resource.new`, `resource.rep` and `resource.drop` for one component instance.
 *
 * A module like an adapter: it imports the handle memory, `caller` `table` and
 * `may-leave`, and from `destructor` what a drop of the last handle calls, by the
 * built-in's name. It exports each built-in by its name.
 * Source: CanonicalABI.md, `canon resource.new`, `canon resource.rep`, `canon resource.drop`.
 */
import type { CoreFuncIndex, CoreGlobalIndex, CoreModule } from "../../wasm/index.ts";
import { all, apply, call, get, i32, nothing, op, set, when, type Body, type Code } from "../adapter/code.ts";
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
  /** The resource has a destructor; asked for by drops only. */
  readonly destructor: boolean;
}

interface Made extends Builtin {
  readonly type: CoreGlobalIndex;
  readonly destroy?: CoreFuncIndex;
}

/** `mayLeave`: the instance's flag has to be checked. */
export function builtinModule(builtins: readonly Builtin[], mayLeave: boolean): CoreModule {
  const module = new AdapterModule();
  const handles = new Handles(module, { functions: true, loans: false });
  const table = module.importGlobal("caller", "table", false);
  const flag = mayLeave ? module.importGlobal("caller", "may-leave", true) : undefined;
  const types = new Map<number, CoreGlobalIndex>();
  const made = builtins.map((builtin): Made => {
    const { name, resource, destructor } = builtin;
    const type = types.get(resource) ?? module.importGlobal("handles", `type ${resource}`, true);
    types.set(resource, type);
    if (!destructor) return { ...builtin, type };
    const destroy = module.importFunction("destructor", name, { params: ["i32"], results: [] });
    return { ...builtin, type, destroy };
  });
  for (const builtin of made) {
    const results = builtin.kind === "resource.drop" ? [] : (["i32"] as const);
    const func = module.define(builtin.name, { params: ["i32"], results }, (body) => {
      const own = { handles, table: op("global.get", [table]), kind: op("global.get", [builtin.type]) };
      // `resource.rep` is allowed at any time.
      const guarded = builtin.kind === "resource.rep" ? undefined : flag;
      all(checkMayLeave(module, guarded), codeOf(builtin, own, body))(body);
    });
    module.export(builtin.name, func);
  }
  return module.finish();
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

function codeOf({ kind, destroy }: Made, own: Own, body: Body): Code {
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
        destroy === undefined ? nothing : when(apply("i32.eqz", get(gone)), call(destroy, get(rep))),
      ),
      all(
        handles.count(handles.load(get(entry), ENTRY.scope), borrows, -1),
        handles.remove(table, parameter),
      ),
    ),
  );
}
