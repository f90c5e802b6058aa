/**
 * Interfaces as WIT text: types, resources with their functions, functions.
 *
 * Source: Component Model WIT.md, "Item: `interface`".
 */
import type { FunctionType, TypeName } from "../types.ts";
import type { Interface, NamedType } from "../world.ts";
import { identifier, type LocalName, printDefinition, printFunction, printType } from "./type.ts";

/** How an interface is written where it is named: whole, or short inside its own package. */
export type Reference = (id: string) => string;

type TypeEntry = Interface["types"][number];
type FunctionEntry = Interface["functions"][number];

/** The lines between the braces of an interface, or of the part of a world that has its own types. */
export function printItems(
  { types, functions }: Interface,
  owner: string | undefined,
  reference: Reference,
): string[] {
  const local = localNames(types);
  const methods = functions.filter(({ name }) => name.startsWith("["));
  return [
    ...types.map((entry) => printTypeEntry(entry, owner, methods, local, reference)),
    ...functions
      .filter(({ name }) => !name.startsWith("["))
      .map(({ name, type }) => `${identifier(name)}: ${printFunction(type, local)};`),
  ];
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

function printTypeEntry(
  { name, type }: TypeEntry,
  owner: string | undefined,
  methods: readonly FunctionEntry[],
  local: LocalName,
  reference: Reference,
): string {
  const original = originalName(type) ?? { name };
  if (original.owner !== owner && original.owner !== undefined) {
    const renamed = original.name === name ? "" : ` as ${identifier(name)}`;
    return `use ${reference(original.owner)}.{${identifier(original.name)}${renamed}};`;
  }
  if (original.name !== name) return `type ${identifier(name)} = ${identifier(original.name)};`;
  if (type.kind === "value") return printDefinition(name, type.type, local);
  return printResource(name, methods, local);
}

function printResource(name: string, functions: readonly FunctionEntry[], local: LocalName): string {
  const lines = functions.flatMap((entry) => resourceFunction(name, entry, local) ?? []);
  if (lines.length === 0) return `resource ${identifier(name)};`;
  return `resource ${identifier(name)} { ${lines.join(" ")} }`;
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
    return `${printFunction({ async: false, params }, local).replace(/^func/, "constructor")}${fallible};`;
  }
  const [prefix, label] = splitMethod(name, resource);
  if (label === undefined) return undefined;
  if (prefix === "[static]") return `${identifier(label)}: static ${printFunction(type, local)};`;
  const method: FunctionType = { ...type, params: type.params.slice(1) };
  return `${identifier(label)}: ${printFunction(method, local)};`;
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
