/**
 * Imports and exports, in components and in the types of components and instances.
 *
 * Both give the item a new place in its index space, and its types names.
 * Binary.md, "Import and Export Definitions", `externtype`.
 */
import type { Export, ExternName, ExternType, Import } from "../component/component.ts";
import { checkAnnotatedName } from "./annotated-name.ts";
import { SECTION } from "./error.ts";
import { checkAttributes, parseExternName } from "./extern-name.ts";
import { freshResource, type Scope } from "./scope.ts";
import { instanceOf, renamed } from "./substitute.ts";
import { mismatch } from "./subtype.ts";
import type { Entity, Resource } from "./types.ts";
import { nameTypes } from "./visibility.ts";

type SideName = "import" | "export";

export function addImport({ name, type }: Import, scope: Scope): void {
  addExtern(name, externEntity(type, "import", scope), "import", scope);
}

/** An export of a component or instance type. */
export function addExportDeclaration(name: ExternName, type: ExternType, scope: Scope): void {
  addExtern(name, externEntity(type, "export", scope), "export", scope);
}

/** An export of a component. */
export function addExport({ name, item, type }: Export, scope: Scope): void {
  const inferred = scope.entity(item.sort, item.index, SECTION.externs);
  if (type === undefined) addExtern(name, inferred, "export", scope, true);
  else addExtern(name, ascribe(inferred, type, scope), "export", scope);
}

/** The type that an export has instead of its own: a supertype. */
function ascribe(inferred: Entity, type: ExternType, scope: Scope): Entity {
  const { context } = scope;
  const ascribed = externEntity(type, "export", scope);
  const isAbstract = type.kind === "type" && type.bound.kind === "sub resource";
  if (isAbstract && inferred.kind === "type" && inferred.type.kind === "resource") return ascribed;
  const difference = mismatch(inferred, ascribed, scope);
  if (difference !== undefined) {
    context.fail(
      SECTION.externs,
      `ascribed type of export is not compatible with item's type: ${difference}`,
    );
  }
  return ascribed;
}

/** The entity of an `externtype`; abstract resources begin to exist here. */
function externEntity(type: ExternType, side: SideName, scope: Scope): Entity {
  switch (type.kind) {
    case "core module": {
      const found = scope.get("core type", type.type, SECTION.type);
      if (typeof found === "number")
        scope.context.fail(SECTION.type, `core type index ${type.type} is not a module type`);
      return { kind: "core module", type: found };
    }
    case "value":
      return scope.context.notYet("values");
    case "type":
      if (type.bound.kind === "eq") {
        return { kind: "type", type: scope.get("type", type.bound.index, SECTION.type) };
      }
      return { kind: "type", type: { kind: "resource", resource: introduce(side, scope) } };
    default: {
      const found = scope.get("type", type.type, SECTION.type);
      if (found.kind === type.kind) return { kind: found.kind, type: found } as Entity;
      const noun =
        type.kind === "func"
          ? "a function type"
          : type.kind === "instance"
            ? "an instance type"
            : "a component type";
      return scope.context.fail(SECTION.type, `type index ${type.type} is not ${noun}`);
    }
  }
}

function introduce(side: SideName, scope: Scope): Resource {
  const resource = freshResource(scope.context);
  if (side === "import") scope.imported.push(resource);
  else scope.fresh.add(resource);
  return resource;
}

/** @param isItem the entity is of an item of this scope, not of a type. */
function addExtern(name: ExternName, entity: Entity, sideName: SideName, scope: Scope, isItem = false): void {
  const { context } = scope;
  const side = scope.side(sideName);
  const parsed = parseExternName(name.name, context);
  checkAttributes(name, parsed, entity.kind, context);
  checkAnnotatedName(parsed, entity, side, context);
  side.names.add(name.name, parsed, sideName, context);
  const added = withNames(entity, sideName, isItem, scope);
  if (parsed.kind === "label" && added.kind === "type" && added.type.kind === "resource") {
    side.resources.set(added.type, parsed.label);
    side.resourceNames.add(parsed.label);
  }
  if (!nameTypes(added, sideName, scope)) {
    const rule = `${entity.kind} not valid to be used as ${sideName}: it uses a type that has no name outside`;
    context.fail(SECTION.visibility, rule);
  }
  side.entities.set(name.name, added);
  scope.addEntity(added);
}

/**
 * The entity with objects of its own for the types that it introduces. An
 * instance that is exported as it is introduces none: its types get their names
 * by the export.
 */
function withNames(entity: Entity, side: SideName, isItem: boolean, scope: Scope): Entity {
  if (entity.kind === "type") return { kind: "type", type: renamed(entity.type) };
  if (entity.kind !== "instance" || isItem) return entity;
  return { kind: "instance", type: instanceOf(entity.type, () => introduce(side, scope), scope.context) };
}
