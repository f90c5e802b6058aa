/** Value types and interfaces as WIT text, as the inferred world is shown and embedded. */
import type { ValueType } from "../../abi/index.ts";

export interface WitFunction {
  readonly name: string;
  readonly params: readonly { readonly label: string; readonly type: ValueType }[];
  readonly result?: ValueType;
}

export interface WitInterface {
  /** Complete id, such as `local:query/api`. */
  readonly id: string;
  readonly types: readonly ValueType[];
  readonly functions: readonly WitFunction[];
  /** By item path; see `BindingsInput.docs` of bindgen. */
  readonly docs: ReadonlyMap<string, string>;
}

/** `interface api { … }`, with `use` for the types of other interfaces. */
export function printInterface(wit: WitInterface): string {
  const printer = new Printer(wit);
  return printer.print();
}

/** A type as it is written where it is used: by its name if it has one. */
export function printType(type: ValueType): string {
  return spell(type, (inner) => (inner.name === undefined ? undefined : escaped(inner.name.name)));
}

/** `func(a: u32) -> string` */
export function printFunction({ params, result }: Omit<WitFunction, "name">, print: (type: ValueType) => string = printType): string {
  const list = params.map(({ label, type }) => `${escaped(label)}: ${print(type)}`).join(", ");
  return `func(${list})${result === undefined ? "" : ` -> ${print(result)}`}`;
}

/** A name of WIT, with `%` where it would be a keyword. */
export function escaped(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

class Printer {
  readonly #wit: WitInterface;
  /** Owner and name of a used type → what it is called here. */
  readonly #used = new Map<string, Map<string, string>>();
  readonly #taken: Set<string>;

  constructor(wit: WitInterface) {
    this.#wit = wit;
    this.#taken = new Set(wit.types.map((type) => type.name?.name ?? ""));
  }

  print(): string {
    const { id, types, functions } = this.#wit;
    const items = [
      ...types.map((type) => this.#declaration(type)),
      ...functions.map((one) => `${this.#docs(`#${one.name}`)}  ${escaped(one.name)}: ${printFunction(one, (type) => this.#type(type))};\n`),
    ];
    const uses = [...this.#used].map(([owner, names]) => `  use ${owner}.{${[...names].map(([name, as]) => (name === as ? escaped(name) : `${escaped(name)} as ${as}`)).join(", ")}};\n`);
    const name = id.replace(/@.*/, "").split("/")[1] ?? id;
    return `${this.#docs("", "")}interface ${escaped(name)} {\n${[uses.join(""), ...items].filter((item) => item !== "").join("\n")}}\n`;
  }

  #declaration(type: ValueType): string {
    const name = type.name?.name ?? "";
    const path = `#${name}`;
    const head = `${this.#docs(path)}  ${type.kind} ${escaped(name)} {\n`;
    const member = (label: string, rest: string): string => `${this.#docs(`${path}.${label}`, "    ")}    ${escaped(label)}${rest},\n`;
    switch (type.kind) {
      case "record":
        return `${head}${type.fields.map((field) => member(field.label, `: ${this.#type(field.type)}`)).join("")}  }\n`;
      case "variant":
        return `${head}${type.cases.map((one) => member(one.label, one.type === undefined ? "" : `(${this.#type(one.type)})`)).join("")}  }\n`;
      case "enum":
      case "flags":
        return `${head}${type.labels.map((label) => member(label, "")).join("")}  }\n`;
      default:
        return `${this.#docs(path)}  type ${escaped(name)} = ${spell(type, () => undefined)};\n`;
    }
  }

  #type(type: ValueType): string {
    return spell(type, ({ name }) => {
      if (name === undefined) return undefined;
      return name.owner === undefined || name.owner === this.#wit.id ? escaped(name.name) : this.#use(name.owner, name.name);
    });
  }

  #use(owner: string, name: string): string {
    const names = this.#used.get(owner) ?? new Map<string, string>();
    this.#used.set(owner, names);
    const known = names.get(name);
    if (known !== undefined) return escaped(known);
    const local = this.#free(name, owner);
    this.#taken.add(local);
    names.set(name, local);
    return escaped(local);
  }

  /** Two interfaces may have types of one name: the second is used under its interface's name too. */
  #free(name: string, owner: string): string {
    const prefix = owner.replace(/@.*/, "").split(/[:/]/);
    const candidates = [name, `${prefix[2]}-${name}`, `${prefix[1]}-${prefix[2]}-${name}`];
    return candidates.find((candidate) => !this.#taken.has(candidate)) ?? `${prefix.join("-")}-${name}`;
  }

  #docs(path: string, indent = "  "): string {
    const text = this.#wit.docs.get(`${this.#wit.id}${path}`);
    return text === undefined ? "" : text.split("\n").map((line) => `${indent}/// ${line}`.trimEnd() + "\n").join("");
  }
}

type NameOf = (type: ValueType) => string | undefined;

function spell(type: ValueType, nameOf: NameOf): string {
  const inner = (part: ValueType): string => nameOf(part) ?? spell(part, nameOf);
  const name = nameOf(type);
  if (name !== undefined) return name;
  switch (type.kind) {
    case "list":
      return `list<${inner(type.element)}${type.length === undefined ? "" : `, ${type.length}`}>`;
    case "map":
      return `map<${inner(type.key)}, ${inner(type.value)}>`;
    case "tuple":
      return `tuple<${type.types.map(inner).join(", ")}>`;
    case "option":
      return `option<${inner(type.type)}>`;
    case "result":
      return spellResult(type.ok, type.err, inner);
    case "record":
      return `record { ${type.fields.map((field) => `${escaped(field.label)}: ${inner(field.type)}`).join(", ")} }`;
    case "variant":
      return `variant { ${type.cases.map((one) => (one.type === undefined ? one.label : `${one.label}(${inner(one.type)})`)).join(", ")} }`;
    case "enum":
    case "flags":
      return `${type.kind} { ${type.labels.join(", ")} }`;
    case "own":
      return type.resource.name?.name ?? "resource";
    case "borrow":
      return `borrow<${type.resource.name?.name ?? "resource"}>`;
    default:
      return type.kind;
  }
}

function spellResult(ok: ValueType | undefined, err: ValueType | undefined, inner: (type: ValueType) => string): string {
  if (err === undefined) return ok === undefined ? "result" : `result<${inner(ok)}>`;
  return `result<${ok === undefined ? "_" : inner(ok)}, ${inner(err)}>`;
}

/** Component Model WIT.md, "Keywords". */
const KEYWORDS = new Set(
  `as async bool borrow char constructor enum export f32 f64 flags from func future import include interface
  list map option own package record resource result s16 s32 s64 s8 static stream string tuple type u16 u32 u64
  u8 use variant with world error-context`.split(/\s+/),
);
