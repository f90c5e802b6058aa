/** The views of a system that `atoll inspect` has: the whole, its graph, answers about reachability. */
import { isAbsolute, parse, relative, resolve, sep } from "node:path";
import type { LinkPlan } from "../toolchain/link/plan.ts";
import { planOf, type PlanSource } from "./plan-source.ts";
import { UsageError } from "./report.ts";
import type { Source } from "./source.ts";
import { writeOutput } from "./write-output.ts";

export interface SystemViewOptions {
  readonly whoMayCall?: string;
  readonly reachableFrom?: string;
  readonly blast?: string;
  readonly graph?: boolean;
  readonly svg?: string;
  readonly modules?: boolean;
}

export interface Description {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const VIEWS = {
  whoMayCall: "--who-may-call",
  reachableFrom: "--reachable-from",
  blast: "--blast",
  graph: "--graph",
  svg: "--svg",
  modules: "--modules",
} as const;

/** The options that are given, as a person writes them. */
export function systemViews(options: SystemViewOptions): string[] {
  return Object.entries(VIEWS).flatMap(([key, flag]) => (Object.hasOwn(options, key) ? [flag] : []));
}

/** Throws UsageError for views that do not go together, LinkError for names that are not there. */
export async function describeSystem(source: Source, options: SystemViewOptions): Promise<Description> {
  const [view, other] = systemViews(options);
  if (other !== undefined) {
    throw new UsageError(
      `${source.file}: expected one of ${Object.values(VIEWS).join(", ")}, found ${view} and ${other}.`,
    );
  }
  const link = await import("../toolchain/link/inspect/index.ts");
  const made = await planOf(source);
  const { plan } = made;
  if (view === undefined || options.modules === true) {
    const description = link.describePlan(plan);
    return { data: { ...description }, text: link.printDescription(description, options) };
  }
  const graph = link.capabilityGraph(plan);
  if (options.whoMayCall !== undefined) {
    const answer = link.whoMayCall(graph, options.whoMayCall);
    return { data: { ...answer }, text: link.printCallers(answer) };
  }
  if (options.reachableFrom !== undefined) {
    const answer = link.reachableFrom(graph, options.reachableFrom);
    return { data: { ...answer }, text: link.printReach(answer) };
  }
  if (options.blast !== undefined) {
    const answer = link.blastSet(graph, options.blast);
    return { data: { ...answer }, text: link.printBlast(answer) };
  }
  const drawn = link.capabilityGraph(withPortablePaths(made));
  if (options.svg === undefined) return { data: { ...drawn }, text: link.printGraph(drawn) };
  await writeOutput(options.svg, link.drawGraph(drawn));
  const counts = `${drawn.nodes.length} boxes, ${drawn.edges.length} edges`;
  return { data: { svg: options.svg, ...drawn }, text: `${options.svg}: system ${drawn.system}, ${counts}` };
}

/**
 * In a drawing, a folder that has more than the root in common with the folder of `system.ts` is
 * named from there, as `system.ts` itself could: the drawing is the same wherever the project lies.
 */
function withPortablePaths({ plan, base }: PlanSource): LinkPlan {
  const processes = plan.root.processes.map((process) => ({
    ...process,
    grants: process.grants.map((grant) =>
      "path" in grant ? { ...grant, path: portablePath(grant.path, base) } : grant,
    ),
  }));
  return { ...plan, root: { ...plan.root, processes } };
}

function portablePath(path: string, base: string): string {
  if (!isAbsolute(path)) return path;
  const folder = resolve(base);
  if (topFolder(path) !== topFolder(folder)) return path;
  const from = relative(folder, path);
  return from.startsWith("..") ? from : `./${from}`;
}

/** `/home/someone/texts` → `/home`. */
function topFolder(path: string): string {
  const { root } = parse(path);
  return root + (path.slice(root.length).split(sep)[0] ?? "");
}
