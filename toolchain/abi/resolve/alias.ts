/**
 * Aliases: an index for something that an instance exports or an outer scope holds.
 *
 * Aliases of core items are passed over; nothing here looks at core index spaces.
 * Source: Component Model Binary.md, "Alias Definitions".
 */
import type { component } from "../../wasm/index.ts";
import { AbiError } from "../error.ts";
import { type Scope, append, lookup, outer } from "./scope.ts";

export function resolveAlias(alias: component.Alias, scope: Scope): void {
  if (alias.kind === "core export" || alias.sort.startsWith("core ")) return;
  if (alias.kind === "export") exportAlias(alias, scope);
  else outerAlias(alias, scope);
}

function exportAlias(alias: Extract<component.Alias, { kind: "export" }>, scope: Scope): void {
  const instance = lookup(scope.instances, alias.instance, "instance", scope.path);
  const entity = instance.exports.get(alias.name);
  if (entity === undefined || entity.kind !== alias.sort) {
    const found = entity === undefined ? "nothing" : `a ${entity.kind}`;
    throw new AbiError(
      scope.path,
      `an alias names the ${alias.sort} ${JSON.stringify(alias.name)} of instance ${alias.instance}, which exports ${found} of that name`,
    );
  }
  append(entity, scope);
}

/** Only types and components: the rest belongs to one instance and cannot be seen from another. */
function outerAlias(alias: Extract<component.Alias, { kind: "outer" }>, scope: Scope): void {
  const from = outer(scope, alias.count);
  if (alias.sort === "type") scope.types.push(lookup(from.types, alias.index, "type", scope.path));
  else if (alias.sort === "component") {
    scope.components.push(lookup(from.components, alias.index, "component", scope.path));
  } else throw new AbiError(scope.path, `an outer alias cannot name a ${alias.sort}`);
}
