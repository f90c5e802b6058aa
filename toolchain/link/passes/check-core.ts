/**
 * Pass: the core side of a component agrees with its types.
 *
 * Each lifted core function, each import that stands for a lowered function, and
 * each canonical option has the core type that the canonical ABI derives from
 * the component type. Adapters are made from component types only, and may rely
 * on this. Source: CanonicalABI.md, `canon lift`, `canon lower`.
 */
import type { core } from "../../wasm/index.ts";
import { flattenFunction, type FunctionType, type World } from "../../abi/index.ts";
import { functionImports, functionType, hasPlainType, showFuncType } from "../core-index.ts";
import { LinkError } from "../error.ts";
import {
  functionValues,
  type CanonOptions,
  type CoreValue,
  type ExportedItem,
  type Graph,
  type InstanceNode,
  type LoweredFunction,
  type ResourceBuiltin,
} from "../evaluate/graph.ts";

/** A function of the component that others can call. */
export interface ComponentExport {
  /** `interface#function`, or the name of a function exported by itself. */
  readonly name: string;
  readonly type: FunctionType;
  readonly core: ExportedItem;
  readonly options: CheckedOptions;
}

/** Canonical options, all of them exports of core instances. */
interface CheckedOptions {
  readonly encoding: CanonOptions["encoding"];
  readonly instance: number;
  readonly memory?: ExportedItem;
  readonly realloc?: ExportedItem;
  readonly postReturn?: ExportedItem;
}

/** CanonicalABI.md, `canon resource.new`, `canon resource.rep`, `canon resource.drop`. */
const BUILTINS: Readonly<Record<ResourceBuiltin["name"], core.FuncType>> = {
  "resource.new": { params: ["i32"], results: ["i32"] },
  "resource.rep": { params: ["i32"], results: ["i32"] },
  "resource.drop": { params: ["i32"], results: [] },
};

const REALLOC: core.FuncType = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] };

/** Checks a component; returns what it exports. @throws LinkError (`component`, `not-yet`) */
export function checkCore(graph: Graph, world: World, file: string): ComponentExport[] {
  const imported = importedFunctions(world);
  for (const node of graph.instances) checkImports(node, imported, file);
  for (const { destructor } of graph.resources) checkDestructor(destructor, file);
  const exports = new Map(graph.exports.map((e) => [e.name, e.func]));
  return exportedFunctions(world).map(({ name, type }) => {
    const where = `${file}, export "${name}"`;
    const func = exports.get(name);
    if (func?.kind !== "lifted") {
      throw new LinkError(
        "not-yet",
        `${where}: hands on a function that the component imports: Atoll cannot link that yet`,
        "Let the consumer import it from the process that implements it.",
      );
    }
    const core = flattenFunction(type, "lift");
    const lifted = own(func.core, `${where}, its core function`);
    if (lifted === undefined) throw new TypeError("a lifted function has a core function");
    expectType(lifted, core, `${where}, its core function`);
    const options = checkOptions(func.options, where);
    if (options.postReturn) {
      expectType(
        options.postReturn,
        { params: core.results, results: [] },
        `${where}, its post-return function`,
      );
    }
    return { name, type, core: lifted, options };
  });
}

/** All functions of a world's exports, with the names that link plans use. */
function exportedFunctions(world: World): { name: string; type: FunctionType }[] {
  return world.exports.flatMap((item) => {
    if (item.kind === "function") return [{ name: item.name, type: item.type }];
    if (item.kind === "type") return [];
    return item.interface.functions.map(({ name, type }) => ({ name: `${item.name}#${name}`, type }));
  });
}

function checkDestructor(destructor: CoreValue | undefined, file: string): void {
  const where = `${file}, a resource's destructor`;
  const found = own(destructor, where);
  if (found) expectType(found, BUILTINS["resource.drop"], where);
}

function checkImports(node: InstanceNode, imported: ImportedFunctions, file: string): void {
  const { module, number } = node.module;
  const values = functionValues(node);
  for (const [func, { module: from, name }] of functionImports(module).entries()) {
    const value = values[func];
    if (value === undefined) continue;
    const where = `${file}, core module ${number}, import "${from}" "${name}"`;
    const type = functionType(module, func);
    if (!hasPlainType(module, func)) {
      throw new LinkError(
        "not-yet",
        `${where}: its type is not a plain function type: Atoll cannot link that yet`,
      );
    }
    if (value.kind === "export") expectType(value, type, where);
    else if (value.kind === "builtin") {
      const expected = BUILTINS[value.name];
      if (!sameType(expected, type)) throw typeError(`${where}, ${value.name}`, expected, type);
    } else checkLowered(value, type, imported, where);
  }
}

function checkLowered(
  { func, options }: LoweredFunction,
  found: core.FuncType,
  imported: ImportedFunctions,
  where: string,
): void {
  if (func.kind === "lifted") {
    throw new LinkError(
      "not-yet",
      `${where}: calls another component nested in the same file: Atoll cannot link that yet`,
      "Make each component a process of its own, and wire them in system.ts.",
    );
  }
  const type = imported.get(func.interface ?? "")?.get(func.name);
  if (type === undefined) {
    const what = func.interface === undefined ? `"${func.name}"` : `"${func.name}" of "${func.interface}"`;
    throw new LinkError("component", `${where}: expected an imported function, found ${what}, which is none`);
  }
  const expected = flattenFunction(type, "lower");
  if (!sameType(expected, found)) throw typeError(where, expected, found);
  checkOptions(options, where);
}

/** Types of imported functions, by interface and name; "" for functions imported by themselves. */
type ImportedFunctions = ReadonlyMap<string, ReadonlyMap<string, FunctionType>>;

function importedFunctions(world: World): ImportedFunctions {
  const alone = new Map<string, FunctionType>();
  const all = new Map<string, ReadonlyMap<string, FunctionType>>([["", alone]]);
  for (const item of world.imports) {
    if (item.kind === "function") alone.set(item.name, item.type);
    if (item.kind === "interface") {
      all.set(item.name, new Map(item.interface.functions.map(({ name, type }) => [name, type])));
    }
  }
  return all;
}

function checkOptions(options: CanonOptions, where: string): CheckedOptions {
  const memory = own(options.memory, `${where}, its memory`);
  const realloc = own(options.realloc, `${where}, its realloc`);
  const postReturn = own(options.postReturn, `${where}, its post-return function`);
  if (realloc) expectType(realloc, REALLOC, `${where}, its realloc`);
  if (memory) checkMemory(memory, where);
  return {
    encoding: options.encoding,
    instance: options.instance,
    ...(memory && { memory }),
    ...(realloc && { realloc }),
    ...(postReturn && { postReturn }),
  };
}

function own(value: CoreValue | undefined, where: string): ExportedItem | undefined {
  if (value === undefined || value.kind === "export") return value;
  const what = value.kind === "lowered" ? "an imported function" : `the built-in ${value.name}`;
  throw new LinkError("not-yet", `${where}: is ${what} itself: Atoll cannot link that yet`);
}

function checkMemory(memory: ExportedItem, where: string): void {
  const { module, exports } = memory.instance.module;
  const e = exports.get(memory.name);
  const imported = module.imports.flatMap((i) => (i.type.kind === "memory" ? [i.type.type] : []));
  const limits = e?.kind === "memory" ? [...imported, ...module.memories][e.index] : undefined;
  if (limits?.index64 || limits?.shared) {
    const what = limits.shared ? "a shared memory" : "a 64-bit memory";
    throw new LinkError("not-yet", `${where}: ${what}: Atoll cannot link that yet`);
  }
}

function expectType(item: ExportedItem, expected: core.FuncType, where: string): void {
  const e = item.instance.module.exports.get(item.name);
  const found = e?.kind === "func" ? functionType(item.instance.module.module, e.index) : undefined;
  if (found && sameType(expected, found)) return;
  throw found ? typeError(where, expected, found) : new LinkError("component", `${where}: is not a function`);
}

function typeError(where: string, expected: core.FuncType, found: core.FuncType): LinkError {
  return new LinkError(
    "component",
    `${where}: expected the core type ${showFuncType(expected)}, found ${showFuncType(found)}`,
  );
}

/** Types that name other types of their module are left to the engine. */
function sameType(a: core.FuncType, b: core.FuncType): boolean {
  return sameTypes(a.params, b.params) && sameTypes(a.results, b.results);
}

function sameTypes(a: readonly core.ValType[], b: readonly core.ValType[]): boolean {
  return a.length === b.length && a.every((type, i) => typeof type === "object" || type === b[i]);
}
