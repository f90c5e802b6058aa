/**
 * What the handle module does for a process that died or begins anew.
 *
 * Hosts call these functions while the process does not run: none of its calls
 * will go on. Nothing here is on the path of a call, so it may look at everything.
 */
import type { CoreFuncIndex } from "../../wasm/index.ts";
import {
  add,
  advance,
  all,
  and,
  apply,
  below,
  block,
  branchIf,
  call,
  differ,
  equal,
  get,
  i32,
  or,
  set,
  shl,
  shr,
  sub,
  when,
  whilst,
  type Code,
  type Local,
} from "../adapter/code.ts";
import { ENTRY, FIRST_TABLE, LOANS, RECORD, TABLE, TABLE_SIZE, TYPES } from "./layout.ts";
import type { HandleMemory } from "./memory.ts";

/** `(table) -> ()`: the table is as new; calls of its owner that never ended have borrowed nothing. */
export function emptyTable(handles: HandleMemory, remove: CoreFuncIndex): CoreFuncIndex {
  const close = closeCalls(handles, remove);
  return handles.module.define("empty", { params: ["i32"], results: [] }, (body) => {
    const table = body.param(0);
    const [at, place, capacity] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const [caller, callee] = [handles.load(at, RECORD.caller), handles.load(at, RECORD.callee)];
    const owners = or(equal(caller, get(table)), equal(callee, get(table)));
    all(
      set(at, i32(LOANS.start)),
      block((found) =>
        whilst(
          differ(get(at), handles.loans()),
          when(
            isLender(handles.load(at, 0)),
            advance(at, 4),
            all(branchIf(found, owners), advance(at, RECORD.size)),
          ),
        ),
      ),
      // What lies above was called from there.
      call(close, get(at)),
      set(place, handles.load(table, TABLE.base)),
      set(capacity, handles.load(table, TABLE.capacity)),
      when(get(capacity), handles.giveUp(place, capacity)),
      set(at, handles.load(table, TABLE.room)),
      handles.store(at, 0, add(handles.load(at, 0), sub(handles.load(table, TABLE.length), i32(1)))),
      ...[TABLE.base, TABLE.free, TABLE.capacity].map((word) => handles.store(table, word, i32(0))),
      handles.store(table, TABLE.length, i32(1)),
    )(body);
  });
}

/** `(mark) -> ()`: undoes what the calls with records from there on have lent; they will never end. */
function closeCalls(handles: HandleMemory, remove: CoreFuncIndex): CoreFuncIndex {
  const forget = forgetBorrows(handles, remove);
  return handles.module.define("close", { params: ["i32"], results: [] }, (body) => {
    const mark = body.param(0);
    const [at, word, caller] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const entry = body.local("i32");
    const lends = handles.load(entry, ENTRY.lends);
    // The handle is there: nobody gives away or drops what is lent.
    const giveBack = all(
      set(word, shr(get(word), 1)),
      set(entry, handles.entry(caller, word)),
      handles.store(entry, ENTRY.lends, sub(lends, i32(1))),
      advance(at, 4),
    );
    const closeRecord = all(
      set(caller, get(word)),
      when(handles.load(at, RECORD.borrows), call(forget, handles.load(at, RECORD.callee), get(at))),
      advance(at, RECORD.size),
    );
    all(
      set(at, get(mark)),
      whilst(
        differ(get(at), handles.loans()),
        all(set(word, handles.load(at, 0)), when(isLender(get(word)), giveBack, closeRecord)),
      ),
      handles.setLoans(get(mark)),
    )(body);
  });
}

/** `(table, record) -> ()`: removes the handles that a call gave and that were not dropped. */
function forgetBorrows(handles: HandleMemory, remove: CoreFuncIndex): CoreFuncIndex {
  return handles.module.define("forget borrows", { params: ["i32", "i32"], results: [] }, (body) => {
    const [table, record] = [body.param(0), body.param(1)];
    const entry = body.local("i32");
    const kind = handles.load(entry, ENTRY.kind);
    const borrowed = apply("i32.gt_u", apply("i32.eqz", and(kind, i32(1))), apply("i32.eqz", kind));
    const ofCall = and(borrowed, equal(handles.load(entry, ENTRY.scope), get(record)));
    eachEntry(handles, table, entry, (handle) => when(ofCall, call(remove, get(table), get(handle))))(body);
  });
}

/** `(kind) -> kind`: of the next generation, which no handle has. */
export function renewKind(handles: HandleMemory, tables: number): CoreFuncIndex {
  return handles.module.define("renew", { params: ["i32"], results: ["i32"] }, (body) => {
    const kind = body.param(0);
    const [next, type, table, entry] = [
      body.local("i32"),
      body.local("i32"),
      body.local("i32"),
      body.local("i32"),
    ];
    const types = handles.loadAt(i32(0), TYPES);
    const typeOf = (of: Code): Code => apply("i32.rem_u", sub(shr(of, 1), i32(1)), types);
    const found = handles.load(entry, ENTRY.kind);
    const generation0 = or(shl(add(get(type), i32(1)), 1), and(found, i32(1)));
    const retire = when(
      found,
      when(equal(typeOf(found), get(type)), handles.store(entry, ENTRY.kind, generation0)),
    );
    const startOver = all(
      set(type, typeOf(get(kind))),
      set(table, i32(FIRST_TABLE)),
      whilst(
        below(get(table), i32(FIRST_TABLE + tables * TABLE_SIZE)),
        all(
          eachEntry(handles, table, entry, () => retire),
          advance(table, TABLE_SIZE),
        ),
      ),
      set(next, add(shl(add(get(type), add(types, i32(1))), 1), i32(1))),
    );
    all(
      set(next, add(get(kind), shl(types, 1))),
      when(below(get(next), get(kind)), startOver),
      get(next),
    )(body);
  });
}

/** Words of the stack of loans that stand for a handle, not for a table. */
function isLender(word: Code): Code {
  return and(word, i32(1));
}

/** Also those that are free. */
function eachEntry(handles: HandleMemory, table: Local, entry: Local, act: (handle: Local) => Code): Code {
  return (body) => {
    const handle = body.local("i32");
    all(
      set(handle, i32(1)),
      whilst(
        below(get(handle), handles.load(table, TABLE.length)),
        all(set(entry, handles.entry(table, handle)), act(handle), advance(handle, 1)),
      ),
    )(body);
  };
}
