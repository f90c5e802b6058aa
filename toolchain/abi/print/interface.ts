/**
 * Interfaces as WIT text: types, resources with their functions, functions.
 *
 * Source: Component Model WIT.md, "Item: `interface`".
 */
import type { FunctionType, TypeName } from "../types.ts";
import type { Interface, NamedType } from "../world.ts";
import { identifier, lines, type LocalName, printDefinition, printFunction, printType } from "./type.ts";

/** Documentation by item path, such as `search:index/api#hit` or `search:index/store#blob.read`. */
export type PrintedDocs = ReadonlyMap<string, string>;

/** How an interface is written where it is named: whole, or short inside its own package. */
export type Reference = (id: string) => string;

type TypeEntry = Interface["types"][number];
type FunctionEntry = Interface["functions"][number];

/** The lines between the braces of an interface, or of the part of a world that has its own types. */
export function printItems(
  { types, functions }: Interface,
  owner: string | undefined,
  reference: Reference,
  docs: PrintedDocs = new Map(),
): string[] {
  const local = localNames(types);
  const told = (item: string): string => comment(docs.get(`${owner}#${item}`));
  const methods = functions.filter(({ name }) => name.startsWith("["));
  const isForeign = (entry: TypeEntry): boolean => foreignOwner(entry, owner) !== undefined;
  return [
    ...printUses(types.filter(isForeign), owner, reference),
    ...types
      .filter((entry) => !isForeign(entry))
      .map((entry) => told(entry.name) + printTypeEntry(entry, methods, local, told)),
    ...functions
      .filter(({ name }) => !name.startsWith("["))
      .map(({ name, type }) => `${told(name)}${identifier(name)}: ${printFunction(type, local)};`),
  ];
}

/** Lines of documentation, with a line break after them, or nothing. */
function comment(text = ""): string {
  return text === "" ? "" : text.replaceAll(/^/gm, "/// ").concat("\n");
}

/** The names under which a scope knows types: its own, and those it uses from elsewhere. */
export function localNames(types: readonly TypeEntry[]): LocalName {
  const names = new Map<string, string>();
  for (const { name, type } of types) {
    const original = originalName(type);
    if (original !== undefined && !names.has(keyOf(original))) names.set(keyOf(original), name);
  }
  return (name) => names.get(keyOf(name));
}

/** One line for each interface that types are taken from. */
function printUses(types: readonly TypeEntry[], owner: string | undefined, reference: Reference): string[] {
  const byOwner = Map.groupBy(types, (entry) => foreignOwner(entry, owner) ?? "");
  return [...byOwner].map(([from, entries]) => {
    const names = entries.map(({ name, type }) => {
      const original = originalName(type)?.name ?? name;
      return identifier(original) + (original === name ? "" : ` as ${identifier(name)}`);
    });
    return `use ${reference(from)}.{${names.join(", ")}};`;
  });
}

/** The interface that defines a type, when it is another than the one it is printed in. */
function foreignOwner({ type }: TypeEntry, owner: string | undefined): string | undefined {
  const original = originalName(type)?.owner;
  return original === owner ? undefined : original;
}

function printTypeEntry(
  { name, type }: TypeEntry,
  methods: readonly FunctionEntry[],
  local: LocalName,
  told: (item: string) => string,
): string {
  const original = originalName(type)?.name ?? name;
  if (original !== name) return `type ${identifier(name)} = ${identifier(original)};`;
  if (type.kind === "value") return printDefinition(name, type.type, local);
  return printResource(name, methods, local, told);
}

function printResource(
  name: string,
  functions: readonly FunctionEntry[],
  local: LocalName,
  told: (item: string) => string,
): string {
  const parts = functions.flatMap((entry) => {
    const text = resourceFunction(name, entry, local);
    const label = entry.name.startsWith("[constructor]")
      ? `${name}.constructor`
      : entry.name.replace(/^\[\w+\]/, "");
    return text === undefined ? [] : [(told(label) + text).replaceAll("\n", "\n  ")];
  });
  if (parts.length === 0) return `resource ${identifier(name)};`;
  return lines(`resource ${identifier(name)}`, parts, ";");
}

/** A function of a resource without what its place says already: `self`, or the result of a constructor. */
function resourceFunction(
  resource: string,
  { name, type }: FunctionEntry,
  local: LocalName,
): string | undefined {
  if (name === `[constructor]${resource}`) {
    const fallible = type.result?.kind === "result" ? ` -> ${printType(type.result, local)}` : "";
    const { params } = type;
    return `${printFunction({ async: false, params }, local).replace(/^func/, "constructor")}${fallible}`;
  }
  const [prefix, label] = splitMethod(name, resource);
  if (label === undefined) return undefined;
  if (prefix === "[static]") return `${identifier(label)}: static ${printFunction(type, local)}`;
  const method: FunctionType = { ...type, params: type.params.slice(1) };
  return `${identifier(label)}: ${printFunction(method, local)}`;
}

function splitMethod(name: string, resource: string): [string, string | undefined] {
  for (const prefix of ["[method]", "[static]"]) {
    if (name.startsWith(`${prefix}${resource}.`))
      return [prefix, name.slice(prefix.length + resource.length + 1)];
  }
  return ["", undefined];
}

function originalName(type: NamedType): TypeName | undefined {
  return type.kind === "value" ? type.type.name : type.resource.name;
}

function keyOf({ owner, name }: TypeName): string {
  return `${owner ?? ""}#${name}`;
}
