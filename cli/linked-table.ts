/**
 * The handle table of a running component instance, for calls from JavaScript.
 *
 * Read in the memory of the plan's handle module, changed by its functions only;
 * see `toolchain/link/plan.ts`, `HandleTables`, for what its words mean.
 */
import type { Running } from "../host-linux/index.ts";
import {
  Task,
  Trap,
  type HandleContext,
  type ResourceHandle,
  type ResourceType,
} from "../toolchain/abi/index.ts";
import { HANDLE_LAYOUT } from "../toolchain/link/plan.ts";

const { table: TABLE, entry: ENTRY, entrySize: ENTRY_SIZE } = HANDLE_LAYOUT;

export class LinkedTable {
  readonly #running: Running;
  readonly #address: number;
  /** The kind of an own handle of each type. */
  readonly #kinds: ReadonlyMap<ResourceType, number>;

  /** `types`: names of the exports with the kind of each resource. */
  constructor(running: Running, table: string, types: ReadonlyMap<ResourceType, string>) {
    this.#running = running;
    this.#address = numberOf(running.handles(table));
    const kinds = [...types].map(([type, name]) => [type, numberOf(running.handles(name))] as const);
    this.#kinds = new Map(kinds);
  }

  /** As the receiver of arguments and the giver of results. */
  context(implementation: (resource: ResourceType) => boolean): HandleContext {
    return { table: this, implements: implementation };
  }

  get(index: number): ResourceHandle {
    const entry = this.#word(this.#address + TABLE.base) + index * ENTRY_SIZE;
    const known = index < this.#word(this.#address + TABLE.length);
    const kind = known ? this.#word(entry + ENTRY.kind) : 0;
    if (kind === 0) throw new Trap(`unknown handle ${index}`, "Table State");
    const [resource = OTHER] = [...this.#kinds].find(([, own]) => own === (kind | 1)) ?? [];
    const common = { resource, rep: this.#word(entry + ENTRY.rep), lends: this.#word(entry + ENTRY.lends) };
    return kind % 2 === 1 ? common : { ...common, task: new Task() };
  }

  add({ resource, rep, task }: ResourceHandle): number {
    const kind = this.#kinds.get(resource);
    if (kind === undefined || task !== undefined) {
      throw new Trap("a borrowed handle cannot be passed from JavaScript");
    }
    return Number(this.#call("add", this.#address, kind, rep, 0)) >>> 0;
  }

  remove(index: number): ResourceHandle {
    const handle = this.get(index);
    this.#call("remove", this.#address, index);
    return handle;
  }

  #word(address: number): number {
    const { buffer } = this.#running.handles("memory") as WebAssembly.Memory;
    return new DataView(buffer).getUint32(address, true);
  }

  #call(name: string, ...args: number[]): unknown {
    return (this.#running.handles(name) as (...args: number[]) => unknown)(...args);
  }
}

/** Stands for every resource that the function does not name. */
const OTHER: ResourceType = {};

function numberOf(value: WebAssembly.ExportValue): number {
  return (value as WebAssembly.Global<"i32">).value >>> 0;
}
