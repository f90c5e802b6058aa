/**
 * Checks of a link plan: what an adapter is instantiated on, and what fills a slot.
 */
import type { Adapter, Source } from "./plan.ts";
import { PlanError } from "./plan-error.ts";
import { checkModule, inRange, type CheckedPlan } from "./plan-positions.ts";

/** @param merged the module that adapters may be a part of; undefined where there is none. */
export function checkAdapters(
  plan: CheckedPlan,
  where: string,
  adapters: readonly Adapter[],
  merged?: number,
): void {
  for (const [i, adapter] of adapters.entries()) {
    const at = `${where}.${i}.module`;
    if (adapter.merged === undefined) checkModule(plan, at, adapter.module, "adapter");
    else if (adapter.module !== merged)
      throw new PlanError(at, "expected the module that the process is spawned as");
    for (const [j, { from }] of adapter.imports.entries()) {
      checkSource(plan, `${where}.${i}.imports.${j}.from`, from, adapters.slice(0, i));
    }
  }
}

export function checkSource(
  plan: CheckedPlan,
  where: string,
  source: Source,
  adapters: readonly Adapter[],
): void {
  switch (source.kind) {
    case "process": {
      const process = inRange(`${where}.process`, source.process, plan.root.processes);
      const template = inRange(`${where}.process`, process.template, plan.templates);
      inRange(`${where}.item.instance`, source.item.instance, template.instances);
      return;
    }
    case "transfer":
      if (plan.root.transfer === undefined) throw new PlanError(where, "the plan has no transfer module");
      return;
    case "device": {
      const process = inRange(`${where}.process`, source.process, plan.root.processes);
      inRange(`${where}.grant`, source.grant, process.grants);
      return;
    }
    case "adapter":
      inRange(`${where}.adapter`, source.adapter, adapters, "an earlier adapter");
      return;
    case "handles":
      if (plan.root.handles === undefined) throw new PlanError(where, "the plan has no handle module");
      return;
    case "accounts":
      if (plan.root.accounts === undefined) throw new PlanError(where, "the plan has no accounts");
      return;
    case "liveness":
      if (plan.root.liveness === undefined) throw new PlanError(where, "the plan has no liveness module");
      return;
    case "guard":
      inRange(`${where}.process`, source.process, plan.root.processes);
      return;
    case "clock":
      return;
    case "mail":
      if (plan.root.kernel?.mail === undefined) throw new PlanError(where, "the plan has no mail module");
      return;
    case "pid":
    case "drop":
    case "carry":
      inRange(`${where}.process`, source.process, plan.root.processes);
      return checkUnderKernel(plan, where);
    case "authority":
    case "spawner":
      checkHole(plan, where, source);
      return checkUnderKernel(plan, where);
    case "give":
      inRange(`${where}.from`, source.from, plan.root.processes);
      inRange(`${where}.to`, source.to, plan.root.processes);
      return checkUnderKernel(plan, where);
    case "asker":
    case "kernel-event":
    case "wait":
      checkUnderKernel(plan, where);
  }
}

/** A hole of a process's template. */
function checkHole(
  { root, templates }: CheckedPlan,
  where: string,
  { process, hole }: { readonly process: number; readonly hole: number },
): void {
  const { template } = inRange(`${where}.process`, process, root.processes);
  inRange(`${where}.hole`, hole, inRange(`${where}.process`, template, templates).holes);
}

function checkUnderKernel({ root }: CheckedPlan, where: string): void {
  if (root.kernel === undefined) throw new PlanError(where, "the plan has no kernel");
}
