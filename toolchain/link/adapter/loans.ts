/**
 * What a call borrows: lent out before it, taken back after it.
 *
 * That a handle is lent matters to who might give it away or drop it meanwhile:
 * another parameter of the same call, or the caller's own code if the callee can
 * call back. Where there is neither, nothing is counted; nor is a count left
 * behind where a callee dies.
 *
 * Lenders of parameters that are borrows themselves are kept in locals, so that
 * a method call touches its own entry and nothing else; borrows inside other
 * values go on the stack of loans. A callee that gets handles of its own has to
 * drop them before it returns: they are counted in a word on that stack.
 * Sources: CanonicalABI.md, `Subtask.add_lender`, `Subtask.deliver_resolve`,
 * `Task.return_`.
 */
import type { FunctionType } from "../../abi/index.ts";
import { flattenFunction, handlesIn, type HandleType } from "../../abi/index.ts";
import {
  add,
  all,
  differ,
  get,
  i32,
  nothing,
  op,
  set,
  sub,
  whilst,
  type Body,
  type Code,
  type Local,
} from "./code.ts";
import { AdapterError, type AdapterSpec, type ResourceUses } from "./contract.ts";
import { handlesOf, tableOf, type Crossing, type HandleAccess } from "./crossing.ts";
import { giveBack, lend } from "./handle.ts";
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
}

/** What is asked for of all functions of an adapter: they share the code for values inside values. */
export interface LoanRules {
  readonly resources: ResourceUses;
  /** The caller's code may run before a call has ended. */
  readonly callsBack: boolean;
  readonly countsNested: boolean;
}

export function loanRules({ functions, resources, callsBack }: AdapterSpec): LoanRules {
  const countsNested = functions.some(({ type }) => borrowsInside(type) && (callsBack || givesAway(type)));
  return { resources, callsBack, countsNested };
}

export function loanNeeds(type: FunctionType, rules: LoanRules): LoanNeeds {
  const borrows = paramHandles(type).filter(({ kind }) => kind === "borrow");
  return {
    direct: borrows.length > 0 && (rules.callsBack || givesAway(type)),
    nested: rules.countsNested && borrowsInside(type),
    scope: borrows.some(({ resource }) => rules.resources.get(resource)?.calleeImplements !== true),
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
  readonly #lenders: Local[] = [];
  /** Top of the stack of loans before the call. */
  readonly #mark: Local | undefined;

  constructor(crossing: Crossing, needs: LoanNeeds, body: Body) {
    this.#crossing = crossing;
    this.#needs = needs;
    this.#mark = needs.nested || needs.scope ? body.local("i32") : undefined;
  }

  /** Before parameters are passed. */
  open(): Code {
    if (this.#mark === undefined) return nothing;
    const { handles, scope } = this.#access;
    const mark = set(this.#mark, handles.loans());
    if (!this.#needs.scope) return mark;
    if (scope === undefined) throw new AdapterError("the adapter was made without a scope");
    return all(mark, handles.pushLoan(i32(0)), op("global.set", [scope], get(this.#mark)));
  }

  /** Passes a parameter that is a borrow itself. */
  lend(shape: Extract<Shape, { kind: "borrow" }>, source: Source, sink: Sink): Code {
    return (body) => {
      const lender = body.local("i32");
      if (this.#needs.direct) this.#lenders.push(lender);
      lend(this.#crossing, shape, source, sink, { lender, counted: this.#needs.direct })(body);
    };
  }

  /** Once the callee has returned. */
  returned(): Code {
    if (this.#mark === undefined || !this.#needs.scope) return nothing;
    const left = this.#access.handles.load(get(this.#mark), 0);
    return trapIf(this.#crossing.module, left, "borrowed handle was not dropped");
  }

  /** Once the result is lowered. */
  close(): Code {
    return (body) => {
      for (const lender of this.#lenders) {
        giveBack(this.#access.handles, tableOf(this.#crossing.from), lender)(body);
      }
      if (this.#mark !== undefined) this.#unwind(this.#mark)(body);
    };
  }

  /** Lenders lie above the counter, if there is one. */
  #unwind(mark: Local): Code {
    const { handles } = this.#access;
    const reset = handles.setLoans(get(mark));
    if (!this.#needs.nested) return reset;
    return (body) => {
      const [at, end, lender] = [body.local("i32"), body.local("i32"), body.local("i32")];
      const round = all(
        set(at, sub(get(at), i32(4))),
        set(lender, handles.load(get(at), 0)),
        giveBack(handles, tableOf(this.#crossing.from), lender),
      );
      all(
        set(at, handles.loans()),
        set(end, add(get(mark), i32(this.#needs.scope ? 4 : 0))),
        whilst(differ(get(at), get(end)), round),
        reset,
      )(body);
    };
  }

  get #access(): HandleAccess {
    return handlesOf(this.#crossing);
  }
}
