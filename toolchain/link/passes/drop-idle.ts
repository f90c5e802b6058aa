/**
 * Pass: core instances that nobody would miss are left out.
 *
 * What remains of a tool's glue once its start function has become an
 * initialiser, and its shims are bypassed: modules that fill nothing, and that
 * nothing names.
 */
import type { CanonOptions, CoreValue, Graph, InstanceNode, LiftedFunction } from "../evaluate/graph.ts";

export function dropIdle(graph: Graph): Graph {
  const named = new Set(namedOutside(graph));
  // Imports name earlier instances: from the back, whoever names an instance is known before it is reached.
  const kept = graph.instances.toReversed().filter((node) => {
    if (isInert(node) && !named.has(node)) return false;
    for (const value of node.imports) if (value.kind === "export") named.add(value.instance);
    return true;
  });
  return { ...graph, instances: kept.toReversed() };
}

/** Instantiating it changes nothing but itself. */
function isInert({ module: { module } }: InstanceNode): boolean {
  return module.elements.length === 0 && module.data.length === 0;
}

/** Whether anything looks at the instance; what `except` looks at does not count. */
export function isNamed(instance: InstanceNode, graph: Graph, except: InstanceNode): boolean {
  const names = (value: CoreValue): boolean => value.kind === "export" && value.instance === instance;
  return (
    namedOutside(graph).includes(instance) ||
    graph.instances.some((node) => node !== except && node.imports.some(names))
  );
}

/** Instances that are named by anything but the imports of others: canonical options, exports, initialisers. */
function namedOutside(graph: Graph): InstanceNode[] {
  const values: (CoreValue | undefined)[] = [...graph.initialisers];
  const addOptions = ({ memory, realloc, postReturn }: CanonOptions): void => {
    values.push(memory, realloc, postReturn);
  };
  const addLifted = ({ core, options }: LiftedFunction): void => {
    values.push(core);
    addOptions(options);
  };
  for (const node of graph.instances) {
    for (const value of node.imports) {
      if (value.kind !== "lowered") continue;
      addOptions(value.options);
      if (value.func.kind === "lifted") addLifted(value.func);
    }
  }
  for (const { func } of graph.exports) {
    if (func.kind === "import") continue;
    addLifted(func);
  }
  for (const { destructor } of graph.resources) values.push(destructor);
  return values.flatMap((value) => (value?.kind === "export" ? [value.instance] : []));
}
