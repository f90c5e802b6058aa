/**
 * Component types as TypeScript writes them, as the JavaScript engines have them.
 *
 * The engines agree on all but three things: 64-bit integers, the option that is
 * absent, and lists of numbers.
 */
import type { FunctionType, ValueType } from "../../abi/index.ts";
import type { Engine } from "./engine.ts";

/** Where a type is written. */
export interface TypeScope {
  readonly engine: Engine;
  /** Names that stand for themselves here, by the interface that defines them and its name for them. */
  readonly local: ReadonlyMap<string, string>;
}

const TYPED_ARRAYS: Readonly<Record<string, string>> = {
  s8: "Int8Array",
  u16: "Uint16Array",
  s16: "Int16Array",
  u32: "Uint32Array",
  s32: "Int32Array",
  u64: "BigUint64Array",
  s64: "BigInt64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};

/** `get-u8-list` → `getU8List`. */
export function camelCase(kebab: string): string {
  return kebab.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `search-hit` → `SearchHit`. */
export function pascalCase(kebab: string): string {
  const name = camelCase(kebab);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What a type with a name is known by in `TypeScope.local`. */
export function typeKey({ owner = "", name }: { readonly owner?: string; readonly name: string }): string {
  return `${owner}#${name}`;
}

/** `(a: number, b: string) => string`; of a method without `self`. `isOwn`: the program's, which may be asynchronous. */
export function functionText(
  type: FunctionType,
  scope: TypeScope,
  arrow: ":" | " =>",
  isOwn: boolean = false,
): string {
  const params = type.params
    .filter(({ label }, i) => i > 0 || label !== "self")
    .map((param) => `${parameterName(param.label)}: ${typeText(param.type, scope)}`);
  const result = resultText(type.result, scope);
  return `(${params.join(", ")})${arrow} ${result}${isOwn ? ` | Promise<${result}>` : ""}`;
}

function parameterName(label: string): string {
  const name = camelCase(label);
  return RESERVED.test(name) ? `${name}_` : name;
}

/** What no function or parameter can be called in a module. */
export const RESERVED: RegExp =
  /^(?:arguments|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|eval|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/;

/** The error case of a result is thrown. */
function resultText(result: ValueType | undefined, scope: TypeScope): string {
  const type = result?.kind === "result" && result.name === undefined ? result.ok : result;
  return type === undefined ? "void" : typeText(type, scope);
}

/** By its name where it has one here. */
function typeText(type: ValueType, scope: TypeScope): string {
  const name = type.name && scope.local.get(typeKey(type.name));
  return name ?? structureText(type, scope);
}

/** What a type is made of. */
export function structureText(type: ValueType, scope: TypeScope): string {
  const text = (inner: ValueType): string => typeText(inner, scope);
  const payload = (inner: ValueType | undefined): string =>
    inner === undefined ? "" : `; val: ${text(inner)}`;
  switch (type.kind) {
    case "bool":
      return "boolean";
    case "char":
    case "string":
      return "string";
    case "s64":
    case "u64":
      return scope.engine === "starlingmonkey" ? "bigint" : "number";
    case "list":
      return listText(type.element, scope);
    case "map":
      return `Map<${text(type.key)}, ${text(type.value)}>`;
    case "tuple":
      return `[${type.types.map(text).join(", ")}]`;
    case "record":
      return `{ ${type.fields.map((field) => `${camelCase(field.label)}: ${text(field.type)}`).join("; ")} }`;
    case "variant":
      return type.cases.map((one) => `{ tag: "${one.label}"${payload(one.type)} }`).join(" | ");
    case "enum":
      return type.labels.map((label) => `"${label}"`).join(" | ");
    case "flags":
      return `{ ${type.labels.map((label) => `${camelCase(label)}?: boolean`).join("; ")} }`;
    case "option":
      return optionText(type.type, scope);
    case "result":
      return `{ tag: "ok"${payload(type.ok)} } | { tag: "err"${payload(type.err)} }`;
    case "own":
    case "borrow":
      return scope.local.get(typeKey(type.resource.name ?? { name: "" })) ?? "object";
    default:
      return "number";
  }
}

function listText(element: ValueType, scope: TypeScope): string {
  if (element.kind === "u8") return "Uint8Array";
  const typed = scope.engine === "starlingmonkey" ? TYPED_ARRAYS[element.kind] : undefined;
  return typed ?? `Array<${typeText(element, scope)}>`;
}

/** An option of an option says which of the two is absent. */
function optionText(inner: ValueType, scope: TypeScope): string {
  const text = typeText(inner, scope);
  if (inner.kind === "option") return `{ tag: "none" } | { tag: "some"; val: ${text} }`;
  return `(${text}) | ${scope.engine === "starlingmonkey" ? "undefined" : "null"}`;
}
