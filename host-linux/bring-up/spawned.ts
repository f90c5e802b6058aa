/**
 * Processes that are made at run time, and their positions: those after the plan's.
 *
 * The plan describes one process of each kind, at which nobody runs. While one is
 * made like it, sources that name the plan's position mean the new one.
 */
import { LIVENESS, RESERVED } from "../../toolchain/link/plan.ts";

interface Making {
  readonly template: number;
  readonly position: number;
}

export class Spawned {
  /** Of the first. */
  readonly #start: number;
  /** What each was made as, from the first on. */
  readonly #templates: number[] = [];
  /** Of each, once it is made. */
  readonly #instances: WebAssembly.Instance[] = [];
  /** The marks of each, as those of the liveness module. */
  readonly #marks: WebAssembly.Global[] = [];
  /** Addresses of their handle tables, by position and number of the template's table. */
  readonly #tables = new Map<number, ReadonlyMap<string, WebAssembly.Global<"i32">>>();
  #making: Making | undefined;

  /** @param processes of the plan. */
  constructor(processes: number) {
    this.#start = processes;
  }

  /** A position for one more, made like the process at `template`. */
  add(template: number): number {
    return this.#start + this.#templates.push(template) - 1;
  }

  /** The newest one has been made. */
  made(instance: WebAssembly.Instance): void {
    const mark = instance.exports[RESERVED.inside];
    this.#marks.push(mark instanceof WebAssembly.Global ? mark : wordOf());
    this.#instances.push(instance);
  }

  /** A mutable i32 global that the module has for a host to write to. */
  word(position: number, name: string): WebAssembly.Global<"i32"> {
    const found = this.instance(position)?.exports[name];
    return found instanceof WebAssembly.Global ? (found as WebAssembly.Global<"i32">) : wordOf();
  }

  /** The handle tables of a process, as `table N` of its template: addresses by `N`. */
  setTables(position: number, addresses: ReadonlyMap<number, number>): void {
    const tables = [...addresses].map(([number, address]) => {
      const word = this.word(position, RESERVED.handleTable + number);
      word.value = address;
      return [`table ${number}`, word] as const;
    });
    if (tables.length > 0) this.#tables.set(position, new Map(tables));
  }

  /** The table of the process that is being made, where a source of the handle module means that. */
  tableMeant(name: string): WebAssembly.Global<"i32"> | undefined {
    return this.#making && this.#tables.get(this.#making.position)?.get(name);
  }

  /** The newest one could not be made. */
  removeLast(): void {
    this.#templates.pop();
  }

  /** The position in the plan that says what it is; its own where it is of the plan. */
  templateOf(position: number): number {
    // An index below 0 would be looked for as a name.
    return position < this.#start ? position : (this.#templates[position - this.#start] ?? position);
  }

  isSpawned(position: number): boolean {
    return position >= this.#start;
  }

  /** Of a process at a position after those of the plan. */
  instance(position: number): WebAssembly.Instance | undefined {
    return this.#instances[position - this.#start];
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

/** Where nothing of the module needs the word. */
function wordOf(): WebAssembly.Global<"i32"> {
  return new WebAssembly.Global({ value: "i32", mutable: true }, 0);
}
