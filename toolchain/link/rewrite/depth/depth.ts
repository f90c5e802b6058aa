/**
 * Call depth: a module counts down how deep its process may still call itself.
 *
 * Only functions that can come to be called again while they run are counted;
 * the others add no more frames than there are functions. A counted one takes
 * one off on entry and sets the counter back when it is left, to the value that
 * it found: so nothing adds up to an error. Where an exception is caught, the
 * function that catches it sets the counter to its own level.
 */
import {
  CodeWriter,
  index,
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreModule,
  type CoreTypeIndex,
  type core,
} from "../../../wasm/index.ts";
import { functionImports, functionType } from "../../core-index.ts";
import { DEPTH_EXHAUSTED, RESERVED } from "../../plan.ts";
import type { Additions } from "../additions.ts";
import { BodyCalls, callGraphOf, type CallGraph } from "../call-graph.ts";
import type { Edit } from "../edit.ts";
import { landings, type Landings } from "./landings.ts";

export interface DeepBody {
  /** To come before all other edits at the same places. */
  readonly enter: readonly Edit[];
  /** To come behind them. */
  readonly edits: readonly Edit[];
  readonly locals: readonly core.Locals[];
}

/**
 * One for each body. Without an imported counter it adds one, exported as `RESERVED.depth`,
 * which is 0 until the host fills it. `locals`: how many each body has been given before.
 */
export function addDepth(
  module: CoreModule,
  additions: Additions,
  imported: number | undefined,
  locals: readonly number[],
): DeepBody[] {
  const calls = module.code.map(({ code }) => BodyCalls.of(code));
  const counted = countedBodies(callGraphOf(module, calls));
  const left = imported === undefined ? ownCounter(additions) : index<CoreGlobalIndex>(imported);
  const exhausted = additions.func({
    name: DEPTH_EXHAUSTED,
    type: { params: [], results: [] },
    code: new CodeWriter().op("unreachable").end(),
  });
  const first = functionImports(module).length;
  return module.code.map((body, i) => {
    const counts = counted.has(i);
    if (!counts && calls[i]?.catches !== true) return { enter: [], edits: [], locals: [] };
    const type = functionType(module, first + i);
    const own = type.params.length + body.locals.reduce((sum, { count }) => sum + count, 0);
    const found = own + (locals[i] ?? 0);
    return new DepthGauge({ additions, left, exhausted, type, counts, found }, body.code).edited();
  });
}

function ownCounter(additions: Additions): CoreGlobalIndex {
  const left = additions.global("i32", new CodeWriter().i32Const(0));
  additions.exports.push({ name: RESERVED.depth, kind: "global", index: left });
  return left;
}

/**
 * Bodies that may be entered again while they run. A circle of calls is made of direct
 * ones alone, or it leads through a function that is called as a value, or as an
 * export, and from there again to a call whose target is not known here.
 */
function countedBodies({ order, callees, callsOut, recursive, onlyDirect }: CallGraph): ReadonlySet<number> {
  const leadsOut = new Set<number>();
  for (let known = -1; known !== leadsOut.size;) {
    known = leadsOut.size;
    for (const body of order) {
      if (callsOut[body] === true || callees[body]?.some((callee) => leadsOut.has(callee)))
        leadsOut.add(body);
    }
  }
  return new Set(
    order.filter((body) => recursive.has(body) || (!onlyDirect.has(body) && leadsOut.has(body))),
  );
}

interface Gauge {
  readonly additions: Additions;
  readonly left: CoreGlobalIndex;
  readonly exhausted: CoreFuncIndex;
  readonly type: core.FuncType;
  /** Entering it counts; otherwise it only catches. */
  readonly counts: boolean;
  /** Local with what the counter was on entry. */
  readonly found: number;
}

class DepthGauge {
  readonly #gauge: Gauge;
  readonly #code: Uint8Array;
  readonly #places: Landings;

  constructor(gauge: Gauge, code: Uint8Array) {
    this.#gauge = gauge;
    this.#code = code;
    this.#places = landings(code);
  }

  edited(): DeepBody {
    const { left, found, counts } = this.#gauge;
    const setBack = new CodeWriter().localGet(found).globalSet(left).bytes();
    const ownLevel = counts ? this.#takeOne(new CodeWriter()).bytes() : setBack;
    const end = this.#code.length - 1;
    const edits = [
      ...this.#places.caught.map((at) => ({ start: at, end: at, code: ownLevel })),
      ...this.#places.leaves.map((at) => ({ start: at, end: at, code: setBack })),
      ...(this.#places.branchesOut ? [{ start: end, end, code: new CodeWriter().end().bytes() }] : []),
      { start: end, end, code: setBack },
    ];
    return { enter: [{ start: 0, end: 0, code: this.#enter() }], edits, locals: [{ count: 1, type: "i32" }] };
  }

  #enter(): Uint8Array {
    const { left, found, counts, exhausted } = this.#gauge;
    const code = new CodeWriter().globalGet(left);
    if (counts) {
      code.localTee(found).op("i32.eqz").if().call(exhausted).op("unreachable").end();
      this.#takeOne(code);
    } else code.localSet(found);
    // Branches out of the function reach its last `end` by way of a block around it all.
    if (this.#places.branchesOut) code.block(this.#resultType());
    return code.bytes();
  }

  #takeOne(code: CodeWriter): CodeWriter {
    const { left, found } = this.#gauge;
    return code.localGet(found).i32Const(1).op("i32.sub").globalSet(left);
  }

  #resultType(): core.ValType | CoreTypeIndex | undefined {
    const { results } = this.#gauge.type;
    return results.length < 2 ? results[0] : this.#gauge.additions.type({ params: [], results });
  }
}
