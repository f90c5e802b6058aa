/**
 * What one definition of a component stands for: imports, aliases, canonical definitions.
 *
 * Each function takes a definition and the scope that it stands in, and returns
 * the item that it adds to an index space.
 */
import type { component, core } from "../../wasm/index.ts";
import type { CanonOptions, CoreValue } from "./graph.ts";
import type { CoreInstanceValue, InstanceValue, Item, Scope } from "./values.ts";

/** An import of the outermost component: whoever makes a process provides it. */
export function imported({ name: { name }, type }: component.Import, scope: Scope): Item {
  switch (type.kind) {
    case "instance":
      return { sort: "instance", value: { kind: "import", name } };
    case "func":
      return { sort: "func", value: { kind: "import", name } };
    case "type":
      if (type.bound.kind === "eq") return scope.item("type", type.bound.index);
      return { sort: "type", value: { kind: "import", interface: name, name } };
    default:
      throw scope.notYet(`the import "${name}" of a ${type.kind}`);
  }
}

export function argument(
  { name: { name }, type }: component.Import,
  args: ReadonlyMap<string, Item>,
  scope: Scope,
): Item {
  const item = args.get(name);
  if (item === undefined) {
    // A type bound by equality says nothing that the component does not already know.
    if (type.kind === "type" && type.bound.kind === "eq") return scope.item("type", type.bound.index);
    throw scope.malformed(`a nested component imports "${name}", and nothing is given for it`);
  }
  if (item.sort !== type.kind) {
    throw scope.malformed(`expected a ${type.kind} for the import "${name}", found a ${item.sort}`);
  }
  return item;
}

export function alias(a: Extract<component.Definition, { kind: "alias" }>["alias"], scope: Scope): Item {
  if (a.kind === "core export") {
    const instance = scope.get("core instance", a.instance);
    const kind = coreKind(a.sort);
    if (kind === undefined) throw scope.malformed(`a core instance does not export a ${a.sort}`);
    return { sort: a.sort, value: coreExport(instance, kind, a.name, scope, "alias") } as Item;
  }
  if (a.kind === "export") return instanceExport(scope.get("instance", a.instance), a.sort, a.name, scope);
  let outer: Scope | undefined = scope;
  for (let i = 0; i < a.count && outer; i++) outer = outer.parent;
  if (outer === undefined)
    throw scope.malformed(`expected an enclosing component, found none ${a.count} levels out`);
  return outer.item(a.sort, a.index);
}

function instanceExport(instance: InstanceValue, sort: component.Sort, name: string, scope: Scope): Item {
  if (instance.kind === "import") {
    if (sort === "func") return { sort, value: { kind: "import", interface: instance.name, name } };
    if (sort === "type") return { sort, value: { kind: "import", interface: instance.name, name } };
    throw scope.notYet(`the ${sort} "${name}" of the import "${instance.name}"`);
  }
  const item = instance.items.get(name);
  if (item?.sort !== sort) {
    throw scope.malformed(
      `expected an instance that exports the ${sort} "${name}", found ${item?.sort ?? "none"}`,
    );
  }
  return item;
}

function coreKind(sort: component.CoreSort): core.ExternKind | undefined {
  const kind = sort.slice("core ".length);
  return kind === "type" || kind === "module" || kind === "instance" ? undefined : (kind as core.ExternKind);
}

export function coreExport(
  instance: CoreInstanceValue,
  kind: core.ExternKind,
  name: string,
  scope: Scope,
  who: string,
): CoreValue {
  if (instance.kind === "bundle") {
    const item = instance.items.get(name);
    if (item?.sort !== `core ${kind}`) {
      throw scope.malformed(`${who}: expected a core ${kind} "${name}", found ${item?.sort ?? "none"}`);
    }
    return item.value as CoreValue;
  }
  const found = instance.node.module.exports.get(name);
  if (found?.kind !== kind) {
    throw scope.malformed(`${who}: expected a core ${kind} "${name}", found ${found?.kind ?? "none"}`);
  }
  return { kind: "export", sort: kind, instance: instance.node, name };
}

export function lift(
  { func, options }: Extract<component.Canon, { kind: "lift" }>,
  number: number,
  scope: Scope,
): Item {
  const core = scope.exported("core func", func);
  return { sort: "func", value: { kind: "lifted", number, core, options: canonOptions(options, scope) } };
}

export function canon(c: Exclude<component.Canon, { kind: "lift" }>, scope: Scope): Item {
  switch (c.kind) {
    case "lower": {
      const func = scope.get("func", c.func);
      return { sort: "core func", value: { kind: "lowered", func, options: canonOptions(c.options, scope) } };
    }
    case "builtin":
      throw scope.notYet(`the built-in ${c.name} (asynchronous functions and threads)`);
    default:
      return { sort: "core func", value: resourceBuiltin(c, scope) };
  }
}

/** That `resource.new` and `resource.rep` name a type of this very component is checked before. */
function resourceBuiltin(
  { kind, resource: index }: Extract<component.Canon, { kind: `resource.${string}` }>,
  scope: Scope,
): CoreValue {
  const resource = scope.get("type", index);
  if (resource === null) throw scope.malformed(`${kind}: expected a resource type, found another type`);
  return { kind: "builtin", name: kind, resource, instance: scope.instance };
}

function canonOptions(options: readonly component.CanonOption[], scope: Scope): CanonOptions {
  const found: { -readonly [K in keyof CanonOptions]: CanonOptions[K] } = {
    encoding: "utf8",
    instance: scope.instance,
  };
  for (const option of options) {
    switch (option.kind) {
      case "string-encoding":
        found.encoding = option.encoding;
        break;
      case "memory":
        found.memory = scope.exported("core memory", option.memory);
        break;
      case "realloc":
        found.realloc = scope.exported("core func", option.func);
        break;
      case "post-return":
        found.postReturn = scope.exported("core func", option.func);
        break;
      default:
        throw scope.notYet(`the canonical option "${option.kind}" (asynchronous functions)`);
    }
  }
  return found;
}
