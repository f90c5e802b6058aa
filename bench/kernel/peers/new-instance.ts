/**
 * `restart:instance`: what a restart would cost with a new V8 instance in place of the reset.
 *
 * The same cell, by hand: its trap is caught, its modules are instantiated anew,
 * its initialisers run, and it is called. No kernel, no adapter: a lower bound.
 */
import { Modules } from "../../../host-linux/bring-up/modules.ts";
import { at, callable, exported } from "../../../host-linux/bring-up/plan-parts.ts";
import type { CoreItem, LinkPlan, Template } from "../../../toolchain/link/plan.ts";

const CELL = "cell";

interface Cell {
  readonly first: (sum: number, i: number) => number;
  readonly crash: () => void;
}

/** The answer to `restart:instance <rounds>`. */
export function newInstances(plan: LinkPlan): (rounds: number) => string {
  const modules = new Modules(plan);
  const process = plan.root.processes.find(({ name }) => name === CELL);
  const template = at(plan.templates, process?.template ?? -1, "template");
  let cell = instanceOf(template, modules);
  return (rounds) => {
    const times: number[] = [];
    let sum = 0;
    for (let i = 0; i < rounds; i++) {
      const start = performance.now();
      if (survives(cell)) throw new Error("the cell did not crash");
      cell = instanceOf(template, modules);
      sum = cell.first(sum, i);
      times.push((performance.now() - start) * 1e6);
    }
    times.sort((a, b) => a - b);
    const total = times.reduce((all, time) => all + time, 0);
    const p99 = times[Math.max(0, times.length - Math.floor(times.length / 100) - 1)]!;
    return `${Math.round(total)} ${sum >>> 0} ${Math.round(p99)}`;
  };
}

function survives(cell: Cell): boolean {
  try {
    cell.crash();
    return true;
  } catch {
    return false;
  }
}

function instanceOf({ instances, resets = [], initialisers, exports }: Template, modules: Modules): Cell {
  const made: WebAssembly.Instance[] = [];
  const item = ({ instance, export: name }: CoreItem): WebAssembly.ExportValue =>
    exported(CELL, made[instance], name);
  for (const { module, imports } of instances) {
    const object: WebAssembly.Imports = {};
    for (const { module: from, name, from: source } of imports) (object[from] ??= {})[name] = item(source);
    made.push(modules.instance(CELL, module, object));
  }
  for (const step of [...resets, ...initialisers]) callable(CELL, item(step))();
  const named = (name: string): unknown => {
    const found = exports.find((exported) => exported.name === `bench:cell/api#${name}`);
    return found && item(found.func);
  };
  return { first: named("first"), crash: named("crash") } as Cell;
}
