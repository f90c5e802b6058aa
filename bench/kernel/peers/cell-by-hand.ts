/** The cell of a plan without a host around it, for what is compared with V8 alone; and times of rounds. */
import { Modules } from "../../../host-linux/bring-up/modules.ts";
import { at, callable, exported } from "../../../host-linux/bring-up/plan-parts.ts";
import type { CoreItem, LinkPlan, Template } from "../../../toolchain/link/plan.ts";

const CELL = "cell";

export interface Cell {
  readonly first: (sum: number, i: number) => number;
  readonly crash: () => void;
}

/** What makes a new one, whose initialisers have run. */
export function cellOf(plan: LinkPlan): () => Cell {
  const modules = new Modules(plan);
  const process = plan.root.processes.find(({ name }) => name === CELL);
  const template = at(plan.templates, process?.template ?? -1, "template");
  return () => instanceOf(template, modules);
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

/** Nanoseconds of rounds that are timed one by one. */
export class Times {
  readonly #all: number[] = [];
  #start = 0;

  begin(): void {
    this.#start = performance.now();
  }

  end(): void {
    this.#all.push((performance.now() - this.#start) * 1e6);
  }

  /** The line of a sample; see `Rounds` in guests/lines.ts. */
  sample(sum: number): string {
    const sorted = this.#all.toSorted((a, b) => a - b);
    const total = sorted.reduce((all, time) => all + time, 0);
    const p99 = sorted[Math.max(0, sorted.length - Math.floor(sorted.length / 100) - 1)]!;
    return `${Math.round(total)} ${sum >>> 0} ${Math.round(p99)}`;
  }
}
