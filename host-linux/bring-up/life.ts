/**
 * The first state of a process, at first and again.
 */
import type { CoreItem } from "../../toolchain/link/plan.ts";
import type { Bindings } from "../guard/bindings.ts";
import type { Deaths } from "../guard/deaths.ts";
import { HostError } from "../host-error.ts";
import type { Parts } from "./parts.ts";
import { callable } from "./plan-parts.ts";

export class Life {
  readonly #parts: Parts;
  readonly #bindings: Bindings;
  readonly #deaths: Deaths;
  /** Those that have had a life under the kernel. */
  readonly #begun = new Set<number>();

  constructor(parts: Parts, bindings: Bindings, deaths: Deaths) {
    this.#parts = parts;
    this.#bindings = bindings;
    this.#deaths = deaths;
  }

  /** Fills memories, tables and the budget: at first, and again whenever the process is reset. */
  fill(position: number): void {
    const { name } = this.#parts.process(position);
    const template = this.#parts.template(position);
    const { resets = [], quotas } = template;
    for (const item of resets) {
      callable(`process ${name}, reset ${item.export}`, this.#parts.item(position, item))();
    }
    this.#parts.accounts?.fill(position);
    if (template.depth !== undefined) this.#counter(position, template.depth).value = quotas.depth ?? 0;
  }

  #counter(position: number, item: CoreItem): WebAssembly.Global {
    const counter = this.#parts.item(position, item);
    if (counter instanceof WebAssembly.Global) return counter;
    throw new HostError(`process ${this.#parts.process(position).name}: ${item.export} is not a global.`);
  }

  initialise(position: number): void {
    const { name } = this.#parts.process(position);
    for (const item of this.#parts.template(position).initialisers) {
      const run = callable(`process ${name}, initialiser ${item.export}`, this.#parts.item(position, item));
      this.#parts.atExpenseOf(position, run);
    }
  }

  /** Under the kernel: a life begins, the first one or another. A trap of an initialiser passes through. */
  begin(position: number): void {
    const members = this.#parts.membersWith(position);
    if (this.#begun.has(position)) {
      for (const member of members) this.#settle(member);
      this.#deaths.estates.settle();
    }
    this.#begun.add(position);
    this.#liven(members);
  }

  /**
   * A dead process lives again, and with it the members of its domain. A trap of an initialiser
   * passes through, and leaves it dead, with those that it was in a call to.
   */
  reset(position: number): void {
    const members = this.#parts.membersWith(position);
    for (const member of members) this.#settle(member);
    this.#deaths.estates.settle();
    this.#liven(members);
  }

  #liven(members: readonly number[]): void {
    for (const member of members) this.fill(member);
    for (const member of members) this.#deaths.runInside(member, () => this.initialise(member));
    for (const member of members) this.#bindings.open(member);
  }

  #settle(position: number): void {
    const { name } = this.#parts.process(position);
    if (this.#parts.template(position).resets === undefined) {
      throw new HostError(`process ${name} cannot be reset: the plan was linked without it.`);
    }
    this.#deaths.settle(position);
    this.#deaths.clear(position);
    this.#deaths.estates.release(position);
  }
}
