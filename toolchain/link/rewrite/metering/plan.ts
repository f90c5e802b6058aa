/**
 * What each function of a module is charged, its callees considered.
 *
 * What a function charges on entry, its callers can prepay with the call: then
 * an accessor without loops counts nothing by itself. That goes for functions
 * that only direct calls of the module reach. Recursive functions keep theirs,
 * so that every way of running on and on is charged.
 */
import { functionImports } from "../../core-index.ts";
import type { CoreModule } from "../../../wasm/index.ts";
import { callGraphOf } from "../call-graph.ts";
import { CROSSING } from "./cost.ts";
import { chargesOf, type Charge } from "./charges.ts";
import type { Flow } from "./flow.ts";
import { scanBody, type FuelSite } from "./scan.ts";

export interface BodyPlan {
  readonly flow: Flow;
  readonly charges: readonly Charge[];
  /** Without calls that leave the counter alone. */
  readonly sites: readonly FuelSite[];
}

/** More than this is not prepaid: amounts double from caller to caller in code made to that end. */
const MOST_PREPAID = 2 ** 31;

/** By body. `crossing`: imported functions that a call costs more of. */
export function planMetering(module: CoreModule, crossing: ReadonlySet<number>): BodyPlan[] {
  const imported = functionImports(module).length;
  const scans = module.code.map(({ code }) => scanBody(module, code));
  const { order, callees, callsOut, recursive, onlyDirect } = callGraphOf(
    module,
    scans.map(({ calls }) => calls),
  );
  const prepaid = new Map<number, number>();
  /** Bodies that neither read nor write the counter, nor does anything that they call. */
  const still = new Set<number>();
  const plans: BodyPlan[] = [];
  for (const body of order) {
    const scan = scans[body];
    if (scan === undefined) continue;
    const { flow } = scan;
    for (const { func, block } of scan.paid) {
      block.cost += crossing.has(func) ? CROSSING : (prepaid.get(func - imported) ?? 0);
    }
    let charges = chargesOf(flow);
    const [entry] = charges;
    if (entry?.at === 0 && entry.cost <= MOST_PREPAID && onlyDirect.has(body) && !recursive.has(body)) {
      prepaid.set(body, entry.cost);
      charges = charges.slice(1);
    }
    const sites = scan.sites.filter(({ func }) => func === undefined || !still.has(func - imported));
    const callsStill = (callees[body] ?? []).every((callee) => still.has(callee));
    const counts = charges.length > 0 || sites.some(({ kind }) => kind === "length");
    if (!counts && callsStill && callsOut[body] === false) still.add(body);
    plans[body] = { flow, charges, sites };
  }
  return plans;
}
