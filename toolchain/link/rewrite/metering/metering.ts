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
  type CoreGlobalIndex,
  type CoreModule,
  type CoreTypeIndex,
  type core,
} from "../../../wasm/index.ts";
import { functionImports, functionType } from "../../core-index.ts";
import { FUEL_EXHAUSTED, RESERVED } from "../../plan.ts";
import type { Additions } from "../additions.ts";
import type { Edit } from "../edit.ts";
import type { Charge } from "./charges.ts";
import type { Flow } from "./flow.ts";
import { planMetering, type BodyPlan } from "./plan.ts";
import { Snippets, type CounterPlace } from "./snippets.ts";
import type { FuelSite } from "./scan.ts";

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
  const snippets = new Snippets(fuel, exhausted);
  const first = functionImports(module).length;
  const plans = planMetering(module);
  return module.code.map((body, i) => {
    const type = functionType(module, first + i);
    const plan = plans[i];
    if (plan === undefined) return { edits: [], locals: [] };
    return new BodyMeter({ additions, body, type, plan, snippets }).metered();
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
  readonly snippets: Snippets;
}

class BodyMeter {
  readonly #source: BodySource;
  readonly #flow: Flow;
  readonly #charges: readonly Charge[];
  readonly #sites: readonly FuelSite[];
  readonly #place: CounterPlace;
  /** Indices of the locals for lengths. */
  readonly #lengths: Readonly<Record<"i32" | "i64", number>>;
  readonly #edits: Edit[] = [];

  constructor(source: BodySource) {
    this.#source = source;
    this.#flow = source.plan.flow;
    this.#charges = source.plan.charges;
    this.#sites = source.plan.sites;
    const local = source.type.params.length + source.body.locals.reduce((sum, { count }) => sum + count, 0);
    this.#place = { local, inLocal: !this.#flow.catches && prefersLocal(this.#charges, this.#sites) };
    this.#lengths = { i32: local + 1, i64: local + 2 };
  }

  metered(): MeteredBody {
    if (this.#charges.length === 0 && !this.#sites.some(({ kind }) => kind === "length"))
      return { edits: [], locals: [] };
    const { snippets } = this.#source;
    // Insertions come in the order of the code, and at one place in this order.
    if (this.#place.inLocal) this.#enter();
    let next = 0;
    const chargeUpTo = (place: number): void => {
      for (let c = this.#charges[next]; c !== undefined && c.at <= place; c = this.#charges[++next])
        this.#insert(c.at, snippets.charge(this.#place, c.cost));
    };
    for (const site of this.#sites) {
      chargeUpTo(site.start);
      this.#serve(site);
    }
    chargeUpTo(Infinity);
    if (this.#place.inLocal) this.#leave();
    return { edits: this.#edits, locals: this.#locals() };
  }

  #serve({ kind, type, start, end }: FuelSite): void {
    const { snippets } = this.#source;
    if (kind === "length" && type) {
      this.#insert(start, snippets.chargeLength(this.#place, this.#lengths[type], type));
    } else if (this.#place.inLocal) {
      this.#insert(start, snippets.store(this.#place));
      if (kind === "call") this.#insert(end, snippets.load(this.#place));
    }
  }

  #locals(): core.Locals[] {
    const lengths = new Set(this.#sites.map(({ type }) => type));
    const locals: core.Locals[] = [{ count: 1, type: "i64" }];
    if (lengths.has("i32") || lengths.has("i64")) locals.push({ count: 1, type: "i32" });
    if (lengths.has("i64")) locals.push({ count: 1, type: "i64" });
    return locals;
  }

  #enter(): void {
    if (this.#flow.branchesOut) this.#insert(0, new CodeWriter().block(this.#resultType()).bytes());
    this.#insert(0, this.#source.snippets.load(this.#place));
  }

  /** Branches out of the function reach its last `end` by way of a block around it all. */
  #leave(): void {
    const end = this.#source.body.code.length - 1;
    if (this.#flow.branchesOut) this.#insert(end, new CodeWriter().end().bytes());
    this.#insert(end, this.#source.snippets.store(this.#place));
  }

  #insert(at: number, code: Uint8Array): void {
    this.#edits.push({ start: at, end: at, code });
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
