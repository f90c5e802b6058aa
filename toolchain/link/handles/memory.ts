/**
 * The handle memory as the handle module itself writes it.
 */
import type { CoreGlobalIndex, CoreMemoryIndex } from "../../wasm/index.ts";
import { add, all, apply, get, i32, load, op, shl, store, type Code, type Local } from "../adapter/code.ts";
import type { AdapterModule } from "../adapter/module.ts";
import { ENTRY, ENTRY_SIZE_LOG2, OUTGROWN, TABLE } from "./layout.ts";

export class HandleMemory {
  readonly module: AdapterModule;
  readonly memory: CoreMemoryIndex;
  readonly #loans: CoreGlobalIndex;

  constructor(module: AdapterModule, memory: CoreMemoryIndex, loans: CoreGlobalIndex) {
    this.module = module;
    this.memory = memory;
    this.#loans = loans;
  }

  load(address: Local, offset: number): Code {
    return this.loadAt(get(address), offset);
  }
  store(address: Local, offset: number, value: Code): Code {
    return this.storeAt(get(address), offset, value);
  }
  loadAt(address: Code, offset: number): Code {
    return load("i32.load", address, { memory: this.memory, offset });
  }
  storeAt(address: Code, offset: number, value: Code): Code {
    return store("i32.store", address, value, { memory: this.memory, offset });
  }

  entry(table: Local, handle: Local): Code {
    return add(this.load(table, TABLE.base), shl(get(handle), ENTRY_SIZE_LOG2));
  }

  /** Top of the stack of loans. */
  loans(): Code {
    return op("global.get", [this.#loans]);
  }
  setLoans(value: Code): Code {
    return op("global.set", [this.#loans], value);
  }

  /** Frees an index; `entry` is the address of its entry. */
  remove(table: Local, handle: Local, entry: Local): Code {
    return all(
      this.store(entry, ENTRY.kind, i32(0)),
      this.store(entry, ENTRY.scope, this.load(table, TABLE.free)),
      this.store(table, TABLE.free, get(handle)),
    );
  }

  /** Leaves the place of so many entries to whichever table needs one of that size. */
  giveUp(place: Local, capacity: Local): Code {
    const list = outgrown(capacity);
    return all(this.store(place, 0, this.loadAt(list, OUTGROWN)), this.storeAt(list, OUTGROWN, get(place)));
  }
}

/** Offset of the list of places with room for so many entries, a power of two. */
export function outgrown(capacity: Local): Code {
  return shl(apply("i32.ctz", get(capacity)), 2);
}
