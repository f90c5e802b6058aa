/**
 * Type definitions: indices resolved, rules of each type checked.
 *
 * Types of components and instances are scopes of their own, with index spaces
 * that begin empty. Binary.md, "Type Definitions".
 */
import type {
  ComponentDeclaration,
  CoreType,
  LabelValueType,
  Type,
  ValueType,
} from "../component/component.ts";
import { addAliasDeclaration } from "./alias.ts";
import { groupOf, typeOfModuleType } from "./core-module.ts";
import { SECTION } from "./error.ts";
import { addExportDeclaration, addImport } from "./extern.ts";
import { resourcesIn } from "./resources.ts";
import { freshResource, Scope } from "./scope.ts";
import {
  type AnyType,
  type ComponentType,
  depthAround,
  type InstanceType,
  type LabelValue,
  type ResourceType,
  type Shape,
  type Value,
} from "./types.ts";
import { defineFunc, defineValue } from "./value-type.ts";

export function defineType(type: Type, scope: Scope): AnyType {
  switch (type.kind) {
    case "resource":
      return defineResource(type, scope);
    case "func": {
      const params = labelled(type.params, scope);
      const result = optional(type.result, scope);
      return defineFunc({ async: type.async, params, result }, scope.context);
    }
    case "component":
    case "instance": {
      const inner = new Scope(`${type.kind} type`, scope);
      for (const [i, declaration] of type.declarations.entries()) {
        scope.context.within(placeOf(declaration, i), undefined, () => declare(declaration, inner));
      }
      return type.kind === "component" ? componentTypeOf(inner) : instanceTypeOf(inner);
    }
    default:
      return defineValue(shapeOf(type, scope), scope.context);
  }
}

function placeOf(declaration: ComponentDeclaration, i: number): string {
  if (declaration.kind !== "import" && declaration.kind !== "export")
    return `${declaration.kind} declaration ${i}`;
  return `${declaration.kind} ${JSON.stringify(declaration.name.name)}`;
}

function declare(declaration: ComponentDeclaration, scope: Scope): void {
  switch (declaration.kind) {
    case "core type":
      return addCoreType(declaration.type, scope);
    case "type":
      return scope.add("type", defineType(declaration.type, scope));
    case "alias":
      return addAliasDeclaration(declaration.alias, scope);
    case "import":
      return addImport(declaration, scope);
    case "export":
      return addExportDeclaration(declaration.name, declaration.type, scope);
  }
}

/** The type of a component, when all of it has been seen. */
export function componentTypeOf(scope: Scope): ComponentType {
  const imports = scope.imports.entities;
  const exports = scope.exports.entities;
  const used = resourcesIn(exports.values(), scope.context);
  const abstract = [...scope.fresh].filter((resource) => used.has(resource));
  const depth = scope.context.checkDepth(depthAround(imports, exports));
  return { kind: "component", imports, exports, imported: scope.imported, abstract, depth };
}

function instanceTypeOf(scope: Scope): InstanceType {
  const exports = scope.exports.entities;
  const depth = scope.context.checkDepth(depthAround(exports));
  return { kind: "instance", exports, abstract: [...scope.fresh], depth };
}

export function addCoreType(type: CoreType, scope: Scope): void {
  const { context, core } = scope;
  if (type.kind === "module") {
    const outer = {
      coreType: (count: number, at: number) => scope.outer(count).get("core type", at, SECTION.alias),
    };
    return scope.add("core type", typeOfModuleType(type.declarations, outer, core, context));
  }
  for (const id of core.add(groupOf(type, context), scope.coreTypes)) scope.add("core type", id);
}

function defineResource(
  { rep, destructor }: Extract<Type, { kind: "resource" }>,
  scope: Scope,
): ResourceType {
  const { context, core } = scope;
  if (scope.kind !== "component") {
    context.fail(SECTION.type, "resources can only be defined within a concrete component");
  }
  if (rep === "i64") context.notYet("memory64: a resource represented by i64");
  if (rep !== "i32") context.fail(SECTION.type, "resources can only be represented by `i32`");
  if (destructor !== undefined) {
    const func = scope.get("core func", destructor, SECTION.type);
    if (func !== core.func(["i32"], [])) {
      context.fail(
        SECTION.type,
        `core func ${destructor} has wrong signature for a destructor`,
        "(func (param i32))",
        core.print(func),
      );
    }
  }
  const resource = freshResource(context, scope);
  scope.fresh.add(resource);
  return { kind: "resource", resource };
}

function shapeOf(
  type: Exclude<Type, { kind: "resource" | "func" | "component" | "instance" }>,
  scope: Scope,
): Shape {
  switch (type.kind) {
    case "record":
      return { kind: "record", fields: labelled(type.fields, scope) };
    case "variant": {
      const cases = type.cases.map(({ label, type }) => ({ label, type: optional(type, scope) }));
      return { kind: "variant", cases };
    }
    case "list":
      return { kind: "list", element: valueAt(type.element, scope), length: type.length };
    case "map":
      return { kind: "map", key: valueAt(type.key, scope), value: valueAt(type.value, scope) };
    case "tuple":
      return { kind: "tuple", types: type.types.map((member) => valueAt(member, scope)) };
    case "option":
      return { kind: "option", type: valueAt(type.type, scope) };
    case "result":
      return { kind: "result", ok: optional(type.ok, scope), err: optional(type.err, scope) };
    case "own":
    case "borrow":
      return { kind: type.kind, resource: scope.resource(type.resource, SECTION.type) };
    case "stream":
    case "future":
      return { kind: type.kind, element: optional(type.element, scope) };
    default:
      return type;
  }
}

function labelled(items: readonly LabelValueType[], scope: Scope): LabelValue[] {
  return items.map(({ label, type }) => ({ label, type: valueAt(type, scope) }));
}

function optional(type: ValueType | undefined, scope: Scope): Value | undefined {
  return type === undefined ? undefined : valueAt(type, scope);
}

/** What a `valtype` stands for. */
export function valueAt(type: ValueType, scope: Scope): Value {
  if (typeof type === "string") {
    if (type === "error-context") scope.context.uses("error-context type");
    return type;
  }
  const found = scope.get("type", type, SECTION.type);
  if (found.kind === "value") return found;
  return scope.context.fail(SECTION.type, `type index ${type} is not a defined type`);
}
