/**
 * Pass: the functions that a component exports: its own, and those that it hands on.
 *
 * A component may export a function that it imports. Nothing of it runs when that
 * is called: whoever calls is bound to the process that implements the function.
 */
import type { FunctionType, World } from "../../abi/index.ts";
import type { CanonOptions, ExportedItem, FunctionNode, Graph, ImportedFunction } from "../evaluate/graph.ts";

interface NamedFunction {
  /** `interface#function`, or the name of a function exported by itself. */
  readonly name: string;
  readonly type: FunctionType;
}

/** A function of the component that others can call. */
export interface ComponentExport extends NamedFunction {
  readonly core: ExportedItem;
  readonly options: CanonOptions;
}

/** A function that the component exports as it imports it. */
export interface HandedOn extends NamedFunction {
  readonly func: ImportedFunction;
}

export interface ComponentFunctions {
  readonly exports: readonly ComponentExport[];
  readonly handedOn: readonly HandedOn[];
}

export function functionsOf(graph: Graph, world: World): ComponentFunctions {
  const functions = new Map(graph.exports.map((e) => [e.name, e.func]));
  const exports: ComponentExport[] = [];
  const handedOn: HandedOn[] = [];
  for (const { owner, own, type } of exportedFunctions(world)) {
    const name = owner === undefined ? own : `${owner}#${own}`;
    const func = functions.get(name) ?? ofImport(graph.handedOn, owner, own);
    if (func.kind === "import") handedOn.push({ name, type, func });
    else exports.push({ name, type, core: func.core, options: func.options });
  }
  return { exports, handedOn };
}

function ofImport(instances: Graph["handedOn"], owner: string | undefined, name: string): FunctionNode {
  const from = owner === undefined ? undefined : instances.get(owner);
  if (from === undefined) throw new TypeError("checked before: an exported function comes from somewhere");
  return { kind: "import", interface: from, name };
}

/** All functions of a world's exports; `owner` is the interface. */
function exportedFunctions(
  world: World,
): { readonly owner?: string; readonly own: string; readonly type: FunctionType }[] {
  return world.exports.flatMap((item) => {
    if (item.kind === "function") return [{ own: item.name, type: item.type }];
    if (item.kind === "type") return [];
    return item.interface.functions.map(({ name, type }) => ({ owner: item.name, own: name, type }));
  });
}
