/**
 * Type definitions of a binary, which name each other by index, as trees.
 *
 * Trees share their parts, so a few bytes can make one that takes forever to
 * walk: each type's size and depth are counted as it is made. Source: Component
 * Model Binary.md, "Type Definitions".
 */
import type { component } from "../../wasm/index.ts";
import { AbiError, asyncNotSupported, notSupported } from "../error.ts";
import { handlesIn, partsOf } from "../handles-in.ts";
import { isLabel, repeatedLabel } from "../names.ts";
import type { Case, Field, FunctionType, ResourceType, ValueType } from "../types.ts";
import { type Scope, type TypeEntity, lookup, spend } from "./scope.ts";

const MAX_NODES = 100_000;
const MAX_DEPTH = 100;
/** Binary.md: `flags` has 1 to 32 labels. */
const MAX_FLAGS = 32;

/** One type definition, with the types it names looked up in the scope. */
export function resolveType(type: component.Type, scope: Scope): TypeEntity {
  switch (type.kind) {
    case "func":
      return { kind: "func", type: functionType(type, scope) };
    case "resource":
      if (type.rep !== "i32") throw notSupported(scope.path, "a resource whose representation is not i32");
      return { kind: "resource", resource: {} };
    case "component":
      return { kind: "component", declarations: type.declarations, scope };
    case "instance":
      return { kind: "instance", declarations: type.declarations, scope };
    default:
      return { kind: "value", type: measured(valueType(type, scope), scope) };
  }
}

type ValueTypeDefinition = Exclude<component.Type, { kind: "func" | "resource" | "component" | "instance" }>;

function valueType(type: ValueTypeDefinition, scope: Scope): ValueType {
  switch (type.kind) {
    case "primitive":
      return reference(type.type, scope);
    case "record":
      return { kind: "record", fields: fields(type.fields, "a record", scope) };
    case "variant":
      return { kind: "variant", cases: cases(type.cases, scope) };
    case "list":
      return list(reference(type.element, scope), type.length, scope);
    case "map":
      return {
        kind: "map",
        key: mapKey(reference(type.key, scope), scope),
        value: reference(type.value, scope),
      };
    case "tuple":
      spend(scope, type.types.length);
      if (type.types.length === 0) throw new AbiError(scope.path, "a tuple must have at least one type");
      return { kind: "tuple", types: type.types.map((t) => reference(t, scope)) };
    case "flags":
      if (type.labels.length > MAX_FLAGS)
        throw new AbiError(scope.path, `flags have ${type.labels.length} labels, more than 32`);
      return { kind: "flags", labels: labels(type.labels, "flags", scope) };
    case "enum":
      return { kind: "enum", labels: labels(type.labels, "an enum", scope) };
    case "option":
      return { kind: "option", type: reference(type.type, scope) };
    case "result":
      return {
        kind: "result",
        ...(type.ok === undefined ? {} : { ok: reference(type.ok, scope) }),
        ...(type.err === undefined ? {} : { err: reference(type.err, scope) }),
      };
    case "own":
    case "borrow":
      return { kind: type.kind, resource: resourceAt(type.resource, scope) };
    case "stream":
    case "future":
      throw asyncNotSupported(scope.path, type.kind);
  }
}

/** `valtype`: a primitive type, or the value type at an index. */
function reference(type: component.ValueType, scope: Scope): ValueType {
  if (type === "error-context") throw asyncNotSupported(scope.path, "error-context");
  if (typeof type === "string") return { kind: type };
  const entity = lookup(scope.types, type, "type", scope.path);
  if (entity.kind !== "value") {
    throw new AbiError(scope.path, `type ${type} is used as a value type, but it is a ${entity.kind} type`);
  }
  return entity.type;
}

/** The function type at an index, as `canon lift` and extern types name it. */
export function functionAt(index: number, scope: Scope): FunctionType {
  const entity = lookup(scope.types, index, "type", scope.path);
  if (entity.kind !== "func") {
    throw new AbiError(
      scope.path,
      `type ${index} is used as a function type, but it is a ${entity.kind} type`,
    );
  }
  return entity.type;
}

function resourceAt(index: number, scope: Scope): ResourceType {
  const entity = lookup(scope.types, index, "type", scope.path);
  if (entity.kind !== "resource") {
    throw new AbiError(
      scope.path,
      `a handle is to type ${index}, which is a ${entity.kind} type, not a resource`,
    );
  }
  return entity.resource;
}

function functionType(type: Extract<component.Type, { kind: "func" }>, scope: Scope): FunctionType {
  if (type.async) throw asyncNotSupported(scope.path, "async functions");
  const params = type.params.length === 0 ? [] : fields(type.params, "a function", scope);
  measured({ kind: "tuple", types: params.map((param) => param.type) }, scope);
  if (type.result === undefined) return { async: false, params };
  const result = reference(type.result, scope);
  if (handlesIn([result]).some(({ kind }) => kind === "borrow")) {
    throw new AbiError(scope.path, "the result of a function must not hold a borrow");
  }
  return { async: false, params, result };
}

function fields(
  list: readonly { label: string; type: component.ValueType }[],
  what: string,
  scope: Scope,
): Field[] {
  labels(
    list.map((field) => field.label),
    what,
    scope,
  );
  return list.map(({ label, type }) => ({ label, type: reference(type, scope) }));
}

function cases(list: readonly { label: string; type?: component.ValueType }[], scope: Scope): Case[] {
  labels(
    list.map((c) => c.label),
    "a variant",
    scope,
  );
  return list.map(({ label, type }) =>
    type === undefined ? { label } : { label, type: reference(type, scope) },
  );
}

function labels(list: readonly string[], what: string, scope: Scope): readonly string[] {
  spend(scope, list.length);
  if (list.length === 0) throw new AbiError(scope.path, `${what} must have at least one label`);
  const bad = list.find((label) => !isLabel(label));
  if (bad !== undefined) throw new AbiError(scope.path, `${JSON.stringify(bad)} is not a kebab-case label`);
  const repeated = repeatedLabel(list);
  if (repeated !== undefined)
    throw new AbiError(scope.path, `the label ${repeated} of ${what} is there twice`);
  return list;
}

function list(element: ValueType, length: number | undefined, scope: Scope): ValueType {
  if (length === undefined) return { kind: "list", element };
  if (length === 0) throw new AbiError(scope.path, "a fixed-length list must have at least one element");
  return { kind: "list", element, length };
}

/** Binary.md, `keytype`: what can be a key. */
function mapKey(key: ValueType, scope: Scope): ValueType {
  const allowed = ["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "char", "string"];
  if (!allowed.includes(key.kind)) throw new AbiError(scope.path, `a ${key.kind} cannot be the key of a map`);
  return key;
}

const sizes = new WeakMap<ValueType, { nodes: number; depth: number }>();

/** The same type. @throws AbiError when walking it would take too long. */
function measured(type: ValueType, scope: Scope): ValueType {
  let nodes = type.kind === "enum" || type.kind === "flags" ? type.labels.length : 1;
  let depth = 1;
  for (const part of partsOf(type)) {
    const size = sizes.get(part) ?? { nodes: 1, depth: 1 };
    nodes += size.nodes;
    depth = Math.max(depth, size.depth + 1);
  }
  if (nodes > MAX_NODES)
    throw new AbiError(scope.path, `a type expands to more than ${MAX_NODES} types and labels`);
  if (depth > MAX_DEPTH) throw new AbiError(scope.path, `types are nested deeper than ${MAX_DEPTH}`);
  sizes.set(type, { nodes, depth });
  return type;
}

/** How many types and labels a type is made of, counted once for each place they are in. */
export function nodesOf(type: ValueType): number {
  return sizes.get(type)?.nodes ?? 1;
}

/** The same type under a name. */
export function named(type: ValueType, name: { readonly name: string }): ValueType {
  const copy: ValueType = { ...type, name };
  const size = sizes.get(type);
  if (size !== undefined) sizes.set(copy, size);
  return copy;
}
