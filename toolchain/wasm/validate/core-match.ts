/**
 * Whether a core item may stand where another is asked for. Core spec 3.0 §3.3 "Matching".
 *
 * Each answer is the difference in words, or undefined when the item matches.
 */
import type { Limits } from "../core/module.ts";
import { type CoreItem, type CoreTypes, printCoreValue, sameCoreValue } from "./core-types.ts";
import type { ModuleType } from "./types.ts";

export function coreItemMismatch(actual: CoreItem, expected: CoreItem, core: CoreTypes): string | undefined {
  if (actual.kind === "func" && expected.kind === "func") {
    if (core.isBelow(actual.type, expected.type)) return undefined;
    return `expected: ${core.print(expected.type)}, found: ${core.print(actual.type)}`;
  }
  if (actual.kind === "tag" && expected.kind === "tag") {
    if (actual.type === expected.type) return undefined;
    return `expected: tag ${core.print(expected.type)}, found: tag ${core.print(actual.type)}`;
  }
  if (actual.kind === "table" && expected.kind === "table") return tableMismatch(actual, expected);
  if (actual.kind === "memory" && expected.kind === "memory")
    return memoryMismatch(actual.limits, expected.limits);
  if (actual.kind === "global" && expected.kind === "global") return globalMismatch(actual, expected, core);
  return `expected ${expected.kind}, found ${actual.kind}`;
}

type Item<K extends CoreItem["kind"]> = Extract<CoreItem, { kind: K }>;

function tableMismatch(actual: Item<"table">, expected: Item<"table">): string | undefined {
  if (!sameCoreValue(actual.element, expected.element)) {
    return `expected table element type ${printCoreValue(expected.element)}, found ${printCoreValue(actual.element)}`;
  }
  return limitsMismatch(actual.limits, expected.limits, "table");
}

function memoryMismatch(actual: Limits, expected: Limits): string | undefined {
  if ((actual.shared ?? false) !== (expected.shared ?? false))
    return "mismatch in the shared flag for memories";
  if ((actual.pageSizeLog2 ?? 16) !== (expected.pageSizeLog2 ?? 16))
    return "mismatch in the page size of memories";
  return limitsMismatch(actual, expected, "memory");
}

function limitsMismatch(actual: Limits, expected: Limits, what: string): string | undefined {
  if ((actual.index64 ?? false) !== (expected.index64 ?? false)) return `mismatch in index type of ${what}`;
  const within =
    actual.min >= expected.min &&
    (expected.max === undefined || (actual.max !== undefined && actual.max <= expected.max));
  return within ? undefined : `mismatch in ${what} limits`;
}

function globalMismatch(
  actual: Item<"global">,
  expected: Item<"global">,
  core: CoreTypes,
): string | undefined {
  if (actual.mutable !== expected.mutable) return "global types differ in mutability";
  const same = actual.mutable
    ? sameCoreValue(actual.type, expected.type)
    : core.matches(actual.type, expected.type);
  if (same) return undefined;
  return `expected global type ${printCoreValue(expected.type)}, found ${printCoreValue(actual.type)}`;
}

/** A module may import less and export more. */
export function moduleMismatch(
  actual: ModuleType,
  expected: ModuleType,
  core: CoreTypes,
): string | undefined {
  for (const [key, { module, name, item }] of actual.imports) {
    const given = expected.imports.get(key);
    if (given === undefined) return `missing expected import \`${module}::${name}\``;
    const difference = coreItemMismatch(given.item, item, core);
    if (difference !== undefined) return `type mismatch in import \`${module}::${name}\`: ${difference}`;
  }
  for (const [name, item] of expected.exports) {
    const given = actual.exports.get(name);
    if (given === undefined) return `missing expected export \`${name}\``;
    const difference = coreItemMismatch(given, item, core);
    if (difference !== undefined) return `type mismatch in export \`${name}\`: ${difference}`;
  }
  return undefined;
}
