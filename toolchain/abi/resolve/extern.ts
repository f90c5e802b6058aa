/**
 * Extern types: what an import asks for and a type declaration promises.
 *
 * The same walk serves two uses. Without a given entity it makes one, with
 * resource types of its own. With one it checks that the given entity fits and
 * takes the types from it, so that resources and names keep their identity.
 * Source: Component Model Binary.md, "Import and Export Definitions".
 */
import type { component } from "../../wasm/index.ts";
import { compareFunctions, compareTypes, type TypeDifference } from "../compare.ts";
import { AbiError, notSupported } from "../error.ts";
import type { FunctionType, ResourceType } from "../types.ts";
import { resolveAlias } from "./alias.ts";
import {
  type Entity,
  type InstanceEntity,
  type OpenName,
  type Scope,
  type TypeEntity,
  append,
  lookup,
  openScope,
  spend,
} from "./scope.ts";
import { functionAt, named, nodesOf, resolveType } from "./types.ts";

/** The entity that an extern type describes, checked against `given` if there is one. */
export function bindExtern(type: component.ExternType, given: Entity | undefined, scope: Scope): Entity {
  switch (type.kind) {
    case "func":
      return { kind: "func", type: bindFunction(functionAt(type.type, scope), given, scope) };
    case "type":
      return { kind: "type", type: bindType(type.bound, given, scope) };
    case "instance": {
      const declared = lookup(scope.types, type.type, "type", scope.path);
      if (declared.kind !== "instance")
        throw wrongKind(scope, `type ${type.type}`, "an instance type", declared.kind);
      const exports = given === undefined ? undefined : expect(given, "instance", scope).exports;
      return readInstanceType(declared.declarations, declared.scope, exports, scope);
    }
    case "component": {
      const declared = lookup(scope.types, type.type, "type", scope.path);
      if (declared.kind !== "component")
        throw wrongKind(scope, `type ${type.type}`, "a component type", declared.kind);
      if (given !== undefined) return expect(given, "component", scope);
      return { kind: "component", from: "type", declarations: declared.declarations, scope: declared.scope };
    }
    case "core module":
      return given === undefined ? { kind: "core module" } : expect(given, "core module", scope);
    case "value":
      throw notSupported(scope.path, "values as imports or exports");
  }
}

/** The entity as it is known from outside: types are named, types named inside an instance get it as owner. */
export function publish(entity: Entity, name: string, scope: Scope): Entity {
  if (entity.kind === "instance") for (const open of entity.names) open.owner ??= name;
  if (entity.kind !== "type") return entity;
  const { type } = entity;
  if (type.kind === "resource" && type.resource.name === undefined) {
    (type.resource as { name?: OpenName }).name = openName(name, scope);
  }
  if (type.kind !== "value" || type.type.name !== undefined) return entity;
  return { kind: "type", type: { kind: "value", type: named(type.type, openName(name, scope)) } };
}

/** Reads an instance type; `given` are the exports of an instance that is checked against it. */
function readInstanceType(
  declarations: readonly component.InstanceDeclaration[],
  parent: Scope,
  given: ReadonlyMap<string, Entity> | undefined,
  user: Scope,
): InstanceEntity {
  const scope = openScope(user.path, parent, undefined, user);
  for (const declaration of declarations) declare(declaration, given, scope);
  return { kind: "instance", exports: scope.exports, names: scope.names };
}

/** Reads a component type; `args` is what its imports are bound to, if it is instantiated. */
export function readComponentType(
  declarations: readonly component.ComponentDeclaration[],
  parent: Scope,
  args: ReadonlyMap<string, Entity> | undefined,
  user: Scope,
): Scope {
  const scope = openScope(user.path, parent, args, user);
  for (const declaration of declarations) {
    if (declaration.kind === "import") importInto(declaration, scope);
    else declare(declaration, undefined, scope);
  }
  return scope;
}

function declare(
  declaration: component.InstanceDeclaration,
  given: ReadonlyMap<string, Entity> | undefined,
  scope: Scope,
): void {
  spend(scope);
  if (declaration.kind === "type") scope.types.push(resolveType(declaration.type, scope));
  if (declaration.kind === "alias") resolveAlias(declaration.alias, scope);
  if (declaration.kind !== "export") return;
  const name = fullName(declaration.name);
  const within: Scope = { ...scope, path: `${scope.path} / export ${JSON.stringify(name)}` };
  const entity = bindExtern(declaration.type, argument(name, given, within), within);
  // What is given has its name already, or gets it where it is exported.
  if (given === undefined) exportAs(name, entity, within);
  else addExport(name, entity, within);
}

/** An import of a component or component type: open at the root, bound to an argument when instantiated. */
export function importInto(
  item: { name: component.ExternName; type: component.ExternType },
  scope: Scope,
): void {
  spend(scope);
  const name = fullName(item.name);
  const within: Scope = { ...scope, path: `${scope.path} / import ${JSON.stringify(name)}` };
  let entity = bindExtern(item.type, argument(name, scope.args, within), within);
  if (scope.args === undefined) entity = publish(entity, name, scope);
  if (scope.imports.has(name)) throw new AbiError(within.path, "this import is there twice");
  scope.imports.set(name, entity);
  append(entity, scope);
}

/** Names an entity, adds it to the exports and to its index space. */
export function exportAs(name: string, entity: Entity, scope: Scope): void {
  addExport(name, publish(entity, name, scope), scope);
}

function addExport(name: string, entity: Entity, scope: Scope): void {
  if (scope.exports.has(name)) throw new AbiError(scope.path, "this export is there twice");
  scope.exports.set(name, entity);
  append(entity, scope);
}

/** The name with the part of its version that the canonical form leaves out. */
export function fullName(name: component.ExternName): string {
  const suffix = name.attributes.find((attribute) => attribute.kind === "versionsuffix");
  return suffix === undefined ? name.name : name.name + suffix.suffix;
}

/** An entity of one kind. @throws AbiError when it is of another. */
export function expect<K extends Entity["kind"]>(
  entity: Entity,
  kind: K,
  scope: Scope,
): Extract<Entity, { kind: K }> {
  if (entity.kind !== kind) throw wrongKind(scope, "this", article(kind), entity.kind);
  return entity as Extract<Entity, { kind: K }>;
}

function argument(
  name: string,
  args: ReadonlyMap<string, Entity> | undefined,
  scope: Scope,
): Entity | undefined {
  const given = args?.get(name);
  if (args !== undefined && given === undefined) throw new AbiError(scope.path, "nothing is given for it");
  return given;
}

function bindFunction(type: FunctionType, given: Entity | undefined, scope: Scope): FunctionType {
  if (given === undefined) return type;
  requireSameFunction(type, expect(given, "func", scope).type, scope);
  return type;
}

function bindType(
  bound: { kind: "eq"; index: number } | { kind: "sub resource" },
  given: Entity | undefined,
  scope: Scope,
): TypeEntity {
  const actual = given === undefined ? undefined : expect(given, "type", scope).type;
  if (bound.kind === "sub resource") return actual === undefined ? fresh() : resourceType(actual, scope);
  const wanted = lookup(scope.types, bound.index, "type", scope.path);
  if (actual === undefined) return wanted;
  requireSameType(wanted, actual, scope);
  return actual;
}

function fresh(): { kind: "resource"; resource: ResourceType } {
  return { kind: "resource", resource: {} };
}

function resourceType(type: TypeEntity, scope: Scope): TypeEntity {
  if (type.kind !== "resource") throw wrongKind(scope, "this", "a resource", `${type.kind} type`);
  return type;
}

function requireSameType(wanted: TypeEntity, actual: TypeEntity, scope: Scope): void {
  if (wanted.kind === "value" && actual.kind === "value") {
    spend(scope, nodesOf(wanted.type));
    requireSame(compareTypes(wanted.type, actual.type), scope);
  } else if (wanted.kind === "func" && actual.kind === "func") {
    requireSameFunction(wanted.type, actual.type, scope);
  } else if (wanted.kind === "resource" && actual.kind === "resource") {
    if (wanted.resource !== actual.resource) {
      throw new AbiError(scope.path, "it is another resource than declared");
    }
  } else if (wanted.kind !== actual.kind) {
    throw wrongKind(scope, "this", `a ${wanted.kind} type`, `${actual.kind} type`);
  }
}

function requireSameFunction(wanted: FunctionType, actual: FunctionType, scope: Scope): void {
  for (const { type } of wanted.params) spend(scope, nodesOf(type));
  if (wanted.result !== undefined) spend(scope, nodesOf(wanted.result));
  requireSame(compareFunctions(wanted, actual), scope);
}

function requireSame(difference: TypeDifference | undefined, scope: Scope): void {
  if (difference === undefined) return;
  const where = difference.path === "" ? "" : ` at ${difference.path}`;
  throw new AbiError(
    scope.path,
    `its type is declared with ${difference.left}${where}, but it has ${difference.right}`,
  );
}

function wrongKind(scope: Scope, what: string, expected: string, found: string): AbiError {
  return new AbiError(scope.path, `${what} must be ${expected}, but it is ${article(found)}`);
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

function openName(name: string, scope: Scope): OpenName {
  const open: OpenName = { name };
  scope.names.push(open);
  return open;
}
