/**
 * Doors: what keeps a component instance from being entered while it is on the stack.
 *
 * Between processes, and between siblings nested in one component, calls go in no
 * circle. But a child may drop a resource of its parent, whose destructor may drop
 * one of the child's. In such a component every call from one instance to another
 * goes through a door: a module like an adapter, which imports from `instance` the
 * tables of component instances by their numbers, and exports its `callee`s.
 * Source: CanonicalABI.md, `ComponentInstance.may_enter_from`, `enter_from`, `leave_to`.
 */
import type { CoreModule } from "../../wasm/index.ts";
import { all, call, get, i32, op, set, type Code } from "../adapter/code.ts";
import { AdapterModule, type Signature } from "../adapter/module.ts";
import { trapIf } from "../adapter/trap.ts";
import { Handles } from "./access.ts";
import { TABLE } from "./layout.ts";

export interface Door {
  readonly name: string;
  readonly signature: Signature;
  /** Numbers of the instances that the call enters: none of them may be on the stack. */
  readonly entered: readonly number[];
  /** Of those that it leaves: they stay on the stack meanwhile. */
  readonly left: readonly number[];
}

export function doorModule(doors: readonly Door[]): CoreModule {
  const module = new AdapterModule();
  const handles = new Handles(module, { functions: false, loans: false });
  const numbers = new Set(doors.flatMap(({ entered, left }) => [...entered, ...left]));
  const tables = new Map([...numbers].map((n) => [n, module.importGlobal("instance", String(n), false)]));
  const table = (n: number): Code => {
    const global = tables.get(n);
    if (global === undefined) throw new TypeError("imported above");
    return op("global.get", [global]);
  };
  const callees = doors.map(({ name, signature }) => module.importFunction("callee", name, signature));
  for (const [i, { name, signature, entered, left }] of doors.entries()) {
    const callee = callees[i];
    if (callee === undefined) throw new TypeError("imported above");
    const mark = (value: 0 | 1): Code =>
      all(...left.map((n) => handles.store(table(n), TABLE.left, i32(value))));
    const func = module.define(name, signature, (body) => {
      const results = signature.results.map((result) => body.local(result));
      all(
        ...entered.map((n) =>
          trapIf(module, handles.load(table(n), TABLE.left), "cannot enter component instance"),
        ),
        mark(1),
        call(callee, ...body.params.map(get)),
        ...results.map((result) => set(result)).reverse(),
        mark(0),
        ...results.map(get),
      )(body);
    });
    module.export(name, func);
  }
  return module.finish();
}
