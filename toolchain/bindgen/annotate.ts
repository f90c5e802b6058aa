/**
 * The default spelling of a world: what a program written against WIT gets.
 *
 * Records become classes, `list<u8>` is `StaticArray<u8>` (which crosses without
 * a copy) and other lists are `T[]`, options of references are `T | null`.
 */
import {
  AbiError,
  handlesOfFunction,
  type Field,
  type FunctionType,
  type Interface,
  type NamedType,
  type ValueType,
  type World,
} from "../abi/index.ts";
import type {
  AsField,
  AsFunction,
  AsInterface,
  AsNamedType,
  AsResource,
  AsType,
  AsWorld,
  ClassRef,
} from "./as-type.ts";
import { camelName, distinctNames, pascalName } from "./naming.ts";

/**
 * @param appModule import specifier of the module that has the exported functions.
 * @throws AbiError for resources in exports, which bindings do not know yet.
 */
export function annotateWorld(world: World, appModule: string): AsWorld {
  const spelling = new Spelling(world);
  return {
    imports: annotateItems(world, "imports", spelling, spelling.worldModule),
    exports: annotateItems(world, "exports", spelling, appModule),
  };
}

/** The items of one side; functions of the world itself come together, after the interfaces. */
function annotateItems(
  world: World,
  side: "imports" | "exports",
  spelling: Spelling,
  module: string,
): AsInterface[] {
  const result: AsInterface[] = [];
  const own = ownItems(world, side);
  for (const item of world[side]) {
    if (item.kind !== "interface") continue;
    const annotated = spelling.interface(item.name, item.interface, side);
    result.push({ name: item.name, module: side === "imports" ? item.name : module, ...annotated });
  }
  if (own.functions.length > 0 || own.types.length > 0) {
    result.push({ module, ...spelling.interface(undefined, own, side) });
  }
  return result;
}

/** What the world imports or exports without an interface around it. */
function ownItems(world: World, side: "imports" | "exports"): Interface {
  const functions: { name: string; type: FunctionType }[] = [];
  const types: { name: string; type: NamedType }[] = [];
  for (const item of world[side]) {
    if (item.kind === "function") functions.push(item);
    if (item.kind === "type") types.push(item);
  }
  return { functions, types };
}

class Spelling {
  /** What the world's own functions and types are imported by. */
  readonly worldModule: string;
  /** Identifiers by owner, then WIT name; subclasses under `variant.case`. */
  readonly #identifiers = new Map<string | undefined, Map<string, string>>();

  constructor(world: World) {
    this.worldModule = world.name ?? "$root";
    for (const item of [...world.imports, ...world.exports]) {
      if (item.kind === "interface") this.#nameTypes(item.name, item.interface);
    }
    this.#nameTypes(undefined, {
      types: [...ownItems(world, "imports").types, ...ownItems(world, "exports").types],
      functions: [],
    });
  }

  interface(
    name: string | undefined,
    item: Interface,
    side: "imports" | "exports",
  ): Pick<AsInterface, "types" | "resources" | "functions"> {
    if (side === "exports") refuseResources(name, item);
    return {
      types: item.types.flatMap(({ name: type, type: named }) =>
        named.kind === "value" ? [this.#namedType(name, type, named)] : [],
      ),
      resources: item.types.flatMap(({ name: type, type: named }) =>
        named.kind === "resource" ? [this.#resource(name, type, named, item)] : [],
      ),
      functions: this.#functions(
        name,
        item.functions.filter((fn) => !fn.name.startsWith("[")),
        (fn) => fn.name,
      ),
    };
  }

  /** `nameOf`: a function's own name, without that of its resource. */
  #functions(
    owner: string | undefined,
    functions: Interface["functions"],
    nameOf: (fn: Interface["functions"][number]) => string,
    taken: readonly string[] = [],
  ): AsFunction[] {
    const names = [...taken, ...functions.map(nameOf)];
    const identifiers = distinctNames(names, camelName).slice(taken.length);
    return functions.map((fn, i) => ({
      ...this.#function(owner, fn.name, fn.type),
      identifier: identifiers[i] ?? "",
    }));
  }

  #resource(
    owner: string | undefined,
    name: string,
    { resource }: Extract<NamedType, { kind: "resource" }>,
    { functions }: Interface,
  ): AsResource {
    const identifier = this.#identifiers.get(owner)?.get(name) ?? pascalName(name);
    const original = resource.name;
    if (original !== undefined && (original.owner !== owner || original.name !== name)) {
      const from = this.#classOf(original.owner, original.name);
      return { name, identifier, from, methods: [], statics: [] };
    }
    const members = functions.filter((fn) => fn.name.startsWith("[") && resourceOf(fn.name) === name);
    const named = this.#functions(owner, members, memberOf, ["drop"]);
    const starting = (prefix: string): AsFunction[] => named.filter((fn) => fn.name.startsWith(prefix));
    const [constructor] = starting("[constructor]");
    const create = constructor?.result?.kind === "own" ? constructor : undefined;
    // One that can fail returns a result, which no constructor of TypeScript does.
    const failing = constructor === undefined || create ? [] : [constructor];
    return {
      name,
      identifier,
      ...(create && { create }),
      methods: starting("[method]"),
      statics: [...failing, ...starting("[static]")],
    };
  }

  #nameTypes(owner: string | undefined, item: Interface): void {
    const names = new Map<string, string>();
    const taken = new Set<string>();
    const take = (key: string, wanted: string): void => {
      let name = wanted;
      while (taken.has(name)) name += "_";
      taken.add(name);
      names.set(key, name);
    };
    for (const { name } of item.types) take(name, pascalName(name));
    for (const { name, type } of item.types) {
      if (type.kind !== "value" || type.type.kind !== "variant") continue;
      for (const { label } of type.type.cases) {
        take(`${name}.${label}`, `${names.get(name)}${pascalName(label).replace(/_$/, "")}`);
      }
    }
    this.#identifiers.set(owner, names);
  }

  #namedType(
    owner: string | undefined,
    name: string,
    named: Extract<NamedType, { kind: "value" }>,
  ): AsNamedType {
    const identifier = this.#identifiers.get(owner)?.get(name) ?? pascalName(name);
    const type = this.#type(named.type, `${owner ?? "world"} / type ${name}`);
    const original = named.type.name;
    if (original === undefined || (original.owner === owner && original.name === name)) {
      return { name, identifier, type };
    }
    const from = this.#classOf(original.owner, original.name);
    const used = { name, identifier, type, from };
    if (type.kind !== "variant") return used;
    const own = this.#identifiers.get(owner);
    const cases = type.cases.map(({ label, class: case_ }) => ({
      from: case_,
      identifier: own?.get(`${name}.${label}`) ?? case_.name,
    }));
    return { ...used, cases };
  }

  #function(owner: string | undefined, name: string, type: FunctionType): Omit<AsFunction, "identifier"> {
    const path = `${owner ?? "world"} / function ${name}`;
    return {
      name,
      params: this.#fields(type.params, path),
      ...(type.result === undefined ? {} : { result: this.#type(type.result, path) }),
    };
  }

  #fields(fields: readonly Field[], path: string): AsField[] {
    const identifiers = distinctNames(
      fields.map((field) => field.label),
      camelName,
    );
    return fields.map(({ label, type }, i) => ({
      label,
      identifier: identifiers[i] ?? "",
      type: this.#type(type, path),
    }));
  }

  #type(type: ValueType, path: string): AsType {
    const name = type.name === undefined ? {} : { name: type.name };
    const inner = (t: ValueType): AsType => this.#type(t, path);
    switch (type.kind) {
      case "list":
        return { ...name, ...type, element: inner(type.element), as: listSpelling(type) };
      case "map":
        return { ...name, kind: "map", key: inner(type.key), value: inner(type.value) };
      case "record":
        return {
          ...name,
          kind: "record",
          fields: this.#fields(type.fields, path),
          as: { class: this.#nameOf(type, path), construct: "fields" },
        };
      case "tuple":
        return { ...name, kind: "tuple", types: type.types.map(inner) };
      case "variant":
        return this.#variant(type, path);
      case "enum":
      case "flags":
        return { ...type, as: this.#nameOf(type, path) };
      case "option": {
        const held = inner(type.type);
        return { ...name, kind: "option", type: held, as: isReference(held) ? "null" : "Option" };
      }
      case "result":
        return {
          ...name,
          kind: "result",
          ...(type.ok === undefined ? {} : { ok: inner(type.ok) }),
          ...(type.err === undefined ? {} : { err: inner(type.err) }),
        };
      case "own":
      case "borrow": {
        const { owner, name: resource } = type.resource.name ?? { name: "" };
        return { ...type, as: this.#classOf(owner, resource) };
      }
      default:
        return type;
    }
  }

  #variant(type: Extract<ValueType, { kind: "variant" }>, path: string): AsType {
    const base = this.#nameOf(type, path);
    const names = this.#identifiers.get(type.name?.owner);
    return {
      ...(type.name === undefined ? {} : { name: type.name }),
      kind: "variant",
      cases: type.cases.map((c) => ({
        label: c.label,
        class: {
          module: base.module,
          name: names?.get(`${type.name?.name}.${c.label}`) ?? `${base.name}${pascalName(c.label)}`,
        },
        construct: "fields",
        ...(c.type === undefined ? {} : { type: this.#type(c.type, path) }),
      })),
      as: base,
    };
  }

  #nameOf(type: ValueType, path: string): ClassRef {
    if (type.name === undefined) {
      throw new AbiError(path, `a ${type.kind} without a name: give it one, so that it can be a class`);
    }
    return this.#classOf(type.name.owner, type.name.name);
  }

  #classOf(owner: string | undefined, name: string): ClassRef {
    return {
      module: owner ?? this.worldModule,
      name: this.#identifiers.get(owner)?.get(name) ?? pascalName(name),
    };
  }
}

function listSpelling(type: Extract<ValueType, { kind: "list" }>): "Array" | "StaticArray" {
  return type.length !== undefined || type.element.kind === "u8" ? "StaticArray" : "Array";
}

/** Whether `T | null` can be said of it. */
function isReference(type: AsType): boolean {
  switch (type.kind) {
    case "string":
    case "list":
    case "map":
    case "record":
    case "tuple":
    case "variant":
    case "result":
    case "own":
    case "borrow":
      return true;
    case "option":
      return type.as === "Option";
    default:
      return false;
  }
}

/** The resource of `[constructor]blob`, `[method]blob.get` or `[static]blob.sum`. */
function resourceOf(name: string): string {
  return name.replace(/^\[\w+\]/, "").replace(/\..*$/, "");
}

function memberOf({ name, type }: Interface["functions"][number]): string {
  if (!name.startsWith("[constructor]")) return name.replace(/^.*\./, "");
  return type.result?.kind === "own" ? "constructor" : "create";
}

/** A program can use resources; to implement them, or to be given them, is to come. */
function refuseResources(owner: string | undefined, { types, functions }: Interface): void {
  const where = owner ?? "the world";
  const named = types.find(({ type }) => type.kind === "resource")?.name;
  const passed = functions.flatMap(({ type }) => handlesOfFunction(type))[0]?.resource.name?.name;
  const name = named ?? passed;
  if (name === undefined) return;
  throw new AbiError(
    where,
    `resources in exports are not supported yet: ${where} has the resource ${name}; pass a number that stands for it, or its data as a record`,
  );
}
