/**
 * What the handle module does for a process that died or begins anew.
 *
 * Hosts call these functions while the process does not run: none of its calls
 * will go on. Nothing here is on the path of a call, so it may look at everything.
 * A host may call them where the stack is nearly used up, so each is one function
 * that calls none: it overflows the stack before it has changed anything, or not.
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
import { ENTRY, FIRST_TABLE, LOANS, MADE, RECORD, TABLE, TABLE_SIZE, TYPES } from "./layout.ts";
import type { HandleMemory } from "./memory.ts";

/** `(table) -> ()`: the table is as new; calls of its owner that never ended have borrowed nothing. */
export function emptyTable(handles: HandleMemory): CoreFuncIndex {
  return handles.module.define("empty", { params: ["i32"], results: [] }, (body) => {
    const table = body.param(0);
    const [mark, place, capacity] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const length = handles.load(table, TABLE.length);
    all(
      findCall(handles, table, mark),
      // What lies above was called from there.
      closeCalls(handles, mark),
      set(place, handles.load(table, TABLE.base)),
      set(capacity, handles.load(table, TABLE.capacity)),
      when(get(capacity), handles.giveUp(place, capacity)),
      set(place, handles.load(table, TABLE.room)),
      handles.store(place, 0, add(handles.load(place, 0), sub(length, i32(1)))),
      ...[TABLE.base, TABLE.free, TABLE.capacity, TABLE.left].map((word) =>
        handles.store(table, word, i32(0)),
      ),
      handles.store(table, TABLE.length, i32(1)),
    )(body);
  });
}

/** `(record) -> ()`: undoes what a call has lent that was ended; it and those that it called will not go on. */
export function closeFrom(handles: HandleMemory): CoreFuncIndex {
  return handles.module.define("close", { params: ["i32"], results: [] }, (body) => {
    closeCalls(handles, body.param(0))(body);
  });
}

/** Sets `at` to the first record of a call that the table's owner has a part in, or to the top of the stack. */
function findCall(handles: HandleMemory, table: Local, at: Local): Code {
  const [caller, callee] = [handles.load(at, RECORD.caller), handles.load(at, RECORD.callee)];
  const found = or(equal(caller, get(table)), equal(callee, get(table)));
  return all(
    set(at, i32(LOANS.start)),
    block((out) =>
      whilst(
        differ(get(at), handles.loans()),
        when(
          isHandle(handles.load(at, 0)),
          advance(at, 4),
          all(branchIf(out, found), advance(at, RECORD.size)),
        ),
      ),
    ),
  );
}

/** Undoes what the calls with records from `mark` on have lent; they will never end. */
function closeCalls(handles: HandleMemory, mark: Local): Code {
  return (body) => {
    const [at, word] = [body.local("i32"), body.local("i32")];
    const [caller, callee, entry] = [body.local("i32"), body.local("i32"), body.local("i32")];
    // The handle is there: nobody gives away or drops what is lent.
    const giveBack = all(
      set(word, shr(get(word), 1)),
      set(entry, handles.entry(caller, word)),
      handles.store(entry, ENTRY.lends, sub(handles.load(entry, ENTRY.lends), i32(1))),
    );
    const closeRecord = all(
      set(caller, get(word)),
      set(callee, handles.load(at, RECORD.callee)),
      when(handles.load(at, RECORD.borrows), forgetBorrows(handles, callee, at)),
      advance(at, RECORD.size),
    );
    all(
      set(at, get(mark)),
      whilst(
        differ(get(at), handles.loans()),
        all(
          set(word, handles.load(at, 0)),
          when(isHandle(get(word)), all(when(isLender(get(word)), giveBack), advance(at, 4)), closeRecord),
        ),
      ),
      handles.setLoans(get(mark)),
    )(body);
  };
}

/** Removes the handles that a call gave and that were not dropped. */
function forgetBorrows(handles: HandleMemory, table: Local, record: Local): Code {
  return (body) => {
    const entry = body.local("i32");
    const kind = handles.load(entry, ENTRY.kind);
    // Neither free nor an own.
    const borrowed = apply("i32.gt_u", apply("i32.eqz", and(kind, i32(1))), apply("i32.eqz", kind));
    const ofCall = and(borrowed, equal(handles.load(entry, ENTRY.scope), get(record)));
    eachEntry(handles, table, entry, (handle) => when(ofCall, handles.remove(table, handle, entry)))(body);
  };
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
      set(table, handles.loadAt(i32(0), MADE)),
      whilst(
        get(table),
        all(
          eachEntry(handles, table, entry, () => retire),
          set(table, handles.load(table, TABLE.next)),
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
function isHandle(word: Code): Code {
  return and(word, i32(3));
}
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
