/**
 * Metering: a module counts down its process's fuel while it runs.
 *
 * Each charge subtracts what is about to run, and asks for more when less than that
 * is left. A function with loops keeps the counter in a local, where the engine
 * keeps it in a register, and writes it to the global only where somebody else
 * may look: around calls, and when it is left. Which of the two is cheaper is
 * guessed from how deep in loops charges and calls lie.
 */
import {
  CodeWriter,
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreModule,
  type CoreTableIndex,
  type CoreTypeIndex,
  type core,
} from "../../../wasm/index.ts";
import { functionImports, functionType } from "../../core-index.ts";
import { FUEL_EXHAUSTED, SLICE_ENDED } from "../../plan.ts";
import type { Additions } from "../additions.ts";
import type { Edit } from "../edit.ts";
import type { Charge } from "./charges.ts";
import type { Flow } from "./flow.ts";
import { planMetering, type BodyPlan } from "./plan.ts";
import { Snippets, type CounterPlace } from "./snippets.ts";
import type { FuelSite } from "./scan.ts";

interface MeteredBody {
  readonly edits: readonly Edit[];
  /** Behind the body's own locals. */
  readonly locals: readonly core.Locals[];
}

/** What a metered module has been given. */
export interface Meter {
  /** The imported counter. */
  readonly fuel: CoreGlobalIndex;
  /** Where to ask for more: an entry of the slot table, `() -> i32`. */
  readonly table: CoreTableIndex;
  readonly entry: number;
  /** See `RewriteOptions.crossing`. */
  readonly crossing: ReadonlySet<number>;
}

export interface Metering {
  /** One for each body of the module. */
  readonly bodies: readonly MeteredBody[];
  /** To be put behind a call out of the component instance, where no body does. */
  readonly check: Uint8Array;
}

export function addMetering(module: CoreModule, additions: Additions, meter: Meter): Metering {
  const snippets = new Snippets(meter.fuel, addSliceEnded(additions, meter));
  const first = functionImports(module).length;
  const plans = planMetering(module, meter.crossing);
  const bodies = module.code.map((body, i) => {
    const type = functionType(module, first + i);
    const plan = plans[i];
    if (plan === undefined) return { edits: [], locals: [] };
    return new BodyMeter({ additions, body, type, plan, snippets, crossing: meter.crossing }).metered();
  });
  return { bodies, check: snippets.check({ local: 0, inLocal: false }) };
}

/** `() -> ()`: there is more fuel when it returns. The trap is a function of its own, for its name. */
function addSliceEnded(additions: Additions, { table, entry }: Meter): CoreFuncIndex {
  const NOTHING = { params: [], results: [] } as const;
  const exhausted = additions.func({
    name: FUEL_EXHAUSTED,
    type: NOTHING,
    code: new CodeWriter().op("unreachable").end(),
  });
  const asks = additions.type({ params: [], results: ["i32"] });
  const code = new CodeWriter().i32Const(entry).callIndirect(asks, table);
  return additions.func({
    name: SLICE_ENDED,
    type: NOTHING,
    code: code.if().call(exhausted).end().end(),
  });
}

interface BodySource {
  readonly additions: Additions;
  readonly body: core.FunctionBody;
  readonly type: core.FuncType;
  readonly plan: BodyPlan;
  readonly snippets: Snippets;
  readonly crossing: ReadonlySet<number>;
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
    if (
      this.#charges.length === 0 &&
      !this.#sites.some((site) => site.kind === "length" || this.#crosses(site))
    )
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

  #serve(site: FuelSite): void {
    const { kind, type, start, end } = site;
    const { snippets } = this.#source;
    if (kind === "length" && type) {
      this.#insert(start, snippets.chargeLength(this.#place, this.#lengths[type], type));
      return;
    }
    if (this.#place.inLocal) {
      this.#insert(start, snippets.store(this.#place));
      if (kind === "call") this.#insert(end, snippets.load(this.#place));
    }
    if (this.#crosses(site)) this.#insert(end, snippets.check(this.#place));
  }

  /** It calls somebody who may have gone on at his own expense, because there was no fuel left. */
  #crosses({ kind, func }: FuelSite): boolean {
    return kind === "call" && func !== undefined && this.#source.crossing.has(func);
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
