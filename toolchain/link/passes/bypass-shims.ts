/**
 * Pass: calls through a shim are bound to what the shim is filled with.
 *
 * A lowered function needs the memory of the module that calls it, and that
 * module needs the function first. wit-component breaks the circle by a table: a
 * **shim** module whose functions only call into its table, and a **fixups**
 * module that fills the table with the lowered functions afterwards. Slots are
 * filled afterwards anyway, so the detour goes. Destructors take the same detour,
 * because a resource type is defined before the module that implements it. Where the pattern is not exactly
 * this one, everything stays as it is, and works.
 */
import { readInstructions, type CoreModule } from "../../wasm/index.ts";
import { functionType } from "../core-index.ts";
import { functionValues, type CoreValue, type Graph, type InstanceNode } from "../evaluate/graph.ts";
import { isNamed } from "./drop-idle.ts";

/** A shim, what fills it, and what each of its functions ends up calling. */
interface Shim {
  readonly instance: InstanceNode;
  readonly filler: InstanceNode;
  readonly targets: ReadonlyMap<string, CoreValue>;
}

/** Redirects the imports of the graph's instances; returns the graph without the shims that are idle then. */
export function bypassShims(graph: Graph): Graph {
  const shims = graph.instances.flatMap((instance) => recogniseShim(instance, graph));
  const byInstance = new Map(shims.map((shim) => [shim.instance, shim]));
  for (const node of graph.instances) {
    node.imports = node.imports.map((value) => {
      const target = targetOf(value, byInstance);
      // An import comes from an earlier instance: what another exports may be a later one.
      return target === undefined || target.kind === "export" ? value : target;
    });
  }
  for (const resource of graph.resources) {
    const target = resource.destructor && targetOf(resource.destructor, byInstance);
    if (target?.kind === "export") resource.destructor = target;
  }
  const unused = shims.filter((shim) => !isNamed(shim.instance, graph, shim.filler));
  const idle = new Set(unused.flatMap((shim) => [shim.instance, shim.filler]));
  return { ...graph, instances: graph.instances.filter((node) => !idle.has(node)) };
}

function targetOf(value: CoreValue, shims: ReadonlyMap<InstanceNode, Shim>): CoreValue | undefined {
  return value.kind === "export" ? shims.get(value.instance)?.targets.get(value.name) : undefined;
}

function recogniseShim(instance: InstanceNode, graph: Graph): Shim[] {
  const calls = shimCalls(instance);
  if (calls === undefined) return [];
  const [filler, ...others] = graph.instances.filter((node) =>
    node.imports.some((value) => isTableOf(value, instance)),
  );
  if (filler === undefined || others.length > 0) return [];
  const contents = tableContents(filler);
  const targets = new Map<string, CoreValue>();
  for (const { name, entry, type } of calls) {
    const target = contents?.get(entry);
    // A call with another type than the table's entry has would trap.
    if (target === undefined || target.type !== type) return [];
    targets.set(name, target.value);
  }
  return [{ instance, filler, targets }];
}

function isTableOf(value: CoreValue, instance: InstanceNode): boolean {
  return value.kind === "export" && value.instance === instance && value.sort === "table";
}

/** Each exported function, and the entry of the table that it calls, if the module is nothing but such functions. */
function shimCalls({ module: { module } }: InstanceNode): ShimCall[] | undefined {
  const alone =
    module.imports.length === 0 &&
    module.tables.length === 1 &&
    module.tables[0]?.init === undefined &&
    module.elements.length === 0 &&
    module.start === undefined;
  if (!alone) return undefined;
  const calls: ShimCall[] = [];
  for (const e of module.exports) {
    if (e.kind === "table") continue;
    const entry = e.kind === "func" ? forwardedTo(module, e.index) : undefined;
    if (entry === undefined) return undefined;
    calls.push({ name: e.name, entry, type: typeText(module, e.index) });
  }
  return calls;
}

interface ShimCall {
  readonly name: string;
  readonly entry: number;
  /** A text that is the same for equal types. */
  readonly type: string;
}

function typeText(module: CoreModule, func: number): string {
  return JSON.stringify(functionType(module, func));
}

/** `local.get 0 … n-1; i32.const entry; call_indirect (its own type)`, or nothing. */
function forwardedTo(module: CoreModule, func: number): number | undefined {
  const body = module.code[func];
  if (body === undefined || body.locals.length > 0) return undefined;
  const parameters = functionType(module, func).params.length;
  let step = 0;
  let entry: number | undefined;
  for (const cursor of readInstructions(body.code)) {
    const operand = cursor.count > 0 ? cursor.operand(0).value : -1;
    if (step < parameters) {
      if (cursor.mnemonic !== "local.get" || operand !== step) return undefined;
    } else if (step === parameters) {
      if (cursor.mnemonic !== "i32.const") return undefined;
      entry = operand;
    } else if (step === parameters + 1) {
      if (cursor.mnemonic !== "call_indirect" || operand !== module.functions[func]) return undefined;
    } else if (cursor.mnemonic !== "end") return undefined;
    step++;
  }
  return entry;
}

/** What a module puts into the one table that it has, by entry, if it does nothing else. */
function tableContents(
  filler: InstanceNode,
): Map<number, { readonly value: CoreValue; readonly type: string }> | undefined {
  const { module } = filler.module;
  const tables = module.imports.filter((i) => i.type.kind === "table").length + module.tables.length;
  const idle = module.code.length === 0 && module.exports.length === 0 && module.data.length === 0;
  if (!idle || module.memories.length > 0 || tables !== 1) return undefined;
  const functions = functionValues(filler);
  const contents = new Map<number, { value: CoreValue; type: string }>();
  for (const { mode, items } of module.elements) {
    const at = mode.kind === "active" ? constant(mode.offset) : undefined;
    if (at === undefined || items.kind !== "funcs") return undefined;
    for (const [i, func] of items.funcs.entries()) {
      const value = functions[func];
      if (value === undefined) return undefined;
      contents.set(at + i, { value, type: typeText(module, func) });
    }
  }
  return contents;
}

function constant(expr: Uint8Array): number | undefined {
  let value: number | undefined;
  for (const cursor of readInstructions(expr)) {
    if (cursor.mnemonic === "i32.const" && value === undefined) value = cursor.operand(0).value;
    else if (cursor.mnemonic !== "end") return undefined;
  }
  return value;
}
