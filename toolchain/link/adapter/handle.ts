/**
 * Handles: out of the table of one instance, into the table of the other.
 *
 * An own leaves the giver's table. A borrow stays there and counts as lent until
 * the call ends; the receiver gets a handle of its own, which it has to drop
 * before, or the rep itself if it implements the resource.
 * Sources: CanonicalABI.md, `lift_own`, `lift_borrow`, `lower_own`, `lower_borrow`.
 */
import type { CoreGlobalIndex } from "../../wasm/index.ts";
import { borrowKind } from "../handles/access.ts";
import { ENTRY, RECORD } from "../handles/layout.ts";
import { all, call, get, i32, nothing, op, set, type Code } from "./code.ts";
import { AdapterError } from "./contract.ts";
import { handlesOf, tableOf, type Crossing } from "./crossing.ts";
import { POINTER, type Sink, type Source } from "./place.ts";
import type { ShapeOf } from "./shape.ts";

export function copyOwn(crossing: Crossing, shape: ShapeOf<"own">, source: Source, sink: Sink): Code {
  const { handles, types } = handlesOf(crossing);
  const kind = kindOf(types, shape.resource);
  const rep = call(handles.takeOwn(), tableOf(crossing.from), source.take(POINTER), kind);
  return sink.put(POINTER, handles.add(tableOf(crossing.to), kind, rep, i32(0)));
}

/** A borrow inside another value: lent, if that has to be known. */
export function copyBorrow(crossing: Crossing, shape: ShapeOf<"borrow">, source: Source, sink: Sink): Code {
  return lend(crossing, shape, source, sink, handlesOf(crossing).countsNested);
}

/** `counted`: the giver's handle is lent from here on, and known to the record of the call. */
export function lend(
  crossing: Crossing,
  shape: ShapeOf<"borrow">,
  source: Source,
  sink: Sink,
  counted: boolean,
): Code {
  const { handles, types, scope } = handlesOf(crossing);
  const kind = kindOf(types, shape.resource);
  return (body) => {
    const [lender, entry] = [body.local("i32"), body.local("i32")];
    const rep = handles.load(get(entry), ENTRY.rep);
    const lowered = (): Code => {
      const record = op("global.get", [scope ?? missing("scope")]);
      return all(
        handles.count(record, RECORD.borrows, 1),
        sink.put(POINTER, handles.add(tableOf(crossing.to), borrowKind(kind), rep, record)),
      );
    };
    all(
      set(lender, source.take(POINTER)),
      handles.find({ table: tableOf(crossing.from), handle: lender, entry, ownKind: kind }),
      counted ? all(handles.pushLender(lender), handles.count(get(entry), ENTRY.lends, 1)) : nothing,
      shape.toImplementer ? sink.put(POINTER, rep) : lowered(),
    )(body);
  };
}

function kindOf(types: ReadonlyMap<number, CoreGlobalIndex>, resource: number): Code {
  return op("global.get", [types.get(resource) ?? missing(`type ${resource}`)]);
}

function missing(what: string): never {
  throw new AdapterError(`the adapter was made without the handles' ${what}`);
}
