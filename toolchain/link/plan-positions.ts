/**
 * What checks of a link plan are made of: a position points at something, a name is there once.
 */
import type { LinkPlan, PlanModule } from "./plan.ts";
import { PlanError } from "./plan-error.ts";

/** What is looked at: modules need no bytes. */
export type CheckedPlan = Omit<LinkPlan, "modules"> & {
  readonly modules: readonly Pick<PlanModule, "name" | "role">[];
};

export function checkModule(
  plan: CheckedPlan,
  where: string,
  module: number,
  role: PlanModule["role"],
): void {
  const found = inRange(where, module, plan.modules).role;
  if (found !== role) throw new PlanError(where, `expected a module of role ${role}, found ${found}`);
}

export function inRange<T>(where: string, position: number, list: readonly T[], what = "a position"): T {
  const value = list[position];
  if (value === undefined) {
    const allowed = list.length === 0 ? "of which there are none" : `below ${list.length}`;
    throw new PlanError(where, `expected ${what} ${allowed}, found ${position}`);
  }
  return value;
}

export function unique(where: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new PlanError(where, `"${name}" is there twice`);
    seen.add(name);
  }
}
