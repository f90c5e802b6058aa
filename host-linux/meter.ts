/**
 * Reads the meters of a plan that was linked to be measured.
 *
 * A meter's own clock readings fall partly into what it measures: between the
 * two moments of the outer meter lie two readings more than between those of
 * the inner one, and their cost is taken off.
 */
import { METER, type Edge, type LinkPlan } from "../toolchain/link/plan.ts";
import { HostError } from "./host-error.ts";

export interface Meter {
  readonly edge: Edge;
  readonly outer: WebAssembly.Instance;
  readonly inner: WebAssembly.Instance;
}

/** What crossed from one process to another through one function. */
export interface Reading {
  readonly consumer: string;
  readonly provider: string;
  readonly interface: string;
  readonly function: string;
  readonly calls: number;
  /** Nanoseconds in the callee, all calls together. */
  readonly callee: number;
  /** Nanoseconds of crossing there and back, all calls together; about 0 where no adapter lies between. */
  readonly crossing: number;
}

const READINGS = 20_000;

export function readMeters(plan: LinkPlan, meters: readonly Meter[]): Reading[] {
  const first = meters[0];
  if (first === undefined) return [];
  const clock = clockCost(first.outer);
  return meters.flatMap((meter) => readMeter(plan, meter, clock));
}

function readMeter({ root, templates }: LinkPlan, { edge, outer, inner }: Meter, clock: number): Reading[] {
  const consumer = root.processes[edge.consumer];
  const hole = templates[consumer?.template ?? -1]?.holes[edge.hole];
  if (edge.provider.kind !== "process" || consumer === undefined || hole === undefined) return [];
  const provider = root.processes[edge.provider.process]?.name ?? "";
  return edge.functions.map(({ name }) => {
    const calls = readGlobal(outer, METER.calls + name);
    const callee = readGlobal(inner, METER.time + name);
    const crossing = Math.max(0, readGlobal(outer, METER.time + name) - callee - 2 * clock * calls);
    return {
      consumer: consumer.name,
      provider,
      interface: hole.name,
      function: name,
      calls,
      callee,
      crossing,
    };
  });
}

/** Nanoseconds that one reading of the clock costs, warmed up. */
function clockCost(meter: WebAssembly.Instance): number {
  const readings = meter.exports[METER.readings];
  if (typeof readings !== "function") throw new HostError(`A meter does not export ${METER.readings}.`);
  readings(READINGS);
  return Number(readings(READINGS)) / READINGS;
}

function readGlobal(meter: WebAssembly.Instance, name: string): number {
  const value = meter.exports[name];
  if (value instanceof WebAssembly.Global) return Number(value.value);
  throw new HostError(`A meter does not export ${name}.`);
}
