/**
 * The handle module: the memory with all handle tables, and what adds and removes entries.
 *
 * One for a system, instantiated before its processes. It exports `memory`; the
 * mutable global `loans`, top of the stack of loans; for each table the global
 * `table N`, its address; for each resource type the mutable global `type N`, the
 * kind of an own handle; and functions, which trust their callers:
 * `add: (table, kind, rep, scope) -> handle`, `remove: (table, handle) -> ()` and
 * `full: () -> ()`, which traps, for linked code, `make: (room, limit) -> table`, `empty: (table) -> ()`, `close: (record) -> ()` and
 * `renew: (kind) -> kind` for hosts (`cleanup.ts`).
 */
import type { CoreFuncIndex, CoreGlobalIndex, CoreModule } from "../../wasm/index.ts";
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
  op,
  set,
  shl,
  sub,
  when,
  type Body,
  type Code,
  type Local,
} from "../adapter/code.ts";
import { AdapterModule } from "../adapter/module.ts";
import { trapIf } from "../adapter/trap.ts";
import { closeFrom, emptyTable, renewKind } from "./cleanup.ts";
import {
  ENTRY,
  ENTRY_SIZE_LOG2,
  FIRST_CAPACITY,
  FIRST_TABLE,
  LOANS,
  MADE,
  OUTGROWN,
  TABLE,
  TABLE_SIZE,
  TYPES,
  firstKind,
} from "./layout.ts";
import { HandleMemory, outgrown } from "./memory.ts";

const PAGE_LOG2 = 16;

/** Tables of one `owner` have room for its limit of handles together: that of the first. */
export interface TableSpec {
  readonly owner: number;
  readonly limit: number;
}

export function handleModule(tables: readonly TableSpec[], types: number): CoreModule {
  return new HandleModule(tables, types).build();
}

class HandleModule {
  readonly #module = new AdapterModule();
  readonly #handles: HandleMemory;
  readonly #tables: number;
  /** Where memory is free from. */
  readonly #end: CoreGlobalIndex;

  constructor(tables: readonly TableSpec[], types: number) {
    this.#tables = tables.length;
    const firstEntry = tableAt(tables.length);
    const pages = BigInt(Math.ceil(firstEntry / 2 ** PAGE_LOG2));
    const memory = this.#module.addMemory(pages);
    this.#end = this.#module.addGlobal(firstEntry, true);
    const loans = this.#module.addGlobal(LOANS.start, true);
    this.#handles = new HandleMemory(this.#module, memory, loans);
    this.#module.exportItem({ name: "memory", kind: "memory", index: memory });
    this.#module.exportItem({ name: "loans", kind: "global", index: loans });
    this.#module.addData(memory, TYPES, words({ 0: types }, 4));
    for (const [i, { owner, limit }] of tables.entries()) {
      const first = tables.findIndex((table) => table.owner === owner);
      const room = tableAt(first) + TABLE.more;
      // Index 0 is in use from the start; its entry, at address 0, is nobody's.
      const empty = { [TABLE.length]: 1, [TABLE.room]: room, [TABLE.more]: limit };
      this.#module.addData(memory, tableAt(i), words(empty, TABLE_SIZE));
      this.#exportNumber(`table ${i}`, tableAt(i), false);
    }
    for (let i = 0; i < types; i++) this.#exportNumber(`type ${i}`, firstKind(i, types), true);
  }

  build(): CoreModule {
    this.#module.export("add", this.#add());
    this.#module.export("remove", this.#remove());
    const full = trapIf(this.#module, i32(1), "handle table is full");
    this.#module.export("full", this.#module.define("full", { params: [], results: [] }, full));
    this.#module.export("empty", emptyTable(this.#handles));
    this.#module.export("close", closeFrom(this.#handles));
    this.#module.export("renew", renewKind(this.#handles, this.#tables));
    this.#module.export("make", this.#make());
    return this.#module.finish();
  }

  #exportNumber(name: string, value: number, mutable: boolean): void {
    const index = this.#module.addGlobal(value, mutable);
    this.#module.exportItem({ name, kind: "global", index });
  }

  #add(): CoreFuncIndex {
    const signature = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] } as const;
    return this.#module.define("add", signature, (body) => {
      const [table, kind, rep, scope] = [body.param(0), body.param(1), body.param(2), body.param(3)];
      const [handle, entry] = [body.local("i32"), body.local("i32")];
      const address = (): Code => set(entry, this.#handles.entry(table, handle));
      all(
        set(handle, this.#handles.load(table, TABLE.free)),
        when(
          get(handle),
          all(address(), this.#handles.store(table, TABLE.free, this.#handles.load(entry, ENTRY.scope))),
          all(set(handle, call(this.#extend(), get(table))), address()),
        ),
        this.#handles.store(entry, ENTRY.kind, get(kind)),
        this.#handles.store(entry, ENTRY.rep, get(rep)),
        this.#handles.store(entry, ENTRY.lends, i32(0)),
        this.#handles.store(entry, ENTRY.scope, get(scope)),
        get(handle),
      )(body);
    });
  }

  #remove(): CoreFuncIndex {
    return this.#module.define("remove", { params: ["i32", "i32"], results: [] }, (body) => {
      const [table, handle] = [body.param(0), body.param(1)];
      const entry = body.local("i32");
      all(set(entry, this.#handles.entry(table, handle)), this.#handles.remove(table, handle, entry))(body);
    });
  }

  /** `(table) -> handle`: the index after all that were ever used. */
  #extend(): CoreFuncIndex {
    const signature = { params: ["i32"], results: ["i32"] } as const;
    return this.#module.helper("extend", signature, (body) => {
      const table = body.param(0);
      const [length, room] = [body.local("i32"), body.local("i32")];
      const full = apply("i32.eqz", this.#handles.load(room, 0));
      const fits = below(get(length), this.#handles.load(table, TABLE.capacity));
      all(
        set(length, this.#handles.load(table, TABLE.length)),
        set(room, this.#handles.load(table, TABLE.room)),
        trapIf(this.#module, full, "handle table is full"),
        when(apply("i32.eqz", fits), call(this.#move(), get(table))),
        this.#handles.store(room, 0, sub(this.#handles.load(room, 0), i32(1))),
        this.#handles.store(table, TABLE.length, add(get(length), i32(1))),
        get(length),
      )(body);
    });
  }

  /** `(table) -> ()`: to a place of twice the size; the old one is for others. */
  #move(): CoreFuncIndex {
    return this.#module.helper("move", { params: ["i32"], results: [] }, (body) => {
      const table = body.param(0);
      const [old, capacity, place] = [body.local("i32"), body.local("i32"), body.local("i32")];
      const { memory } = this.#handles;
      const bytes = shl(get(capacity), ENTRY_SIZE_LOG2);
      all(
        set(old, this.#handles.load(table, TABLE.base)),
        set(capacity, this.#handles.load(table, TABLE.capacity)),
        set(place, call(this.#place(), this.#larger(capacity))),
        when(
          get(capacity),
          all(
            op("memory.copy", [memory, memory], get(place), get(old), bytes),
            this.#handles.giveUp(old, capacity),
          ),
        ),
        // A place that was another's holds what that left there.
        this.#handles.store(place, ENTRY.kind, i32(0)),
        this.#handles.store(table, TABLE.base, get(place)),
        this.#handles.store(table, TABLE.capacity, this.#larger(capacity)),
      )(body);
    });
  }

  #larger(capacity: Local): Code {
    return apply("select", shl(get(capacity), 1), i32(FIRST_CAPACITY), get(capacity));
  }

  /** `(capacity) -> address`: a place that was given up, or new memory. */
  #place(): CoreFuncIndex {
    const signature = { params: ["i32"], results: ["i32"] } as const;
    return this.#module.helper("place", signature, (body) => {
      const capacity = body.param(0);
      const place = body.local("i32");
      const list = outgrown(capacity);
      all(
        set(place, this.#handles.loadAt(list, OUTGROWN)),
        when(
          get(place),
          this.#handles.storeAt(list, OUTGROWN, this.#handles.load(place, 0)),
          this.#newPlace(capacity, place, body),
        ),
        get(place),
      )(body);
    });
  }

  /** `(room, limit) -> table`, with that room, or where it is 0 with one of its own, for as many as the limit says. */
  #make(): CoreFuncIndex {
    return this.#module.define("make", { params: ["i32", "i32"], results: ["i32"] }, (body) => {
      const [room, limit] = [body.param(0), body.param(1)];
      const [table, made] = [body.local("i32"), body.local("i32")];
      const own = add(get(table), i32(TABLE.more));
      all(
        this.#newMemory(i64(BigInt(TABLE_SIZE)), table, body),
        this.#handles.store(table, TABLE.length, i32(1)),
        this.#handles.store(table, TABLE.room, apply("select", get(room), own, get(room))),
        this.#handles.store(table, TABLE.more, get(limit)),
        this.#handles.store(table, TABLE.next, this.#handles.load(made, MADE)),
        this.#handles.store(made, MADE, get(table)),
        get(table),
      )(body);
    });
  }

  #newPlace(capacity: Local, place: Local, body: Body): Code {
    const bytes = apply("i64.shl", apply("i64.extend_i32_u", get(capacity)), i64(BigInt(ENTRY_SIZE_LOG2)));
    return this.#newMemory(bytes, place, body);
  }

  /** Sets `place` to so many bytes of zeros. Ends are computed in 64 bits: the memory's may be 2^32. */
  #newMemory(bytes: Code, place: Local, body: Body): Code {
    const end = body.local("i64");
    const { memory } = this.#handles;
    const pageMask = (1n << BigInt(PAGE_LOG2)) - 1n;
    const size = apply("i64.extend_i32_u", op("memory.size", [memory]));
    const pages = apply("i64.shr_u", apply("i64.add", get(end), i64(pageMask)), i64(BigInt(PAGE_LOG2)));
    const missing = apply("i32.wrap_i64", apply("i64.sub", pages, size));
    const failed = equal(op("memory.grow", [memory], missing), i32(-1));
    return all(
      set(place, op("global.get", [this.#end])),
      set(end, apply("i64.add", apply("i64.extend_i32_u", get(place)), bytes)),
      trapIf(this.#module, apply("i64.ge_u", get(end), i64(1n << 32n)), "handle table is full"),
      when(apply("i64.gt_u", pages, size), trapIf(this.#module, failed, "handle table is full")),
      op("global.set", [this.#end], apply("i32.wrap_i64", get(end))),
    );
  }
}

function tableAt(position: number): number {
  return FIRST_TABLE + position * TABLE_SIZE;
}

/** Words of 32 bits at their offsets, in `size` bytes of zeros. */
function words(values: Readonly<Record<number, number>>, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const [offset, value] of Object.entries(values)) view.setUint32(Number(offset), value, true);
  return bytes;
}
