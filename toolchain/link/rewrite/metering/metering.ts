/**
 * Metering: a module counts down its process's fuel while it runs.
 *
 * Each charge subtracts what is about to run, and traps when less than that is
 * left. A function with loops keeps the counter in a local, where the engine
 * keeps it in a register, and writes it to the global only where somebody else
 * may look: around calls, and when it is left. Which of the two is cheaper is
 * guessed from how deep in loops charges and calls lie.
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
import { FUEL_EXHAUSTED, RESERVED } from "../../plan.ts";
import type { Additions } from "../additions.ts";
import { insertion, type Edit } from "../edit.ts";
import type { Charge } from "./charges.ts";
import { LENGTH_SHIFT } from "./cost.ts";
import type { Flow } from "./flow.ts";
import { planMetering, type BodyPlan } from "./plan.ts";
import type { FuelSite } from "./sites.ts";

export interface MeteredBody {
  readonly edits: readonly Edit[];
  /** Behind the body's own locals. */
  readonly locals: readonly core.Locals[];
}

/**
 * One for each body of the module. Without an imported counter it adds one, exported as
 * `RESERVED.fuel`, which is 0 until the host fills it.
 */
export function addMetering(module: CoreModule, additions: Additions, imported?: number): MeteredBody[] {
  const fuel = imported === undefined ? ownCounter(additions) : index<CoreGlobalIndex>(imported);
  const exhausted = additions.func({
    name: FUEL_EXHAUSTED,
    type: { params: [], results: [] },
    code: new CodeWriter().op("unreachable").end(),
  });
  const first = functionImports(module).length;
  const plans = planMetering(module);
  return module.code.map((body, i) => {
    const type = functionType(module, first + i);
    const plan = plans[i];
    if (plan === undefined) return { edits: [], locals: [] };
    return new BodyMeter({ additions, body, type, plan, fuel, exhausted }).metered();
  });
}

function ownCounter(additions: Additions): CoreGlobalIndex {
  const fuel = additions.global("i64", new CodeWriter().i64Const(0n));
  additions.exports.push({ name: RESERVED.fuel, kind: "global", index: fuel });
  return fuel;
}

interface BodySource {
  readonly additions: Additions;
  readonly body: core.FunctionBody;
  readonly type: core.FuncType;
  readonly plan: BodyPlan;
  readonly fuel: CoreGlobalIndex;
  readonly exhausted: CoreFuncIndex;
}

class BodyMeter {
  readonly #source: BodySource;
  readonly #flow: Flow;
  readonly #charges: readonly Charge[];
  readonly #sites: readonly FuelSite[];
  /** The counter is kept in a local. */
  readonly #inLocal: boolean;
  /** Indices of the added locals. */
  readonly #counter: number;
  readonly #lengths: Readonly<Record<"i32" | "i64", number>>;
  readonly #edits: Edit[] = [];

  constructor(source: BodySource) {
    this.#source = source;
    this.#flow = source.plan.flow;
    this.#charges = source.plan.charges;
    this.#sites = source.plan.sites;
    this.#inLocal = !this.#flow.catches && prefersLocal(this.#charges, this.#sites);
    this.#counter = source.type.params.length + source.body.locals.reduce((sum, { count }) => sum + count, 0);
    this.#lengths = { i32: this.#counter + 1, i64: this.#counter + 2 };
  }

  metered(): MeteredBody {
    if (this.#charges.length === 0 && !this.#sites.some(({ kind }) => kind === "length"))
      return { edits: [], locals: [] };
    // Insertions at one place stay in this order.
    if (this.#inLocal) this.#enter();
    for (const { at, cost } of this.#charges) {
      this.#edits.push(insertion(at, this.#charge(new CodeWriter().i64Const(BigInt(cost)))));
    }
    for (const site of this.#sites) {
      if (site.kind === "length" && site.type) this.#chargeLength(site, site.type);
      else if (this.#inLocal) this.#edits.push(insertion(site.start, this.#store(new CodeWriter())));
    }
    if (this.#inLocal) this.#leave();
    return { edits: this.#edits, locals: this.#locals() };
  }

  #locals(): core.Locals[] {
    const lengths = new Set(this.#sites.map(({ type }) => type));
    const locals: core.Locals[] = [{ count: 1, type: "i64" }];
    if (lengths.has("i32") || lengths.has("i64")) locals.push({ count: 1, type: "i32" });
    if (lengths.has("i64")) locals.push({ count: 1, type: "i64" });
    return locals;
  }

  #charge(amount: CodeWriter): CodeWriter {
    const { fuel, exhausted } = this.#source;
    const code = new CodeWriter();
    if (this.#inLocal) code.localGet(this.#counter);
    else code.globalGet(fuel);
    code.raw(amount.bytes()).op("i64.sub").localTee(this.#counter);
    if (!this.#inLocal) code.globalSet(fuel).localGet(this.#counter);
    code.i64Const(0n).op("i64.lt_s").if();
    if (this.#inLocal) this.#store(code);
    return code.call(exhausted).op("unreachable").end();
  }

  #chargeLength({ start }: FuelSite, type: "i32" | "i64"): void {
    const length = this.#lengths[type];
    const amount = new CodeWriter().localGet(length);
    if (type === "i32") amount.i32Const(LENGTH_SHIFT).op("i32.shr_u").op("i64.extend_i32_u");
    else amount.i64Const(BigInt(LENGTH_SHIFT)).op("i64.shr_u");
    const code = new CodeWriter().localSet(length).raw(this.#charge(amount).bytes()).localGet(length);
    this.#edits.push(insertion(start, code));
  }

  #store(code: CodeWriter): CodeWriter {
    return code.localGet(this.#counter).globalSet(this.#source.fuel);
  }

  #load(): CodeWriter {
    return new CodeWriter().globalGet(this.#source.fuel).localSet(this.#counter);
  }

  /** What precedes other insertions at the same place. */
  #enter(): void {
    const start = new CodeWriter();
    if (this.#flow.branchesOut) start.block(this.#resultType());
    this.#edits.push(insertion(0, start.raw(this.#load().bytes())));
    for (const { kind, end } of this.#sites)
      if (kind === "call") this.#edits.push(insertion(end, this.#load()));
  }

  /** Branches out of the function reach its last `end` by way of a block around it all. */
  #leave(): void {
    const code = new CodeWriter();
    if (this.#flow.branchesOut) code.end();
    this.#edits.push(insertion(this.#source.body.code.length - 1, this.#store(code)));
  }

  #resultType(): core.ValType | CoreTypeIndex | undefined {
    const { results } = this.#source.type;
    return results.length < 2 ? results[0] : this.#source.additions.type({ params: [], results });
  }
}

/** Guessed costs: a charge to the global, to the local, and a store and load around a call. */
const [GLOBAL_CHARGE, LOCAL_CHARGE, AROUND_CALL] = [3, 1, 2];
const TURNS = 8;
const DEEPEST = 6;

function prefersLocal(charges: readonly Charge[], sites: readonly FuelSite[]): boolean {
  const charged = turnsOf(charges) + turnsOf(sites.filter(({ kind }) => kind === "length"));
  const calls = turnsOf(sites.filter(({ kind }) => kind === "call"));
  return LOCAL_CHARGE * charged + AROUND_CALL * (calls + 1) < GLOBAL_CHARGE * charged;
}

/** How often all the places are passed, guessed. */
function turnsOf(places: readonly { readonly depth: number }[]): number {
  return places.reduce((total, { depth }) => total + TURNS ** Math.min(depth, DEEPEST), 0);
}
