/**
 * What processes leave when they die or begin anew: resources of others that they owned.
 *
 * Their handles are gone at once, the resources are destroyed in the processes that
 * define them: as soon as there is stack to do it, and at the latest when the
 * process is reset.
 */
import type { Parts } from "../bring-up/parts.ts";
import { deviceDestructor } from "../../toolchain/link/plan.ts";
import { at, callable } from "../bring-up/plan-parts.ts";
import type { Orphan } from "../handle-tables.ts";
import type { UnfinishedCall } from "./unfinished.ts";

/** Runs code of a process that dies alone if that traps. */
type Contain = (process: number, run: () => void) => void;

export class Estates {
  readonly #parts: Parts;
  readonly #contain: Contain;
  /** By process that died or begins anew; what a call gave before it was undone is nobody's. */
  readonly #left = new Map<number | "nobody", readonly Orphan[]>();

  constructor(parts: Parts, contain: Contain) {
    this.#parts = parts;
    this.#contain = contain;
  }

  /**
   * Empties the tables of a process that will not go on, and makes all handles to its resources stale.
   * May be called again if it could not finish for want of stack.
   */
  release(process: number): void {
    const tables = this.#parts.handleTables;
    if (tables?.concern(process) !== true) return;
    // Before the first table is emptied: what is noted twice would be destroyed twice.
    if (!this.#left.has(process)) this.#left.set(process, tables.orphans(process));
    tables.empty(process);
  }

  /** Owns that a call had given go with it. */
  undo(call: UnfinishedCall): void {
    const given = this.#parts.handleTables?.undo(call) ?? [];
    this.#left.set("nobody", [...(this.#left.get("nobody") ?? []), ...given]);
  }

  /** Destroys what was left, each where it is defined; a definer that died meanwhile took it with it. */
  settle(): void {
    if (this.#left.size === 0) return;
    for (const [process, orphans] of this.#left) {
      this.#left.delete(process);
      for (const orphan of orphans) this.#destroy(orphan, process === "nobody");
    }
  }

  #destroy({ type, rep, kind }: Orphan, isNobodys: boolean): void {
    const { handleTables: tables, plan } = this.#parts;
    if (tables?.kindOf(type) !== kind) return;
    const about = at(plan.root.handles?.types ?? [], type, "resource type");
    if ("device" in about) {
      const { name, holder } = about;
      const from = { kind: "device", ...holder, function: deviceDestructor(name) } as const;
      callable(`the destructor of ${name}`, this.#parts.source(about.device, from, []))(rep);
      return;
    }
    if ("spawner" in about) {
      // What a process held the kernel drops when it hears of its end.
      if (isNobodys) this.#parts.dropHandle?.(rep);
      return;
    }
    const { process, name, destructor } = about;
    if (destructor === undefined) return;
    const destroy = callable(`the destructor of ${name}`, this.#parts.item(process, destructor));
    this.#contain(process, () => this.#parts.atExpenseOf(process, () => destroy(rep)));
  }
}
