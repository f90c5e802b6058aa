/** A program on V8: linked as a system of one process, metered or not, and brought up by the Linux host. */
import { link } from "../../toolchain/link/index.ts";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { instantiate, type Running } from "../../host-linux/instantiate.ts";

export interface OnV8 {
  readonly run: (round: number) => number;
  /** Units of fuel used by now. */
  readonly used: () => bigint;
}

export function linked(component: Uint8Array, fuel?: number): LinkPlan {
  const quotas = fuel === undefined ? {} : { fuel };
  return link({
    config: { name: "compute", processes: { program: { component: "./program.wasm", quotas } } },
    components: new Map([["./program.wasm", component]]),
  }).plan;
}

export function startedOnV8(plan: LinkPlan, text: Uint8Array): OnV8 {
  const running = instantiate(plan, () => ({}));
  give(running, text);
  return { run: exported(running, "run"), used: () => running.fuel?.of(0).used ?? 0n };
}

/** Hands the text over as a host does: memory of the guest's own, then the call. */
function give(running: Running, text: Uint8Array): void {
  const load = running.plan.templates[0]?.exports.find(({ name }) => name.endsWith("#load"));
  if (load?.memory === undefined || load.realloc === undefined)
    throw new Error("a program has no function load");
  const realloc = running.item(0, load.realloc) as (...args: number[]) => number;
  const at = realloc(0, 0, 1, text.length);
  new Uint8Array((running.item(0, load.memory) as WebAssembly.Memory).buffer).set(text, at);
  (running.item(0, load.func) as (at: number, length: number) => number)(at, text.length);
}

function exported(running: Running, name: string): (round: number) => number {
  const found = running.plan.templates[0]?.exports.find((e) => e.name.endsWith(`#${name}`));
  if (found === undefined) throw new Error(`a program has no function ${name}`);
  return running.item(0, found.func) as (round: number) => number;
}

/** The fuel of a program's first round. */
export function fuelOf({ run, used }: OnV8): number {
  const before = used();
  run(0);
  return Number(used() - before);
}
