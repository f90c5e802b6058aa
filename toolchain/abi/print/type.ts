/**
 * Types as WIT text.
 *
 * A type that has a name prints as that name, unless everything is to be shown.
 * Expanded records and the like are no WIT, which only knows them as definitions;
 * they are for messages. Source: Component Model WIT.md, "Types".
 */
import type { FunctionType, ResourceType, TypeName, ValueType } from "../types.ts";

/** What a named type is called where text is printed; `undefined` has its structure printed. */
export type LocalName = (name: TypeName) => string | undefined;

/** A type as WIT writes it, named types by their own name. */
export function printType(type: ValueType, local: LocalName = ownName): string {
  const name = type.name === undefined ? undefined : local(type.name);
  return name === undefined ? printStructure(type, local) : identifier(name);
}

/** A type with nothing hidden behind a name, for messages that show two types side by side. */
export function printTypeExpanded(type: ValueType): string {
  return printType(type, () => undefined);
}

/** Such as `func(name: string) -> u32`. */
export function printFunction(type: FunctionType, local: LocalName = ownName): string {
  const params = type.params.map((param) => `${identifier(param.label)}: ${printType(param.type, local)}`);
  const result = type.result === undefined ? "" : ` -> ${printType(type.result, local)}`;
  return `${type.async ? "async " : ""}func(${params.join(", ")})${result}`;
}

/** The body of a type, even if it has a name. */
function printStructure(type: ValueType, local: LocalName): string {
  const print = (inner: ValueType): string => printType(inner, local);
  switch (type.kind) {
    case "list":
      return type.length === undefined
        ? `list<${print(type.element)}>`
        : `list<${print(type.element)}, ${type.length}>`;
    case "map":
      return `map<${print(type.key)}, ${print(type.value)}>`;
    case "tuple":
      return `tuple<${type.types.map(print).join(", ")}>`;
    case "option":
      return `option<${print(type.type)}>`;
    case "result":
      return printResult(type.ok, type.err, print);
    case "record":
    case "variant":
    case "enum":
    case "flags":
      return oneLine(type.kind, members(type, local));
    case "own":
      return resourceName(type.resource, local);
    case "borrow":
      return `borrow<${resourceName(type.resource, local)}>`;
    default:
      return type.kind;
  }
}

/** A definition as it stands in an interface, such as `record point { x: s32 }`. */
export function printDefinition(name: string, type: ValueType, local: LocalName): string {
  switch (type.kind) {
    case "record":
    case "variant":
    case "enum":
    case "flags": {
      const head = `${type.kind} ${identifier(name)}`;
      const short = oneLine(head, members(type, local));
      return short.length <= MAX_LINE ? short : lines(head, members(type, local), ",");
    }
    default:
      return `type ${identifier(name)} = ${printStructure(type, local)};`;
  }
}

/** A name as WIT takes it: `%` keeps it from being read as a keyword. */
export function identifier(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

function resourceName(resource: ResourceType, local: LocalName): string {
  if (resource.name === undefined) return "resource";
  return identifier(local(resource.name) ?? resource.name.name);
}

function ownName(name: TypeName): string {
  return name.name;
}

function printResult(
  ok: ValueType | undefined,
  err: ValueType | undefined,
  print: (type: ValueType) => string,
): string {
  if (err !== undefined) return `result<${ok === undefined ? "_" : print(ok)}, ${print(err)}>`;
  return ok === undefined ? "result" : `result<${print(ok)}>`;
}

function members(
  type: Extract<ValueType, { kind: "record" | "variant" | "enum" | "flags" }>,
  local: LocalName,
): string[] {
  if (type.kind === "record") {
    return type.fields.map((field) => `${identifier(field.label)}: ${printType(field.type, local)}`);
  }
  if (type.kind !== "variant") return type.labels.map(identifier);
  return type.cases.map(
    (c) => identifier(c.label) + (c.type === undefined ? "" : `(${printType(c.type, local)})`),
  );
}

function oneLine(head: string, parts: readonly string[]): string {
  return `${head} { ${parts.join(", ")} }`;
}

/** A definition over several lines, `end` after each part. */
export function lines(head: string, parts: readonly string[], end: "," | ";"): string {
  return `${head} {\n${parts.map((part) => `  ${part}${end}\n`).join("")}}`;
}

/** Longer definitions are printed over several lines. */
const MAX_LINE = 80;

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "as async bool borrow char constructor enum error-context export f32 f64 flags from func future import " +
    "include interface list map option own package record resource result s16 s32 s64 s8 static stream string " +
    "tuple type u16 u32 u64 u8 use variant with world"
  ).split(" "),
);
