/**
 * Handles: out of the table of one instance, into the table of the other.
 *
 * An own leaves the giver's table. A borrow stays there and counts as lent until
 * the call ends; the receiver gets a handle of its own, which it has to drop
 * before, or the rep itself if it implements the resource. The rep of a handle of
 * a process is a handle of the kernel, which changes its holder too.
 * Sources: CanonicalABI.md, `lift_own`, `lift_borrow`, `lower_own`, `lower_borrow`.
 */
import type { CoreFuncIndex, CoreGlobalIndex } from "../../wasm/index.ts";
import { borrowKind } from "../handles/access.ts";
import { ENTRY, RECORD } from "../handles/layout.ts";
import { all, apply, call, get, i32, nothing, op, set, when, type Code, type Local } from "./code.ts";
import { sendOwn } from "./carry.ts";
import { AdapterError } from "./contract.ts";
import { arrow, handlesOf, tableOf, type Crossing } from "./crossing.ts";
import { atRiskOf } from "./marks.ts";
import { POINTER, type Sink, type Source } from "./place.ts";
import type { ShapeOf } from "./shape.ts";

export function copyOwn(crossing: Crossing, shape: ShapeOf<"own">, source: Source, sink: Sink): Code {
  const kind = kindOf(handlesOf(crossing).types, shape.resource);
  const given = source.take(POINTER);
  if (crossing.from.name === "mail") {
    return sink.put(POINTER, give(crossing, { kind, rep: given, scope: i32(0) }));
  }
  const pass = crossing.to.name === "mail" ? sendOwn(crossing) : passOwn(crossing, shape.kernel);
  return sink.put(POINTER, call(pass, given, kind));
}

/** `(handle, own kind) -> handle`: out of one table, into the other. A receiver without room leaves it to the giver. */
function passOwn(crossing: Crossing, ofKernel: boolean): CoreFuncIndex {
  const { handles, tracksGiven } = handlesOf(crossing);
  const signature = { params: ["i32", "i32"], results: ["i32"] } as const;
  const what = ofKernel ? "own process" : "own";
  return crossing.module.helper(`pass ${what}, ${arrow(crossing)}`, signature, (body) => {
    const [handle, kind] = [body.param(0), get(body.param(1))];
    const [entry, rep, given] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const table = tableOf(crossing.from);
    all(
      handles.find({ table, handle, entry, ownKind: kind }),
      handles.requireUnlent(entry),
      handles.requireOwn(entry),
      set(rep, handles.load(get(entry), ENTRY.rep)),
      set(given, give(crossing, { kind, rep: get(rep), scope: i32(0) })),
      ofKernel ? tellKernel(crossing, rep, given) : nothing,
      handles.remove(table, handle),
      tracksGiven ? handles.pushGiven(given) : nothing,
      get(given),
    )(body);
  });
}

/** The kernel may have no room for what the table has; then the receiver has got nothing. */
function tellKernel(crossing: Crossing, rep: Local, given: Local): Code {
  const { handles, give: told } = handlesOf(crossing);
  const { name } = crossing.to;
  const target = name === "mail" ? undefined : told?.[name];
  const status = call(target ?? missing("give"), get(rep));
  const refused = all(
    handles.remove(tableOf(crossing.to), given),
    atRiskOf(crossing.to, crossing, handles.trapFull()),
  );
  return when(apply("i32.lt_s", status, i32(0)), refused);
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
        sink.put(POINTER, give(crossing, { kind: borrowKind(kind), rep, scope: record })),
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

/** Pushes a new handle of the receiver, who answers for it if there is no room. */
function give(
  crossing: Crossing,
  { kind, rep, scope }: { readonly kind: Code; readonly rep: Code; readonly scope: Code },
): Code {
  const add = handlesOf(crossing).handles.add(tableOf(crossing.to), kind, rep, scope);
  return atRiskOf(crossing.to, crossing, add);
}

function kindOf(types: ReadonlyMap<number, CoreGlobalIndex>, resource: number): Code {
  return op("global.get", [types.get(resource) ?? missing(`type ${resource}`)]);
}

function missing(what: string): never {
  throw new AdapterError(`the adapter was made without the handles' ${what}`);
}
