/**
 * The handle module: the memory with all handle tables, and what adds and removes entries.
 *
 * One for a system, instantiated before its processes. It exports `memory`; the
 * mutable global `loans`, top of the stack of loans; for each table the global
 * `table N`, its address; for each resource type the global `type N`, the kind of
 * an own handle; and two functions, which trust their callers:
 * `add: (table, kind, rep, scope) -> handle` and `remove: (table, handle) -> ()`.
 */
import type { CoreGlobalIndex, CoreFuncIndex, CoreMemoryIndex, CoreModule } from "../../wasm/index.ts";
import {
  add,
  all,
  apply,
  below,
  call,
  equal,
  get,
  i32,
  i64,
  load,
  op,
  set,
  shl,
  store,
  when,
  type Body,
  type Code,
  type Local,
} from "../adapter/code.ts";
import { AdapterModule } from "../adapter/module.ts";
import { trapIf } from "../adapter/trap.ts";
import {
  ENTRY,
  ENTRY_SIZE_LOG2,
  FIRST_CAPACITY,
  FIRST_TABLE,
  LOANS,
  MAX_ENTRIES,
  OUTGROWN,
  TABLE,
  TABLE_SIZE,
  ownKind,
} from "./layout.ts";

const PAGE_LOG2 = 16;

export function handleModule(tables: number, types: number): CoreModule {
  return new HandleModule(tables, types).build();
}

class HandleModule {
  readonly #module = new AdapterModule();
  readonly #memory: CoreMemoryIndex;
  /** Where memory is free from. */
  readonly #end: CoreGlobalIndex;

  constructor(tables: number, types: number) {
    const firstEntry = FIRST_TABLE + tables * TABLE_SIZE;
    const pages = BigInt(Math.ceil(firstEntry / 2 ** PAGE_LOG2));
    this.#memory = this.#module.addMemory(pages);
    this.#end = this.#module.addGlobal(firstEntry, true);
    const loans = this.#module.addGlobal(LOANS.start, true);
    this.#module.exportItem({ name: "memory", kind: "memory", index: this.#memory });
    this.#module.exportItem({ name: "loans", kind: "global", index: loans });
    for (let i = 0; i < tables; i++) {
      const address = FIRST_TABLE + i * TABLE_SIZE;
      this.#module.addData(this.#memory, address, emptyTable());
      this.#exportNumber(`table ${i}`, address);
    }
    for (let i = 0; i < types; i++) this.#exportNumber(`type ${i}`, ownKind(i + 1));
  }

  build(): CoreModule {
    this.#module.export("add", this.#add());
    this.#module.export("remove", this.#remove());
    return this.#module.finish();
  }

  #exportNumber(name: string, value: number): void {
    const index = this.#module.addGlobal(value, false);
    this.#module.exportItem({ name, kind: "global", index });
  }

  #add(): CoreFuncIndex {
    const signature = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] } as const;
    return this.#module.define("add", signature, (body) => {
      const [table, kind, rep, scope] = [body.param(0), body.param(1), body.param(2), body.param(3)];
      const [handle, entry] = [body.local("i32"), body.local("i32")];
      const address = (): Code => set(entry, this.#entry(table, handle));
      all(
        set(handle, this.#load(table, TABLE.free)),
        when(
          get(handle),
          all(address(), this.#store(table, TABLE.free, this.#load(entry, ENTRY.scope))),
          all(set(handle, call(this.#extend(), get(table))), address()),
        ),
        this.#store(entry, ENTRY.kind, get(kind)),
        this.#store(entry, ENTRY.rep, get(rep)),
        this.#store(entry, ENTRY.lends, i32(0)),
        this.#store(entry, ENTRY.scope, get(scope)),
        get(handle),
      )(body);
    });
  }

  #remove(): CoreFuncIndex {
    return this.#module.define("remove", { params: ["i32", "i32"], results: [] }, (body) => {
      const [table, handle] = [body.param(0), body.param(1)];
      const entry = body.local("i32");
      all(
        set(entry, this.#entry(table, handle)),
        this.#store(entry, ENTRY.kind, i32(0)),
        this.#store(entry, ENTRY.scope, this.#load(table, TABLE.free)),
        this.#store(table, TABLE.free, get(handle)),
      )(body);
    });
  }

  /** `(table) -> handle`: the index after all that were ever used. */
  #extend(): CoreFuncIndex {
    const signature = { params: ["i32"], results: ["i32"] } as const;
    return this.#module.helper("extend", signature, (body) => {
      const table = body.param(0);
      const length = body.local("i32");
      const full = below(this.#load(table, TABLE.limit), get(length));
      const room = below(get(length), this.#load(table, TABLE.capacity));
      all(
        set(length, this.#load(table, TABLE.length)),
        trapIf(this.#module, full, "handle table is full"),
        when(apply("i32.eqz", room), call(this.#move(), get(table))),
        this.#store(table, TABLE.length, add(get(length), i32(1))),
        get(length),
      )(body);
    });
  }

  /** `(table) -> ()`: to a place of twice the size; the old one is for others. */
  #move(): CoreFuncIndex {
    return this.#module.helper("move", { params: ["i32"], results: [] }, (body) => {
      const table = body.param(0);
      const [old, capacity, place] = [body.local("i32"), body.local("i32"), body.local("i32")];
      const bytes = shl(get(capacity), ENTRY_SIZE_LOG2);
      all(
        set(old, this.#load(table, TABLE.base)),
        set(capacity, this.#load(table, TABLE.capacity)),
        set(place, call(this.#place(), this.#larger(capacity))),
        when(
          get(capacity),
          all(
            op("memory.copy", [this.#memory, this.#memory], get(place), get(old), bytes),
            this.#giveUp(old, capacity),
          ),
        ),
        // A place that was another's holds what that left there.
        this.#store(place, ENTRY.kind, i32(0)),
        this.#store(table, TABLE.base, get(place)),
        this.#store(table, TABLE.capacity, this.#larger(capacity)),
      )(body);
    });
  }

  #larger(capacity: Local): Code {
    return apply("select", shl(get(capacity), 1), i32(FIRST_CAPACITY), get(capacity));
  }

  #giveUp(place: Local, capacity: Local): Code {
    const list = outgrown(capacity);
    return all(
      this.#store(place, 0, this.#loadAt(list, OUTGROWN)),
      this.#storeAt(list, OUTGROWN, get(place)),
    );
  }

  /** `(capacity) -> address`: a place that was given up, or new memory. */
  #place(): CoreFuncIndex {
    const signature = { params: ["i32"], results: ["i32"] } as const;
    return this.#module.helper("place", signature, (body) => {
      const capacity = body.param(0);
      const place = body.local("i32");
      const list = outgrown(capacity);
      all(
        set(place, this.#loadAt(list, OUTGROWN)),
        when(
          get(place),
          this.#storeAt(list, OUTGROWN, this.#load(place, 0)),
          this.#newPlace(capacity, place, body),
        ),
        get(place),
      )(body);
    });
  }

  /** Ends are computed in 64 bits: the memory's may be 2^32. */
  #newPlace(capacity: Local, place: Local, body: Body): Code {
    const end = body.local("i64");
    const pageMask = (1n << BigInt(PAGE_LOG2)) - 1n;
    const size = apply("i64.extend_i32_u", op("memory.size", [this.#memory]));
    const pages = apply("i64.shr_u", apply("i64.add", get(end), i64(pageMask)), i64(BigInt(PAGE_LOG2)));
    const missing = apply("i32.wrap_i64", apply("i64.sub", pages, size));
    const bytes = apply("i64.shl", apply("i64.extend_i32_u", get(capacity)), i64(BigInt(ENTRY_SIZE_LOG2)));
    const failed = equal(op("memory.grow", [this.#memory], missing), i32(-1));
    return all(
      set(place, op("global.get", [this.#end])),
      set(end, apply("i64.add", apply("i64.extend_i32_u", get(place)), bytes)),
      trapIf(this.#module, apply("i64.ge_u", get(end), i64(1n << 32n)), "handle table is full"),
      when(apply("i64.gt_u", pages, size), trapIf(this.#module, failed, "handle table is full")),
      op("global.set", [this.#end], apply("i32.wrap_i64", get(end))),
    );
  }

  #entry(table: Local, handle: Local): Code {
    return add(this.#load(table, TABLE.base), shl(get(handle), ENTRY_SIZE_LOG2));
  }
  #load(address: Local, offset: number): Code {
    return this.#loadAt(get(address), offset);
  }
  #store(address: Local, offset: number, value: Code): Code {
    return this.#storeAt(get(address), offset, value);
  }
  #loadAt(address: Code, offset: number): Code {
    return load("i32.load", address, { memory: this.#memory, offset });
  }
  #storeAt(address: Code, offset: number, value: Code): Code {
    return store("i32.store", address, value, { memory: this.#memory, offset });
  }
}

/** Offset of the list of places with room for so many entries, a power of two. */
function outgrown(capacity: Local): Code {
  return shl(apply("i32.ctz", get(capacity)), 2);
}

/** Index 0 is in use from the start; its entry, at address 0, is nobody's. */
function emptyTable(): Uint8Array {
  const bytes = new Uint8Array(TABLE_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(TABLE.length, 1, true);
  view.setUint32(TABLE.limit, MAX_ENTRIES, true);
  return bytes;
}
