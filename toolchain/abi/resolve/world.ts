/**
 * Worlds read from binaries: from a finished component, or from what was
 * embedded into a core module for one.
 */
import type { Component } from "../../wasm/index.ts";
import { AbiError, notSupported } from "../error.ts";
import { isLabel, isPlainName, parseInterfaceName } from "../names.ts";
import type { FunctionType, ResourceType } from "../types.ts";
import type { Interface, NamedType, World, WorldItem } from "../world.ts";
import { readEmbeddedWorld, readRoot } from "./component.ts";
import type { Entity, InstanceEntity, Scope, TypeEntity } from "./scope.ts";

/**
 * What a component imports and exports, types resolved.
 *
 * @throws AbiError when the component is not valid, or uses what Atoll does not support.
 */
export function worldOfComponent(component: Component): World {
  return typesOfComponent(component).world;
}

/** A component's world, with the types of what it and the components in it define. */
export interface ComponentTypes {
  readonly world: World;
  /** Of each `canon lift`, in the order in which instantiation meets it. */
  readonly lifted: readonly FunctionType[];
  /** Each resource type that is defined, in the same order. */
  readonly resources: readonly ResourceType[];
}

/** @throws AbiError when the component is not valid, or uses what Atoll does not support. */
export function typesOfComponent(component: Component): ComponentTypes {
  const scope = readRoot(component);
  const world = {
    imports: items(scope.imports, "import"),
    exports: items(callable(scope.exports), "export"),
  };
  return { world, ...scope.found };
}

/**
 * The world in a `component-type` custom section, which tools embed in a core module.
 *
 * The section holds a component that exports one component type, which exports
 * one component, the world, by its full name.
 *
 * @throws AbiError when the section has another shape.
 */
export function worldOfComponentType(section: Component): World {
  const { name, scope } = readEmbeddedWorld(readRoot(section));
  if (parseInterfaceName(name) === undefined)
    throw new AbiError("component-type", `${JSON.stringify(name)} is not a world's name`);
  return { name, imports: items(scope.imports, "import"), exports: items(scope.exports, "export") };
}

/** Code that is exported to be instantiated by others is nothing that a process could be wired to. */
function callable(exports: Scope["exports"]): Scope["exports"] {
  return new Map([...exports].filter(([, { kind }]) => kind !== "core module" && kind !== "component"));
}

function items(entities: Scope["imports"], direction: string): WorldItem[] {
  return [...entities].map(([name, entity]) => item(name, entity, `${direction} ${JSON.stringify(name)}`));
}

function item(name: string, entity: Entity, path: string): WorldItem {
  switch (entity.kind) {
    case "func":
      requireName(isPlainName(name), path);
      return { kind: "function", name, type: entity.type };
    case "type":
      requireName(isLabel(name), path);
      return { kind: "type", name, type: namedType(entity.type, path) };
    case "instance":
      requireName(isLabel(name) || parseInterfaceName(name) !== undefined, path);
      return { kind: "interface", name, interface: interfaceOf(entity, path) };
    default:
      throw notSupported(path, `a ${entity.kind} as import or export`);
  }
}

function interfaceOf(instance: InstanceEntity, path: string): Interface {
  const types: { name: string; type: NamedType }[] = [];
  const functions: Interface["functions"][number][] = [];
  for (const [name, entity] of instance.exports) {
    const within = `${path} / ${JSON.stringify(name)}`;
    if (entity.kind === "func") {
      requireName(isPlainName(name), within);
      functions.push({ name, type: entity.type });
    } else if (entity.kind === "type") {
      requireName(isLabel(name), within);
      types.push({ name, type: namedType(entity.type, within) });
    } else throw notSupported(within, `a ${entity.kind} in an interface`);
  }
  return { types, functions };
}

function namedType(type: TypeEntity, path: string): NamedType {
  if (type.kind === "value" || type.kind === "resource") return type;
  throw notSupported(path, `a ${type.kind} type as import or export`);
}

function requireName(good: boolean, path: string): void {
  if (!good) throw new AbiError(path, "the name does not follow the grammar of component names");
}
