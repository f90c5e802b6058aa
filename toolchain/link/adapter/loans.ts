/**
 * What a call borrows: lent out before it, taken back after it.
 *
 * That a handle is lent matters to who might give it away or drop it meanwhile:
 * another parameter of the same call, or the caller's own code if the callee can
 * call back. Where there is neither, nothing is counted, and a method call touches
 * its own entry and nothing else.
 *
 * A call that counts, or that gives its callee handles to be dropped before it
 * returns, has a record on the stack of loans (`handles/layout.ts`). So what it
 * lent can be given back when it never returns.
 * Sources: CanonicalABI.md, `Subtask.add_lender`, `Subtask.deliver_resolve`,
 * `Task.return_`.
 */
import type { FunctionType } from "../../abi/index.ts";
import { flattenFunction, handlesIn, handlesOfFunction, type HandleType } from "../../abi/index.ts";
import {
  add,
  all,
  and,
  differ,
  get,
  i32,
  nothing,
  op,
  set,
  shr,
  sub,
  when,
  whilst,
  type Body,
  type Code,
  type Local,
} from "./code.ts";
import { AdapterError, type AdapterSpec, type ResourceUses } from "./contract.ts";
import { handlesOf, tableOf, type Crossing, type HandleAccess } from "./crossing.ts";
import type { Handles } from "../handles/access.ts";
import { ENTRY, RECORD } from "../handles/layout.ts";
import { lend } from "./handle.ts";
import type { Sink, Source } from "./place.ts";
import type { Shape } from "./shape.ts";
import { trapIf } from "./trap.ts";

/** Which of these a function needs. */
export interface LoanNeeds {
  /** Lenders of parameters that are borrows are counted. */
  readonly direct: boolean;
  /** Lenders of borrows somewhere inside other values are counted. */
  readonly nested: boolean;
  /** The callee gets borrowed handles of its own. */
  readonly scope: boolean;
  /** Owns that it gives are known, should it be undone. */
  readonly given: boolean;
}

export function usesRecord({ direct, nested, scope, given }: LoanNeeds): boolean {
  return direct || nested || scope || given;
}

/** What is asked for of all functions of an adapter: they share the code for values inside values. */
export interface LoanRules {
  readonly resources: ResourceUses;
  /** The caller's code may run before a call has ended. */
  readonly callsBack: boolean;
  readonly countsNested: boolean;
  readonly tracksGiven: boolean;
}

/** Of calls that no handle crosses in. */
export const NO_LOANS: LoanRules = {
  resources: new Map(),
  callsBack: false,
  countsNested: false,
  tracksGiven: false,
};

export function loanRules({ functions, resources, callsBack }: AdapterSpec): LoanRules {
  const countsNested = functions.some(({ type }) => borrowsInside(type) && (callsBack || givesAway(type)));
  const tracksGiven = functions.some(({ type, guard }) => guard !== undefined && mayBeUndone(type));
  return { resources, callsBack, countsNested, tracksGiven };
}

/** Whether an own may have been given when a handle after it is found stale. */
function mayBeUndone(type: FunctionType): boolean {
  const handles = handlesOfFunction(type);
  const values = [...type.params.map((param) => param.type), ...(type.result ? [type.result] : [])];
  const alone = handles.length === 1 && values.some(({ kind }) => kind === "own");
  return !alone && handles.some(({ kind }) => kind === "own");
}

export function loanNeeds(type: FunctionType, rules: LoanRules): LoanNeeds {
  const borrows = paramHandles(type).filter(({ kind }) => kind === "borrow");
  return {
    direct: borrows.length > 0 && (rules.callsBack || givesAway(type)),
    nested: rules.countsNested && borrowsInside(type),
    scope: borrows.some(({ resource }) => rules.resources.get(resource)?.calleeImplements !== true),
    given: rules.tracksGiven && handlesOfFunction(type).some(({ kind }) => kind === "own"),
  };
}

function paramHandles(type: FunctionType): HandleType[] {
  return handlesIn(type.params.map((param) => param.type));
}

function givesAway(type: FunctionType): boolean {
  return paramHandles(type).some(({ kind }) => kind === "own");
}

function borrowsInside(type: FunctionType): boolean {
  const types = type.params.map((param) => param.type);
  const spilled = flattenFunction(type, "lower").paramsSpilled;
  const outer = spilled ? types : types.filter(({ kind }) => kind !== "borrow");
  return handlesIn(outer).some(({ kind }) => kind === "borrow");
}

export class Loans {
  readonly #crossing: Crossing;
  readonly #needs: LoanNeeds;
  /** Address of the call's record. */
  readonly #record: Local | undefined;

  constructor(crossing: Crossing, needs: LoanNeeds, body: Body) {
    this.#crossing = crossing;
    this.#needs = needs;
    this.#record = usesRecord(needs) ? body.local("i32") : undefined;
  }

  /** Before parameters are passed. */
  open(): Code {
    const call = this.#crossing.handles?.call;
    const note = call && op("global.set", [call.record], this.#record ? get(this.#record) : i32(0));
    if (this.#record === undefined) return note ?? nothing;
    const { from, to } = this.#crossing;
    const { handles, scope } = this.#access;
    const record = handles.openCall(this.#record, tableOf(from), tableOf(to));
    const open = all(
      record,
      note ?? nothing,
      this.#setBegun(() => i32(0)),
    );
    if (!this.#needs.scope) return open;
    if (scope === undefined) throw new AdapterError("the adapter was made without a scope");
    return all(open, op("global.set", [scope], get(this.#record)));
  }

  /** Once parameters are passed, before the callee is called and when it has returned. */
  begin(): Code {
    return this.#setBegun((handles) => handles.loans());
  }
  #setBegun(value: (handles: Handles) => Code): Code {
    const { handles, call } = this.#crossing.handles ?? {};
    if (handles === undefined || call === undefined || !this.#needs.given) return nothing;
    return op("global.set", [call.begun], value(handles));
  }

  /** Passes a parameter that is a borrow itself. */
  lend(shape: Extract<Shape, { kind: "borrow" }>, source: Source, sink: Sink): Code {
    return lend(this.#crossing, shape, source, sink, this.#needs.direct);
  }

  /** Once the callee has returned. */
  returned(): Code {
    if (this.#record === undefined || !this.#needs.scope) return nothing;
    const left = this.#access.handles.load(get(this.#record), RECORD.borrows);
    return trapIf(this.#crossing.module, left, "borrowed handle was not dropped");
  }

  /** Once the result is lowered. */
  close(): Code {
    if (this.#record === undefined) return nothing;
    const { handles, call } = this.#access;
    const counts = this.#needs.direct || this.#needs.nested;
    return all(
      counts ? this.#giveBack(this.#record) : nothing,
      handles.setLoans(get(this.#record)),
      call ? op("global.set", [call.record], i32(0)) : nothing,
    );
  }

  /** Tables may have moved since the loans began. */
  #giveBack(record: Local): Code {
    const { handles } = this.#access;
    return (body) => {
      const [at, end] = [body.local("i32"), body.local("i32")];
      const [lender, entry] = [body.local("i32"), body.local("i32")];
      const word = handles.load(get(at), 0);
      const giveBack = all(
        set(lender, shr(word, 1)),
        set(entry, handles.entry(tableOf(this.#crossing.from), lender)),
        handles.count(get(entry), ENTRY.lends, -1),
      );
      const round = all(
        set(at, sub(get(at), i32(4))),
        this.#needs.given ? when(and(word, i32(1)), giveBack) : giveBack,
      );
      all(
        set(at, handles.loans()),
        set(end, add(get(record), i32(RECORD.size))),
        whilst(differ(get(at), get(end)), round),
      )(body);
    };
  }

  get #access(): HandleAccess {
    return handlesOf(this.#crossing);
  }
}
