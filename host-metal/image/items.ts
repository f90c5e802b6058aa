/**
 * What an import of an instance can be: something of another instance, a function of the runtime, a word that it has.
 */
import type { core } from "../../toolchain/wasm/index.ts";
import { ImageError } from "./error.ts";
import type { ItemType, ModuleFacts } from "./module-facts.ts";
import type { PlaceParts } from "./place-parts.ts";

/** Something that a module exports, of one instance of it. Of one in a place, `instance` lies in `place`. */
export interface ExportItem {
  readonly kind: "export";
  readonly module: ModuleFacts;
  readonly symbol: string;
  /** The variable. */
  readonly instance: string;
  readonly item: ItemType;
}

/** A C function of the runtime, whose first parameter is a pointer that is said here. */
export interface NativeItem {
  readonly kind: "native";
  readonly symbol: string;
  readonly context: string;
  readonly type: core.FuncType;
}

/** A global that the runtime has itself: an i32. */
export interface VariableItem {
  readonly kind: "variable";
  readonly symbol: string;
}

export type Item = ExportItem | NativeItem | VariableItem;

/** An instance of a module; one of each that lies in places. */
export interface Instance {
  /** A variable, or an expression for what lies in `place`. */
  readonly variable: string;
  readonly place?: PlaceParts;
  readonly module: ModuleFacts;
  /** In the order of the module's imports. */
  readonly imports: readonly Item[];
}

/** A plan may come from a file: C would take a memory for a function. */
export function checkKind(where: string, wanted: ItemType, found: Item): void {
  const type = typeOf(found);
  if (JSON.stringify(type) === JSON.stringify(wanted)) return;
  throw new ImageError(`${where}: expected ${shown(wanted)}, found ${shown(type)}.`);
}

function typeOf(item: Item): ItemType {
  if (item.kind === "variable") return { kind: "global", type: "i32" };
  return item.kind === "native" ? { kind: "func", type: item.type } : item.item;
}

export function addressOf(item: Item): string {
  if (item.kind === "native") throw new TypeError("a function has no address here");
  return item.kind === "variable" ? `&${item.symbol}` : `${item.symbol}(&${item.instance})`;
}

function shown(item: ItemType): string {
  if (item.kind === "global") return `a global of type ${JSON.stringify(item.type)}`;
  return item.kind === "func" ? `a function of type ${JSON.stringify(item.type)}` : `a ${item.kind}`;
}

export function missing(where: string, module: string, name: string): ImageError {
  return new ImageError(`${where}: the plan does not say what its import ${module}, ${name} is.`);
}

export function exported(where: string, instance: Instance | undefined, name: string): ExportItem {
  const fact = instance?.module.exports.get(name);
  if (instance === undefined || fact === undefined)
    throw new ImageError(`${where}: expected an export ${JSON.stringify(name)}, found none.`);
  return {
    kind: "export",
    module: instance.module,
    symbol: fact.symbol,
    instance: instance.variable,
    item: fact.item,
  };
}

export function at<T>(array: readonly T[], position: number, what: string): T {
  const value = array[position];
  if (value === undefined) throw new ImageError(`The plan has no ${what} ${position}, only ${array.length}.`);
  return value;
}
