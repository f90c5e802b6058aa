/**
 * Processes that are made at run time, and their positions: those after the plan's.
 *
 * The plan describes one process of each kind, at which nobody runs. While one is
 * made like it, sources that name the plan's position mean the new one.
 */
import { LIVENESS } from "../../toolchain/link/plan.ts";

interface Making {
  readonly template: number;
  readonly position: number;
}

export class Spawned {
  /** Of the first. */
  readonly #start: number;
  /** What each was made as, from the first on. */
  readonly #templates: number[] = [];
  /** The marks of each, as those of the liveness module. */
  readonly #marks: WebAssembly.Global[] = [];
  #making: Making | undefined;

  /** @param processes of the plan. */
  constructor(processes: number) {
    this.#start = processes;
  }

  /** A position for one more, made like the process at `template`. */
  add(template: number): number {
    this.#marks.push(new WebAssembly.Global({ value: "i32", mutable: true }, 0));
    return this.#start + this.#templates.push(template) - 1;
  }

  /** The newest one could not be made. */
  removeLast(): void {
    this.#templates.pop();
    this.#marks.pop();
  }

  /** The position in the plan that says what it is; its own where it is of the plan. */
  templateOf(position: number): number {
    // An index below 0 would be looked for as a name.
    return position < this.#start ? position : (this.#templates[position - this.#start] ?? position);
  }

  isSpawned(position: number): boolean {
    return position >= this.#start;
  }

  mark(position: number): WebAssembly.Global | undefined {
    return this.#marks[position - this.#start];
  }

  /** Runs `make`, in which sources of the template mean the process. */
  making<T>(position: number, make: () => T): T {
    this.#making = { template: this.templateOf(position), position };
    try {
      return make();
    } finally {
      this.#making = undefined;
    }
  }

  /** The process that a source means. */
  meant(position: number): number {
    return position === this.#making?.template ? this.#making.position : position;
  }

  /** The mark of the process that is being made, where a source of the liveness module means that. */
  markMeant(name: string): WebAssembly.Global | undefined {
    if (this.#making === undefined || name !== LIVENESS.inside + this.#making.template) return undefined;
    return this.mark(this.#making.position);
  }
}
