/**
 * Code that finds, checks, lends, adds and removes handles.
 *
 * Used by adapters, which pass handles on, and by the built-ins. The common way
 * is a comparison of the index and one of the kind; what is wrong is found out
 * only when one of them fails.
 */
import type { CoreFuncIndex, CoreGlobalIndex, CoreMemoryIndex } from "../../wasm/index.ts";
import {
  add,
  all,
  and,
  apply,
  atLeast,
  below,
  call,
  differ,
  get,
  i32,
  load,
  nothing,
  op,
  or,
  set,
  shl,
  shr,
  store,
  sub,
  when,
  type Code,
  type Local,
} from "../adapter/code.ts";
import type { AdapterModule } from "../adapter/module.ts";
import { trapIf } from "../adapter/trap.ts";
import { ENTRY, ENTRY_SIZE_LOG2, LOANS, RECORD, TABLE, TYPES } from "./layout.ts";

type Word = "i32.load" | "i32.store";

/** The handle memory as one module sees it; what it does not use is not imported. */
export class Handles {
  readonly module: AdapterModule;
  readonly memory: CoreMemoryIndex;
  /** What a stale handle does before it traps. */
  onStale: Code = nothing;
  readonly #imported = new Map<string, CoreFuncIndex | CoreGlobalIndex>();

  /** Imports the memory: to be made before anything is defined. `functions` says whether handles come and go. */
  constructor(
    module: AdapterModule,
    uses: { readonly functions: boolean; readonly loans: boolean; readonly full?: boolean },
  ) {
    this.module = module;
    this.memory = module.importMemory("handles", "memory");
    if (uses.functions) {
      const add = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] } as const;
      this.#imported.set("add", module.importFunction("handles", "add", add));
      const remove = { params: ["i32", "i32"], results: [] } as const;
      this.#imported.set("remove", module.importFunction("handles", "remove", remove));
    }
    if (uses.full) {
      const full = { params: [], results: [] } as const;
      this.#imported.set("full", module.importFunction("handles", "full", full));
    }
    if (uses.loans) this.#imported.set("loans", module.importGlobal("handles", "loans", true));
  }

  load(address: Code, offset: number): Code {
    return this.#word("i32.load", offset, address);
  }
  store(address: Code, offset: number, value: Code): Code {
    return this.#word("i32.store", offset, address, value);
  }

  /** Address of the entry of a handle that is known to be in the table. */
  entry(table: Code, handle: Local): Code {
    return add(this.load(table, TABLE.base), shl(get(handle), ENTRY_SIZE_LOG2));
  }

  /**
   * Sets `entry` to the address of the handle's entry; traps unless it is one of the type, own or borrowed.
   * One of an earlier life of the type's provider traps too, unless `stale` says what happens instead.
   */
  find(at: { table: Code; handle: Local; entry: Local; ownKind: Code; stale?: Code }): Code {
    const { table, handle, entry, ownKind } = at;
    const kind = this.load(get(entry), ENTRY.kind);
    const stale =
      at.stale ?? all(this.onStale, trapIf(this.module, i32(1), "handle is stale: its process was reset"));
    return all(
      trapIf(this.module, atLeast(get(handle), this.load(table, TABLE.length)), "unknown handle"),
      set(entry, this.entry(table, handle)),
      when(differ(or(kind, i32(1)), ownKind), all(call(this.#requireStale(), kind, ownKind), stale)),
    );
  }

  /** `(found kind, expected kind) -> ()`: traps by the rule that is broken, unless they differ in generation only. */
  #requireStale(): CoreFuncIndex {
    const signature = { params: ["i32", "i32"], results: [] } as const;
    return this.module.helper("misfit", signature, (body) => {
      const [found, expected] = [body.param(0), body.param(1)];
      const type = (kind: Local): Code =>
        apply("i32.rem_u", sub(shr(get(kind), 1), i32(1)), this.load(i32(0), TYPES));
      all(
        trapIf(this.module, apply("i32.eqz", get(found)), "unknown handle"),
        trapIf(this.module, differ(type(found), type(expected)), "handle is of another resource type"),
      )(body);
    });
  }

  isOwn(entry: Local): Code {
    return and(this.load(get(entry), ENTRY.kind), i32(1));
  }

  requireUnlent(entry: Local): Code {
    return trapIf(this.module, this.load(get(entry), ENTRY.lends), "handle is lent");
  }

  requireOwn(entry: Local): Code {
    const borrowed = apply("i32.eqz", this.isOwn(entry));
    return trapIf(this.module, borrowed, "handle is borrowed, and an own handle is needed");
  }

  /** Pushes the index of a new handle. */
  add(table: Code, kind: Code, rep: Code, scope: Code): Code {
    return call(this.#get("add"), table, kind, rep, scope);
  }
  remove(table: Code, handle: Local): Code {
    return call(this.#get("remove"), table, get(handle));
  }
  /** Traps as a table does that is full. */
  trapFull(): Code {
    return call(this.#get("full"));
  }

  /** Adds to a counter of an entry, or of a call. */
  count(address: Code, offset: number, by: 1 | -1): Code {
    const value = this.load(address, offset);
    return this.store(address, offset, by === 1 ? add(value, i32(1)) : sub(value, i32(1)));
  }

  loans(): Code {
    return op("global.get", [this.#get("loans")]);
  }
  setLoans(value: Code): Code {
    return op("global.set", [this.#get("loans")], value);
  }
  /** Sets `record` to the address of a record for the call that begins. */
  openCall(record: Local, caller: Code, callee: Code): Code {
    return all(
      set(record, this.loans()),
      this.#checkRoom(RECORD.size),
      this.store(get(record), RECORD.caller, caller),
      this.store(get(record), RECORD.callee, callee),
      this.store(get(record), RECORD.borrows, i32(0)),
      this.setLoans(add(get(record), i32(RECORD.size))),
    );
  }
  /** Keeps a handle that the call under way has lent out. */
  pushLender(handle: Local): Code {
    return this.#push(or(shl(get(handle), 1), i32(1)));
  }
  /** Keeps a handle that the call under way has given the receiver. */
  pushGiven(handle: Local): Code {
    return this.#push(or(shl(get(handle), 2), i32(2)));
  }
  #push(word: Code): Code {
    return all(
      this.#checkRoom(4),
      this.store(this.loans(), 0, word),
      this.setLoans(add(this.loans(), i32(4))),
    );
  }
  #checkRoom(size: number): Code {
    const full = below(i32(LOANS.end - size), this.loans());
    return trapIf(this.module, full, "calls that borrow are nested too deeply");
  }

  #get<I extends CoreFuncIndex | CoreGlobalIndex>(name: string): I {
    const found = this.#imported.get(name);
    if (found === undefined) throw new TypeError(`the module was made without the import handles ${name}`);
    return found as I;
  }

  #word(mnemonic: Word, offset: number, address: Code, value?: Code): Code {
    const place = { memory: this.memory, offset };
    return mnemonic === "i32.load"
      ? load("i32.load", address, place)
      : store("i32.store", address, value ?? i32(0), place);
  }
}

/** The kind of a borrowed handle, from that of an own one. */
export function borrowKind(ownKind: Code): Code {
  return and(ownKind, i32(-2));
}
