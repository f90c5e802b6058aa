/**
 * A component read definition by definition, and the components in it.
 *
 * Nothing runs: what is followed is which type every import, export and
 * function has. Sources: Component Model Binary.md, "Component Definitions",
 * "Instance Definitions".
 */
import type { Component, component } from "../../wasm/index.ts";
import { AbiError, notSupported } from "../error.ts";
import type { FunctionType } from "../types.ts";
import { resolveAlias } from "./alias.ts";
import { bindExtern, expect, exportAs, fullName, importInto, publish, readComponentType } from "./extern.ts";
import {
  type ComponentEntity,
  type Entity,
  type InstanceEntity,
  type Scope,
  type TypeEntity,
  lookup,
  openScope,
  spend,
} from "./scope.ts";
import { functionAt, resolveType } from "./types.ts";

/** Reads a component that nothing is passed to. @throws AbiError */
export function readRoot(component: Component): Scope {
  return readDefinitions(component, openScope("component", undefined, undefined, undefined));
}

function readDefinitions(component: Component, scope: Scope): Scope {
  for (const [i, definition] of component.definitions.entries()) {
    const place = `${definition.kind} definition ${i} at byte 0x${definition.offset.toString(16)}`;
    define(definition, { ...scope, path: `${scope.path} / ${place}` });
  }
  return scope;
}

function define(definition: component.Definition, scope: Scope): void {
  spend(scope);
  switch (definition.kind) {
    case "custom":
    case "core module":
    case "core instance":
    case "core type":
      return;
    case "component":
      scope.components.push({
        kind: "component",
        from: "definition",
        component: definition.component,
        scope,
      });
      return;
    case "instance":
      scope.instances.push(instance(definition.instance, scope));
      return;
    case "alias":
      return resolveAlias(definition.alias, scope);
    case "type":
      scope.types.push(defined(resolveType(definition.type, scope), scope));
      return;
    case "canon":
      if (definition.canon.kind === "lift") scope.funcs.push(lifted(definition.canon.type, scope));
      return;
    case "import":
      return importInto(definition.import, scope);
    case "export":
      return exportFrom(definition.export, scope);
    case "start":
    case "value":
      throw notSupported(scope.path, `${definition.kind} definitions`);
  }
}

function defined(type: TypeEntity, scope: Scope): TypeEntity {
  if (type.kind === "resource") scope.found.resources.push(type.resource);
  return type;
}

function lifted(index: number, scope: Scope): FunctionType {
  const type = functionAt(index, scope);
  scope.found.lifted.push(type);
  return type;
}

function instance(definition: component.Instance, scope: Scope): InstanceEntity {
  const args = new Map<string, Entity>();
  if (definition.kind === "exports") return bundle(definition.exports, scope);
  for (const { name, item } of definition.args) args.set(name, entityAt(item, scope));
  return instantiate(lookup(scope.components, definition.component, "component", scope.path), args, scope);
}

function instantiate(
  component: ComponentEntity,
  args: ReadonlyMap<string, Entity>,
  user: Scope,
): InstanceEntity {
  const scope =
    component.from === "type"
      ? readComponentType(component.declarations, component.scope, args, user)
      : readDefinitions(component.component, openScope(user.path, component.scope, args, user));
  return { kind: "instance", exports: scope.exports, names: scope.names };
}

/** An instance made of things at hand. */
function bundle(
  exports: Extract<component.Instance, { kind: "exports" }>["exports"],
  scope: Scope,
): InstanceEntity {
  const inner = openScope(scope.path, scope, undefined, scope);
  for (const { name, item } of exports) {
    const full = fullName(name);
    if (inner.exports.has(full)) throw new AbiError(scope.path, `${JSON.stringify(full)} is exported twice`);
    inner.exports.set(full, publish(entityAt(item, scope), full, inner));
  }
  return { kind: "instance", exports: inner.exports, names: inner.names };
}

function exportFrom(item: component.Export, scope: Scope): void {
  const name = fullName(item.name);
  const within: Scope = { ...scope, path: `${scope.path} / export ${JSON.stringify(name)}` };
  const actual = entityAt(item.item, within);
  exportAs(name, item.type === undefined ? actual : bindExtern(item.type, actual, within), within);
}

function entityAt({ sort, index }: component.SortIndex, scope: Scope): Entity {
  switch (sort) {
    case "func":
      return { kind: "func", type: lookup(scope.funcs, index, "function", scope.path) };
    case "type":
      return { kind: "type", type: lookup(scope.types, index, "type", scope.path) };
    case "instance":
      return lookup(scope.instances, index, "instance", scope.path);
    case "component":
      return lookup(scope.components, index, "component", scope.path);
    case "core module":
      return { kind: "core module" };
    default:
      throw new AbiError(scope.path, `a ${sort} cannot be passed or exported here`);
  }
}

/** The one component that a component type exports, and its name. @throws AbiError */
export function readEmbeddedWorld(root: Scope): { name: string; scope: Scope } {
  const [first, ...more] = [...root.exports.values()];
  if (first === undefined || more.length > 0) {
    throw new AbiError(root.path, `expected one export, the world, but there are ${root.exports.size}`);
  }
  const outer = expect(first, "type", root).type;
  if (outer.kind !== "component")
    throw new AbiError(root.path, `the world is a ${outer.kind} type, not a component type`);
  const holder = readComponentType(outer.declarations, outer.scope, undefined, root);
  const [entry, ...others] = [...holder.exports];
  if (entry === undefined || others.length > 0) {
    throw new AbiError(root.path, `expected one world, but there are ${holder.exports.size}`);
  }
  const [name, world] = entry;
  const component = expect(world, "component", root);
  if (component.from !== "type")
    throw new AbiError(root.path, "the world is a component, not a component type");
  return { name, scope: readComponentType(component.declarations, component.scope, undefined, holder) };
}
