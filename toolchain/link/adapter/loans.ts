/**
 * What a call borrows: lent out before it, taken back after it.
 *
 * Lenders of parameters that are borrows themselves are kept in locals, so that
 * a method call touches its own entry and nothing else; borrows inside other
 * values go on the stack of loans. A callee that gets handles of its own has to
 * drop them before it returns: they are counted in a word on that stack.
 * Sources: CanonicalABI.md, `Subtask.add_lender`, `Subtask.deliver_resolve`,
 * `Task.return_`.
 */
import type { FunctionType } from "../../abi/index.ts";
import { handlesIn } from "../../abi/index.ts";
import { add, all, differ, get, i32, nothing, op, set, sub, whilst, type Body, type Code, type Local } from "./code.ts";
import { AdapterError, type ResourceUses } from "./contract.ts";
import { handlesOf, tableOf, type Crossing, type HandleAccess } from "./crossing.ts";
import { giveBack, lend } from "./handle.ts";
import type { Sink, Source } from "./place.ts";
import type { Shape } from "./shape.ts";
import { trapIf } from "./trap.ts";

/** Which of these a function needs. */
export interface LoanNeeds {
  /** A borrow is somewhere inside another value. */
  readonly nested: boolean;
  /** The callee gets borrowed handles of its own. */
  readonly scope: boolean;
}

export function loanNeeds(type: FunctionType, resources: ResourceUses, spilled: boolean): LoanNeeds {
  const types = type.params.map((param) => param.type);
  const borrows = handlesIn(types).filter(({ kind }) => kind === "borrow");
  const inside = spilled ? types : types.filter(({ kind }) => kind !== "borrow");
  return {
    nested: handlesIn(inside).some(({ kind }) => kind === "borrow"),
    scope: borrows.some(({ resource }) => resources.get(resource)?.calleeImplements !== true),
  };
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
      this.#lenders.push(lender);
      lend(this.#crossing, shape, source, sink, lender)(body);
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
