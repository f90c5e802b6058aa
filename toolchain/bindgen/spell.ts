/** How a type is spelled in a generated file, and a name and key for helpers of it. */
import { AbiError } from "../abi/index.ts";
import type { AsType } from "./as-type.ts";
import { pascalName } from "./naming.ts";
import { ATOLL, type SourceFile } from "./source-file.ts";

const PRIMITIVES = {
  bool: "bool",
  s8: "i8",
  u8: "u8",
  s16: "i16",
  u16: "u16",
  s32: "i32",
  u32: "u32",
  s64: "i64",
  u64: "u64",
  f32: "f32",
  f64: "f64",
  string: "string",
} as const;

/** Tuples of module "atoll" go this far. */
const MAX_TUPLE = 16;

/** The type as the file writes it; what it names is imported. */
export function spell(file: SourceFile, type: AsType): string {
  const all = (types: readonly AsType[]): string => types.map((t) => spell(file, t)).join(", ");
  switch (type.kind) {
    case "list":
      return spellList(type.as, spell(file, type.element));
    case "map":
      return `Map<${all([type.key, type.value])}>`;
    case "record":
      return file.use(type.as.class);
    case "tuple":
      return `${file.use(tupleClass(type.types.length))}<${all(type.types)}>`;
    case "variant":
    case "enum":
    case "flags":
    case "own":
    case "borrow":
      return file.use(type.as);
    case "option":
      if (type.as === "null") return `${spell(file, type.type)} | null`;
      return `${atoll(file, "Option")}<${spell(file, type.type)}>`;
    case "result":
      return `${atoll(file, "Result")}<${resultSide(file, type.ok)}, ${resultSide(file, type.err)}>`;
    case "char":
      return type.as === undefined || type.as === "Char" ? atoll(file, "Char") : type.as;
    default:
      return type.as ?? PRIMITIVES[type.kind];
  }
}

export function atoll(file: SourceFile, name: string): string {
  return file.use({ module: ATOLL, name });
}

/** Spelling of one side of a result. */
export function resultSide(file: SourceFile, type: AsType | undefined): string {
  return type === undefined ? atoll(file, "Void") : spell(file, type);
}

function tupleClass(arity: number): { module: string; name: string } {
  if (arity > MAX_TUPLE) {
    throw new AbiError(
      "",
      `a tuple of ${arity} members: bindings go to ${MAX_TUPLE}; use a record with named fields`,
    );
  }
  return { module: ATOLL, name: `Tuple${arity}` };
}

/** The class of a list after `new`. */
export function spellConstructor(file: SourceFile, type: Extract<AsType, { kind: "list" }>): string {
  return type.as === "Array" ? `Array<${spell(file, type.element)}>` : spell(file, type);
}

function spellList(as: string, element: string): string {
  if (as === "StaticArray") return `StaticArray<${element}>`;
  if (as !== "Array") return as;
  return element.includes("|") ? `Array<${element}>` : `${element}[]`;
}

/** A name for helpers of the type: `Hit`, `HitList`, `OptionU32`; a short one if that gets long. */
export function nameOf(type: AsType): string {
  const name = fullName(type);
  return name.length <= LONG_NAME ? name : pascalName(type.kind).replace(/_$/, "");
}

const LONG_NAME = 40;

function fullName(type: AsType): string {
  switch (type.kind) {
    case "list":
      return `${nameOf(type.element)}List${type.length ?? ""}`;
    case "map":
      return `${nameOf(type.key)}${nameOf(type.value)}Map`;
    case "record":
      return type.as.class.name;
    case "variant":
    case "enum":
    case "flags":
    case "own":
    case "borrow":
      return type.as.name;
    case "tuple":
      return type.types.length > 3 ? `Tuple${type.types.length}` : `${type.types.map(nameOf).join("")}Tuple`;
    case "option":
      return `Option${nameOf(type.type)}`;
    case "result":
      return `Result${sideName(type.ok)}${sideName(type.err)}`;
    default:
      return pascalName(type.kind).replace(/_$/, "");
  }
}

function sideName(type: AsType | undefined): string {
  return type === undefined ? "Void" : nameOf(type);
}

/** The same for two types only if one helper serves both. */
export function keyOf(type: AsType): string {
  switch (type.kind) {
    case "list":
      return `${type.as}${type.length ?? ""}<${keyOf(type.element)}>`;
    case "map":
      return `map<${keyOf(type.key)},${keyOf(type.value)}>`;
    case "record":
      return `${type.as.class.module}#${type.as.class.name}`;
    case "variant":
    case "enum":
    case "flags":
      return `${type.as.module}#${type.as.name}`;
    case "own":
    case "borrow":
      return `${type.kind} ${type.as.module}#${type.as.name}`;
    case "tuple":
      return `(${type.types.map(keyOf).join(",")})`;
    case "option":
      return `${type.as}<${keyOf(type.type)}>`;
    case "result":
      return `result<${sideKey(type.ok)},${sideKey(type.err)}>`;
    default:
      return `${type.kind}:${type.as ?? ""}`;
  }
}

function sideKey(type: AsType | undefined): string {
  return type === undefined ? "_" : keyOf(type);
}
