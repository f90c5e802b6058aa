/**
 * The default spelling of a world: what a program written against WIT gets.
 *
 * Records become classes, `list<u8>` is `StaticArray<u8>` (which crosses without
 * a copy) and other lists are `T[]`, options of references are `T | null`.
 */
import {
  AbiError,
  FAULT_INTERFACE,
  guardedName,
  isGuardedView,
  isProcessView,
  type Field,
  type FunctionType,
  type Interface,
  type NamedType,
  type ResourceType,
  type ValueType,
  type World,
} from "../abi/index.ts";
import {
  type AsField,
  type AsFunction,
  type AsInterface,
  type AsNamedType,
  type AsResource,
  type AsType,
  type AsWorld,
  type ClassRef,
  FAULT_CLASS,
} from "./as-type.ts";
import { type ExportedItem, exportNames } from "./export-names.ts";
import { camelName, distinctNames, pascalName } from "./naming.ts";

/**
 * @param appModule import specifier of the module that has the exported functions.
 * @throws AbiError for a resource that the program would both import and export under one name.
 */
export function annotateWorld(world: World, appModule: string): AsWorld {
  const spelling = new Spelling(world, appModule);
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
    const isView = isGuardedView(item.name, item.interface) || isProcessView(item.name, item.interface);
    const guarded = side === "imports" && isView;
    const annotated = spelling.interface(item.name, item.interface, guarded);
    result.push({ name: item.name, module: side === "imports" ? item.name : module, ...annotated });
  }
  if (own.functions.length > 0 || own.types.length > 0) {
    result.push({ module, ...spelling.interface(undefined, own) });
  }
  if (side === "imports") return result;
  return result.map((item) => ({
    ...item,
    functions: item.functions.map((fn) => spelling.exported(item, fn)),
  }));
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
  /** What the program implements. */
  readonly #exported: ReadonlySet<ResourceType>;
  readonly #appModule: string;
  /** Names of exported functions by interface and WIT name, as `interface#function`. */
  readonly #exportNames = new Map<string, string>();

  constructor(world: World, appModule: string) {
    this.#appModule = appModule;
    this.#exported = exportedResources(world);
    this.worldModule = world.name ?? "$root";
    for (const item of [...world.imports, ...world.exports]) {
      if (item.kind === "interface") this.#nameTypes(item.name, item.interface);
    }
    this.#nameTypes(undefined, {
      types: [...ownItems(world, "imports").types, ...ownItems(world, "exports").types],
      functions: [],
    });
    this.#nameExports(world);
  }

  /** An exported function, with the name that the program exports it by. */
  exported(owner: AsInterface, fn: AsFunction): AsFunction {
    const identifier = this.#exportNames.get(`${owner.name ?? ""}#${fn.name}`);
    return identifier === undefined ? fn : { ...fn, identifier };
  }

  /** `guarded`: each function is there twice, see `AsFunction.exits`. */
  interface(
    name: string | undefined,
    item: Interface,
    guarded = false,
  ): Pick<AsInterface, "types" | "resources" | "functions"> {
    return {
      types: item.types.flatMap(({ name: type, type: named }) =>
        named.kind === "value" ? [this.#namedType(name, type, named)] : [],
      ),
      resources: item.types.flatMap(({ name: type, type: named }) =>
        named.kind === "resource" ? [this.#resource(name, type, named, item, guarded)] : [],
      ),
      functions: this.#functions(
        name,
        item.functions.filter((fn) => !fn.name.startsWith("[")),
        guarded,
      ),
    };
  }

  #functions(
    owner: string | undefined,
    functions: Interface["functions"],
    guarded: boolean,
    taken: readonly string[] = [],
  ): AsFunction[] {
    const names = functions.map((fn) => memberOf(fn, guarded));
    const tries = guarded ? functions.map(tryNameOf) : [];
    const identifiers = distinctNames([...taken, ...names, ...tries], camelName).slice(taken.length);
    return functions.map((fn, i) => {
      const annotated = this.#function(owner, fn.name, fn.type);
      const name = identifiers[i] ?? "";
      if (!guarded) return { ...annotated, identifier: name };
      return { ...annotated, identifier: identifiers[functions.length + i] ?? "", exits: name };
    });
  }

  #resource(
    owner: string | undefined,
    name: string,
    { resource }: Extract<NamedType, { kind: "resource" }>,
    { functions }: Interface,
    guarded: boolean,
  ): AsResource {
    const identifier = this.#identifiers.get(owner)?.get(name) ?? pascalName(name);
    const original = resource.name;
    if (original !== undefined && (original.owner !== owner || original.name !== name)) {
      const from = this.#handleClass(resource);
      return { name, identifier, from, resource, methods: [], statics: [] };
    }
    const members = functions.filter((fn) => fn.name.startsWith("[") && resourceOf(fn.name) === name);
    const named = this.#functions(owner, members, guarded, ["drop"]);
    const starting = (prefix: string): AsFunction[] => named.filter((fn) => fn.name.startsWith(prefix));
    const [constructor] = starting("[constructor]");
    const create = guarded || constructor?.result?.kind === "own" ? constructor : undefined;
    // One that can fail returns a result, which no constructor of TypeScript does.
    const failing = constructor === undefined || create ? [] : [constructor];
    const implementation = { class: this.#handleClass(resource), drops: false };
    return {
      name,
      identifier,
      resource,
      ...(this.#exported.has(resource) && { implementation }),
      ...(create && { create }),
      methods: starting("[method]"),
      statics: [...failing, ...starting("[static]")],
    };
  }

  #nameExports(world: World): void {
    const interfaces = world.exports.flatMap((item): ExportedItem[] =>
      item.kind === "interface" ? [{ owner: item.name, functions: item.interface.functions }] : [],
    );
    const classes = [...this.#exported].map(({ name: { owner, name } = { name: "" } }) => {
      return { owner, name, identifier: this.#identifiers.get(owner)?.get(name) ?? pascalName(name) };
    });
    const { functions } = ownItems(world, "exports");
    for (const named of exportNames([...interfaces, { functions }], classes)) {
      const { kind, owner, name, identifier } = named;
      if (kind === "class") this.#identifiers.get(owner)?.set(name, identifier);
      else this.#exportNames.set(`${owner ?? ""}#${name}`, identifier);
    }
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
    const from = original && this.#classOf(original.owner, original.name);
    const isOwn = original?.owner === owner && original?.name === name;
    if (from === undefined || (isOwn && from !== FAULT_CLASS)) return { name, identifier, type };
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
        const exported = this.#exported.has(type.resource) ? ({ exported: true } as const) : {};
        return { ...type, as: this.#handleClass(type.resource), ...exported };
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

  #handleClass(resource: ResourceType): ClassRef {
    const { owner, name } = resource.name ?? { name: "" };
    const found = this.#classOf(owner, name);
    return this.#exported.has(resource) ? { ...found, module: this.#appModule } : found;
  }

  #classOf(owner: string | undefined, name: string): ClassRef {
    if (owner === FAULT_INTERFACE && name === "fault") return FAULT_CLASS;
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

/** A function's own name, without that of its resource. */
function memberOf({ name, type }: Interface["functions"][number], guarded: boolean): string {
  if (!name.startsWith("[constructor]")) return name.replace(/^.*\./, "");
  return guarded || type.result?.kind === "own" ? "constructor" : "create";
}

/** Of the function that returns the fault. */
function tryNameOf({ name }: Interface["functions"][number]): string {
  return `try-${name.startsWith("[constructor]") ? "create" : name.replace(/^.*\./, "")}`;
}

/** The resources that exported interfaces define. */
function exportedResources(world: World): Set<ResourceType> {
  const found = new Set<ResourceType>();
  for (const item of world.exports) {
    if (item.kind !== "interface") continue;
    for (const { name, type } of item.interface.types) {
      if (type.kind !== "resource" || type.resource.name?.owner !== item.name) continue;
      if (type.resource.name.name !== name) continue;
      refuseBoth(world, item.name, name);
      found.add(type.resource);
    }
  }
  return found;
}

/** Types of an interface that is imported and exported have one class, but the resources are two. */
function refuseBoth(world: World, owner: string, name: string): void {
  const isThere = ({ types }: Interface): boolean =>
    types.some((entry) => entry.name === name && entry.type.kind === "resource");
  const both = world.imports.find((item) => item.kind === "interface" && item.name === owner);
  if (both?.kind !== "interface" || !isThere(both.interface)) return;
  throw new AbiError(
    owner,
    `the resource ${name} would be two classes of one name, for ${owner} is imported and exported; import ${guardedName(owner)} instead, whose resources are its own`,
  );
}
