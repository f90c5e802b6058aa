/**
 * Pass: the functions that a component exports, and those it calls, can be linked.
 *
 * The component is valid: core functions and canonical options have the types
 * that the canonical ABI derives. What is refused here is valid, and would need
 * a function that nobody exports.
 */
import type { FunctionType, World } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import type { CanonOptions, CoreValue, ExportedItem, FunctionNode, Graph } from "../evaluate/graph.ts";

/** A function of the component that others can call. */
export interface ComponentExport {
  /** `interface#function`, or the name of a function exported by itself. */
  readonly name: string;
  readonly type: FunctionType;
  readonly core: ExportedItem;
  readonly options: CanonOptions;
}

/** @throws LinkError (`not-yet`) */
export function linkableFunctions(graph: Graph, world: World, file: string): ComponentExport[] {
  for (const { module, imports } of graph.instances) {
    for (const [i, value] of imports.entries()) {
      if (value.kind !== "lowered") continue;
      const { module: from, name } = module.module.imports[i] ?? { module: "", name: "" };
      const where = `${file}, core module ${module.number}, import "${from}" "${name}"`;
      checkOptions(value.options, where);
      if (value.func.kind !== "lifted") continue;
      checkOptions(value.func.options, where);
      requireExport(value.func.core, `${where}, what it calls`);
    }
  }
  for (const { destructor } of graph.resources) requireExport(destructor, `${file}, a resource's destructor`);
  const functions = new Map(graph.exports.map((e) => [e.name, e.func]));
  return exportedFunctions(world).map((e) => componentExport(e, functions.get(e.name), file));
}

/** All functions of a world's exports, with the names that link plans use. */
function exportedFunctions(world: World): { name: string; type: FunctionType }[] {
  return world.exports.flatMap((item) => {
    if (item.kind === "function") return [{ name: item.name, type: item.type }];
    if (item.kind === "type") return [];
    return item.interface.functions.map(({ name, type }) => ({ name: `${item.name}#${name}`, type }));
  });
}

function componentExport(
  { name, type }: { name: string; type: FunctionType },
  func: FunctionNode | undefined,
  file: string,
): ComponentExport {
  const where = `${file}, export "${name}"`;
  if (func?.kind === "lifted" && func.core.kind === "export") {
    checkOptions(func.options, where);
    return { name, type, core: func.core, options: func.options };
  }
  throw new LinkError(
    "not-yet",
    `${where}: hands on a function that the component imports: Atoll cannot link that yet`,
    "Let the consumer import it from the process that implements it.",
  );
}

/** Exports of core instances can be named in a plan. */
function checkOptions({ realloc, postReturn }: CanonOptions, where: string): void {
  requireExport(realloc, `${where}, as canonical option realloc`);
  requireExport(postReturn, `${where}, as canonical option post-return`);
}

function requireExport(value: CoreValue | undefined, where: string): void {
  if (value === undefined || value.kind === "export") return;
  const what = value.kind === "lowered" ? "an imported function" : `the built-in ${value.name}`;
  throw new LinkError("not-yet", `${where}: ${what}: Atoll cannot link that yet`);
}
