/**
 * The liveness module: marks of processes, and stand-ins for functions that cannot be called.
 *
 * Filled while edges are made, like the handle plan. A stand-in is what fills a
 * slot when the provider is dead or the binding was revoked. It has the slot's
 * signature and traps in a function named after the reason; one serves all slots
 * of a signature.
 */
import { all, apply, call } from "../adapter/code.ts";
import { AdapterModule, type Signature } from "../adapter/module.ts";
import type { ModuleTable } from "../module-table.ts";
import { LIVENESS, type EdgeFunction, type Source } from "../plan.ts";

type StandIns = NonNullable<EdgeFunction["standIns"]>;

export class LivenessPlan {
  readonly #marked = new Set<number>();
  readonly #signatures = new Map<string, Signature>();

  /** The mark of a process. */
  mark(process: number): Source {
    this.#marked.add(process);
    return { kind: "liveness", export: LIVENESS.inside + process };
  }

  /** For slots of this signature whose calls nobody guards. */
  standIns(signature: Signature): StandIns {
    const key = textOf(signature);
    this.#signatures.set(key, signature);
    return {
      unavailable: { kind: "liveness", export: `unavailable ${key}` },
      revoked: { kind: "liveness", export: `revoked ${key}` },
    };
  }

  /** Undefined when nothing of it is used. */
  finish(modules: ModuleTable): number | undefined {
    if (this.#marked.size === 0 && this.#signatures.size === 0) return undefined;
    const module = new AdapterModule();
    for (const process of [...this.#marked].sort((a, b) => a - b)) {
      const index = module.addGlobal(0, true);
      module.exportItem({ name: LIVENESS.inside + process, kind: "global", index });
    }
    for (const [fault, rule] of Object.entries(LIVENESS.rules)) {
      const trap = (): ReturnType<AdapterModule["helper"]> =>
        module.helper(rule, { params: [], results: [] }, apply("unreachable"));
      for (const [key, { params, results }] of this.#signatures) {
        const code = all(call(trap()), apply("unreachable"));
        module.export(`${fault} ${key}`, module.define(`${fault} ${key}`, { params, results }, code));
      }
    }
    return modules.addMade("liveness", module.finish());
  }
}

/** Such as `(i32, i64) -> i32`. */
function textOf({ params, results }: Signature): string {
  return `(${params.join(", ")}) -> ${results.join(", ")}`;
}
