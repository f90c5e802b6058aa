/** Aliases, as definitions and as declarations in types. Binary.md, "Alias Definitions". */
import type { Alias, Sort } from "../component/component.ts";
import { SECTION } from "./error.ts";
import { hasFreeResource } from "./resources.ts";
import type { Scope } from "./scope.ts";

export function addAlias(alias: Alias, scope: Scope): void {
  switch (alias.kind) {
    case "export":
      return aliasExport(alias, scope);
    case "core export":
      return aliasCoreExport(alias, scope);
    case "outer":
      return aliasOuter(alias, scope);
  }
}

/** In types, aliases only reach what types are made of. */
export function addAliasDeclaration(alias: Alias, scope: Scope): void {
  const allowed: readonly Sort[] = alias.kind === "outer" ? ["core type", "type"] : ["instance", "type"];
  if (alias.kind === "core export" || !allowed.includes(alias.sort)) {
    scope.context.fail(
      SECTION.type,
      "aliases in a type may only refer to types or instances",
      allowed.join(" or "),
      alias.sort,
    );
  }
  addAlias(alias, scope);
}

function nounOf(sort: Sort): string {
  return sort.replace("core ", "");
}

function aliasExport({ sort, instance, name }: Extract<Alias, { kind: "export" }>, scope: Scope): void {
  const { exports } = scope.get("instance", instance, SECTION.alias);
  if (sort === "value") scope.context.notYet("values");
  const found = exports.get(name);
  if (found === undefined)
    scope.context.fail(SECTION.alias, `instance ${instance} has no export named \`${name}\``);
  if (found.kind !== sort) {
    const rule = `export \`${name}\` for instance ${instance} is not a ${nounOf(sort)}`;
    scope.context.fail(SECTION.alias, rule, sort, found.kind);
  }
  scope.addEntity(found);
}

function aliasCoreExport(
  { sort, instance, name }: Extract<Alias, { kind: "core export" }>,
  scope: Scope,
): void {
  const found = scope.get("core instance", instance, SECTION.alias).get(name);
  if (found === undefined) {
    scope.context.fail(SECTION.alias, `core instance ${instance} has no export named \`${name}\``);
  }
  if (`core ${found.kind}` !== sort) {
    const rule = `export \`${name}\` for core instance ${instance} is not a ${nounOf(sort)}`;
    scope.context.fail(SECTION.alias, rule, sort, `core ${found.kind}`);
  }
  scope.addCore(found);
}

function aliasOuter({ sort, count, index }: Extract<Alias, { kind: "outer" }>, scope: Scope): void {
  const target = scope.outer(count);
  switch (sort) {
    case "core module":
    case "core type":
    case "component":
      return scope.add(sort, target.get(sort, index, SECTION.alias));
    case "type": {
      const type = target.get("type", index, SECTION.alias);
      if (crossesComponent(scope, target) && hasFreeResource(type, scope.context)) {
        scope.context.fail(
          SECTION.alias,
          "outer type alias transitively refers to resources not defined in the current component",
        );
      }
      return scope.add("type", type);
    }
    default:
      return scope.context.fail(
        SECTION.alias,
        "this sort cannot be aliased from outside",
        "core module, core type, component or type",
        sort,
      );
  }
}

/** Resources belong to an instance of a component; nothing inside may see them by its own. */
function crossesComponent(from: Scope, to: Scope): boolean {
  for (let scope: Scope | undefined = from; scope !== undefined && scope !== to; scope = scope.parent) {
    if (scope.kind === "component") return true;
  }
  return false;
}
