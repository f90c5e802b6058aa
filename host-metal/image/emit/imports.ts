/**
 * The functions by which modules reach what they import.
 *
 * wasm2c calls an import by a symbol of its own, with the instance that it was
 * given for it. Where all instances of a module reach the same function, that
 * symbol calls it, and the optimiser can put one into the other. Where they do not,
 * the instance given is a pair: the function and its own instance.
 *
 * A call from one process into another stands between two barriers: a trap may end
 * it anywhere, and then all that was stored before has to be in memory.
 */
import { cArguments, cParameters, cResult, numberType } from "../c-text.ts";
import type { ImportFact, ModuleFacts } from "../module-facts.ts";
import type { Instance, Item } from "../items.ts";
import type { Parts } from "../parts.ts";
import type { core } from "../../../toolchain/wasm/index.ts";

/** Definitions, for all modules of a plan. */
export function importFunctions(parts: Parts): string[] {
  return parts.modules.flatMap((module) => {
    const instances = parts.instances.filter((instance) => instance.module === module);
    return module.imports.map((wanted, i) => importFunction(module, wanted, i, instances));
  });
}

function importFunction(
  module: ModuleFacts,
  wanted: ImportFact,
  position: number,
  instances: readonly Instance[],
): string {
  if (wanted.item.kind !== "func") return accessor(wanted);
  const [first] = instances;
  const item = first?.imports[position];
  const { type } = wanted.item;
  if (item === undefined) return "";
  return forward(
    module,
    wanted,
    type,
    isShared(instances, position) ? throughPair(type) : direct(item, type),
  );
}

/** The instance that is given is what was asked for. */
function accessor({ symbol, instance, item }: ImportFact): string {
  const type =
    item.kind === "memory"
      ? "wasm_rt_memory_t"
      : item.kind === "table"
        ? "wasm_rt_funcref_table_t"
        : item.kind === "global"
          ? numberType(item.type).c
          : "void";
  return `${type} *${symbol}(${instance} *it) { return (${type} *)it; }`;
}

function forward(
  module: ModuleFacts,
  { symbol, instance }: ImportFact,
  type: core.FuncType,
  call: string,
): string {
  const result = cResult(type);
  const head = `${result} ${symbol}(${[`${instance} *it`, ...cParameters(type)].join(", ")})`;
  const kept = result === "void" ? `${call};` : `${result} result = ${call};`;
  const back = result === "void" ? "" : " return result;";
  // Only adapters call from one process into another.
  const [before, after] = module.plan.role === "adapter" ? ["BARRIER; ", " BARRIER;"] : ["", ""];
  return `${head} { ${before}${kept}${after}${back} }`;
}

function direct(item: Item, type: core.FuncType): string {
  const instance = item.kind === "export" ? `(w2c_${item.module.name} *)(void *)it` : "(void *)it";
  return `${item.symbol}(${[instance, ...cArguments(type)].join(", ")})`;
}

function throughPair(type: core.FuncType): string {
  const parameters = ["void *", ...type.params.map((param) => numberType(param).c)].join(", ");
  const pair = "((const struct pair *)(const void *)it)";
  const values = [`${pair}->instance`, ...cArguments(type)].join(", ");
  return `((${cResult(type)} (*)(${parameters}))${pair}->function)(${values})`;
}

/** An import by which instances reach different functions. */
function isShared(instances: readonly Instance[], position: number): boolean {
  return new Set(instances.map(({ imports }) => imports[position]?.symbol)).size > 1;
}

/** What each instance of a module is given, in order; pairs are defined by the way, or lie in the instance's place. */
export function importedInstances(parts: Parts, pairs: string[]): ReadonlyMap<Instance, readonly string[]> {
  const shared = new Map(
    parts.modules.map((module) => {
      const instances = parts.instances.filter((instance) => instance.module === module);
      const each = module.imports.map(({ item }, i) => item.kind === "func" && isShared(instances, i));
      return [module, each] as const;
    }),
  );
  const given = (instance: Instance, item: Item, i: number): string => {
    if (shared.get(instance.module)?.[i] !== true) return pointerTo(item);
    const fields = `(wasm_rt_function_ptr_t)${item.symbol}, ${pointerTo(item)}`;
    const { place } = instance;
    if (place !== undefined) return `&${place.filled("struct pair", `pair_${place.fields.length}`, fields)}`;
    const pair = `pair_${pairs.length}`;
    pairs.push(`static struct pair ${pair} = {${fields}};`);
    return `&${pair}`;
  };
  return new Map(
    parts.instances.map((instance) => [
      instance,
      instance.imports.map(
        (item, i) => `(${instance.module.imports[i]?.instance} *)(void *)${given(instance, item, i)}`,
      ),
    ]),
  );
}

/** The instance of a function; of anything else, the thing itself. */
function pointerTo(item: Item): string {
  if (item.kind === "variable") return `&${item.symbol}`;
  if (item.kind === "native") return item.context;
  return item.item.kind === "func" ? `&${item.instance}` : `${item.symbol}(&${item.instance})`;
}
