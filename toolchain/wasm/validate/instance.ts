/** Instances and core instances. Binary.md, "Instance Definitions"; Explainer.md, "Type Checking". */
import type { CoreInstance as CoreInstanceExpr, Instance } from "../component/component.ts";
import { checkAnnotatedName } from "./annotated-name.ts";
import { coreItemMismatch } from "./core-match.ts";
import type { CoreItem } from "./core-types.ts";
import { SECTION } from "./error.ts";
import { checkAttributes, parseExternName, UniqueNames } from "./extern-name.ts";
import { type CoreInstance, freshResource, type Scope } from "./scope.ts";
import { Substitution } from "./substitute.ts";
import { bindNames, bindResources, mismatch } from "./subtype.ts";
import { type ComponentType, depthAround, type Entity, type InstanceType } from "./types.ts";

export function addCoreInstance(definition: CoreInstanceExpr, scope: Scope): void {
  scope.add(
    "core instance",
    definition.kind === "instantiate" ? instantiateModule(definition, scope) : coreBundle(definition, scope),
  );
}

function instantiateModule(
  { module, args }: Extract<CoreInstanceExpr, { kind: "instantiate" }>,
  scope: Scope,
): CoreInstance {
  const { context, core } = scope;
  const type = scope.get("core module", module, SECTION.instance);
  const given = new Map<string, CoreInstance>();
  for (const { name, instance } of args) {
    if (given.has(name))
      scope.context.fail(SECTION.instance, `duplicate module instantiation argument named \`${name}\``);
    given.set(name, scope.get("core instance", instance, SECTION.instance));
  }
  context.spend(type.imports.size);
  for (const { module: from, name, item } of type.imports.values()) {
    const instance = given.get(from);
    if (instance === undefined)
      scope.context.fail(SECTION.instance, `missing module instantiation argument named \`${from}\``);
    const found = instance.get(name);
    if (found === undefined) {
      scope.context.fail(
        SECTION.instance,
        `module instantiation argument \`${from}\` does not export an item named \`${name}\``,
      );
    }
    const difference = coreItemMismatch(found, item, core);
    if (difference !== undefined) {
      scope.context.fail(
        SECTION.core,
        `type mismatch for export \`${name}\` of module instantiation argument \`${from}\`: ${difference}`,
      );
    }
  }
  return type.exports;
}

function coreBundle({ exports }: Extract<CoreInstanceExpr, { kind: "exports" }>, scope: Scope): CoreInstance {
  const items = new Map<string, CoreItem>();
  for (const { name, item } of exports) {
    if (items.has(name)) scope.context.fail(SECTION.instance, `export name \`${name}\` already defined`);
    items.set(name, scope.coreItem(item.sort, item.index, SECTION.instance));
  }
  return items;
}

export function addInstance(definition: Instance, scope: Scope): void {
  if (definition.kind === "exports") return scope.add("instance", bundle(definition, scope));
  const component = scope.get("component", definition.component, SECTION.instance);
  const args = new Map<string, Entity>();
  for (const { name, item } of definition.args) {
    if (args.has(name)) {
      const rule = `instantiation argument \`${name}\` conflicts with previous argument \`${name}\``;
      scope.context.fail(SECTION.instance, rule);
    }
    args.set(name, scope.entity(item.sort, item.index, SECTION.instance));
  }
  scope.add("instance", instantiate(component, args, scope));
}

/** The instance's type: imports replaced by what is passed, abstract resources made anew. */
function instantiate(type: ComponentType, args: ReadonlyMap<string, Entity>, scope: Scope): InstanceType {
  const { context } = scope;
  const result = new Substitution(context);
  // Names are bound only when the types are known to match, or a wrong type would match itself.
  const check = new Substitution(context, result.resources);
  const imported = new Set(type.imported);
  context.spend(type.imported.length + type.abstract.length);
  for (const [name, expected] of type.imports) {
    const given = args.get(name);
    if (given === undefined) scope.context.fail(SECTION.instance, `missing import named \`${name}\``);
    bindResources(expected, given, imported, result, context);
    const difference = mismatch(given, check.entity(expected), scope);
    if (difference !== undefined) {
      scope.context.fail(SECTION.checking, `type mismatch for import \`${name}\`: ${difference}`);
    }
    bindNames(expected, given, result, context);
  }
  for (const abstract of type.abstract) {
    const fresh = freshResource(context);
    scope.fresh.add(fresh);
    result.resources.set(abstract, fresh);
  }
  const exports = result.entities(type.exports);
  return { kind: "instance", exports, abstract: [], depth: context.checkDepth(depthAround(exports)) };
}

/** Exports make no new indices here, so no function can use a resource by the name that it has here. */
const NO_RESOURCES = { resources: new Map<never, string>(), resourceNames: new Set<string>() };

function bundle({ exports }: Extract<Instance, { kind: "exports" }>, scope: Scope): InstanceType {
  const { context } = scope;
  const names = new UniqueNames();
  const entities = new Map<string, Entity>();
  for (const { name, item } of exports) {
    const entity = scope.entity(item.sort, item.index, SECTION.instance);
    const parsed = parseExternName(name.name, context);
    checkAttributes(name, parsed, entity.kind, context);
    checkAnnotatedName(parsed, entity, NO_RESOURCES, context);
    names.add(name.name, parsed, "export", context);
    entities.set(name.name, entity);
  }
  return {
    kind: "instance",
    exports: entities,
    abstract: [],
    depth: context.checkDepth(depthAround(entities)),
  };
}
