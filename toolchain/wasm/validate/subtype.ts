/**
 * Whether something may stand where another is asked for.
 *
 * Modules, instances and components may export more and import less; all other
 * types must be equal. Each answer is the difference in words, or undefined.
 * Explainer.md, "Type Checking".
 */
import type { Context } from "./context.ts";
import { moduleMismatch } from "./core-match.ts";
import type { CoreTypes } from "./core-types.ts";
import { Substitution } from "./substitute.ts";
import {
  type AnyType,
  type ComponentType,
  describe,
  type Entity,
  type FuncType,
  type InstanceType,
  type Resource,
} from "./types.ts";
import { valueMismatch } from "./value-mismatch.ts";

/** The two tables that comparisons need. */
export interface Tables {
  readonly context: Context;
  readonly core: CoreTypes;
}

export function mismatch(actual: Entity, expected: Entity, tables: Tables): string | undefined {
  tables.context.spend();
  if (actual.kind === "core module" && expected.kind === "core module") {
    tables.context.spend(actual.type.imports.size + expected.type.exports.size);
    return moduleMismatch(actual.type, expected.type, tables.core);
  }
  if (actual.kind === "func" && expected.kind === "func") return funcMismatch(actual.type, expected.type);
  if (actual.kind === "type" && expected.kind === "type")
    return typeMismatch(actual.type, expected.type, tables);
  if (actual.kind === "instance" && expected.kind === "instance") {
    return instanceMismatch(actual.type, expected.type, tables);
  }
  if (actual.kind === "component" && expected.kind === "component") {
    return componentMismatch(actual.type, expected.type, tables);
  }
  return `expected ${expected.kind}, found ${actual.kind}`;
}

function typeMismatch(actual: AnyType, expected: AnyType, tables: Tables): string | undefined {
  if (actual === expected) return undefined;
  if (actual.kind === "resource" && expected.kind === "resource") {
    return actual.resource === expected.resource ? undefined : "resource types are not the same";
  }
  if (actual.kind === "value" && expected.kind === "value") return valueMismatch(actual, expected);
  if (actual.kind === "func" && expected.kind === "func") return funcMismatch(actual, expected);
  if (actual.kind === "instance" && expected.kind === "instance") {
    return instanceMismatch(actual, expected, tables) ?? instanceMismatch(expected, actual, tables);
  }
  if (actual.kind === "component" && expected.kind === "component") {
    return componentMismatch(actual, expected, tables) ?? componentMismatch(expected, actual, tables);
  }
  return `expected ${sortOf(expected)}, found ${sortOf(actual)}`;
}

function sortOf(type: AnyType): string {
  if (type.kind === "value") return `defined type (${describe(type)})`;
  return type.kind === "resource" ? "resource" : describe(type);
}

function asyncness({ async }: FuncType): string {
  return async ? "an async function" : "a function that is not async";
}

function funcMismatch(actual: FuncType, expected: FuncType): string | undefined {
  if (actual.id === expected.id) return undefined;
  if (actual.async !== expected.async) {
    return `expected ${asyncness(expected)}, found ${asyncness(actual)}`;
  }
  if (actual.params.length !== expected.params.length) {
    return `expected ${expected.params.length} parameters, found ${actual.params.length}`;
  }
  for (const [i, { label, type }] of expected.params.entries()) {
    const given = actual.params[i];
    if (given?.label !== label) return `expected parameter named \`${label}\`, found \`${given?.label}\``;
    const difference = valueMismatch(given.type, type);
    if (difference !== undefined) return `type mismatch in function parameter \`${label}\`: ${difference}`;
  }
  if (expected.result === undefined) return "expected no result, found one";
  if (actual.result === undefined) return "expected a result, found none";
  return `type mismatch with result type: ${valueMismatch(actual.result, expected.result)}`;
}

function instanceMismatch(actual: InstanceType, expected: InstanceType, tables: Tables): string | undefined {
  if (actual === expected) return undefined;
  return exportsMismatch(actual.exports, expected, "instance export", tables);
}

/** Abstract resources of the expected type are those of the actual one, found by name. */
function exportsMismatch(
  actual: ReadonlyMap<string, Entity>,
  expected: { exports: ReadonlyMap<string, Entity>; abstract: readonly Resource[] },
  what: string,
  tables: Tables,
  substitution: Substitution = new Substitution(tables.context),
): string | undefined {
  const abstract = new Set(expected.abstract);
  for (const [name, wanted] of expected.exports) {
    tables.context.spend();
    const given = actual.get(name);
    if (given === undefined) return `missing expected export \`${name}\``;
    bindResources(wanted, given, abstract, substitution, tables.context);
    const difference = mismatch(given, substitution.entity(wanted), tables);
    if (difference !== undefined) return `type mismatch in ${what} \`${name}\`: ${difference}`;
  }
  return undefined;
}

/** The actual component must do with the imports that the expected one is given. */
function componentMismatch(
  actual: ComponentType,
  expected: ComponentType,
  tables: Tables,
): string | undefined {
  if (actual === expected) return undefined;
  const { context } = tables;
  const substitution = new Substitution(context);
  const imported = new Set(actual.imported);
  for (const [name, wanted] of actual.imports) {
    const given = expected.imports.get(name);
    if (given === undefined) return `missing expected import \`${name}\``;
    bindResources(wanted, given, imported, substitution, context);
    const difference = mismatch(given, substitution.entity(wanted), tables);
    if (difference !== undefined) return `type mismatch in import \`${name}\`: ${difference}`;
  }
  return exportsMismatch(substitution.entities(actual.exports), expected, "component export", tables);
}

/** Finds what stands for abstract resources, through instances in instances. */
export function bindResources(
  expected: Entity,
  actual: Entity,
  abstract: ReadonlySet<Resource>,
  substitution: Substitution,
  context: Context,
): void {
  context.spend();
  if (expected.kind === "type" && actual.kind === "type") {
    const [wanted, given] = [expected.type, actual.type];
    if (wanted.kind !== "resource" || given.kind !== "resource") return;
    if (abstract.has(wanted.resource) && !substitution.resources.has(wanted.resource)) {
      substitution.resources.set(wanted.resource, given.resource);
    }
  }
  if (expected.kind === "instance" && actual.kind === "instance") {
    for (const [name, wanted] of expected.type.exports) {
      const given = actual.type.exports.get(name);
      if (given !== undefined) bindResources(wanted, given, abstract, substitution, context);
    }
  }
}

/** Lets the types that are passed stand for those that are asked for. */
export function bindNames(
  expected: Entity,
  actual: Entity,
  substitution: Substitution,
  context: Context,
): void {
  context.spend();
  if (expected.kind === "type" && actual.kind === "type") substitution.rename(expected.type, actual.type);
  if (expected.kind === "instance" && actual.kind === "instance") {
    for (const [name, wanted] of expected.type.exports) {
      const given = actual.type.exports.get(name);
      if (given !== undefined) bindNames(wanted, given, substitution, context);
    }
  }
}
