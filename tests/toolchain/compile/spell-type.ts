/** Component types as an author would write them in TypeScript, with the classes that they need. */
import type { ComponentValue, ValueType } from "../../../toolchain/abi/index.ts";

const PRIMITIVES: Readonly<Record<string, string>> = {
  s8: "i8",
  s16: "i16",
  s32: "i32",
  s64: "i64",
  char: "Char",
};

/** Spells types and collects declarations; a record is written in one of three styles, by turns. */
export class Speller {
  readonly declarations: string[] = [];

  spell(type: ValueType): string {
    switch (type.kind) {
      case "list":
        return this.#list(type.element);
      case "map":
        return `Map<${this.spell(type.key)}, ${this.spell(type.value)}>`;
      case "tuple":
        return `Tuple${type.types.length}<${type.types.map((inner) => this.spell(inner)).join(", ")}>`;
      case "option":
        return this.#option(type.type);
      case "result":
        return `Result<${type.ok ? this.spell(type.ok) : "Void"}, ${type.err ? this.spell(type.err) : "Void"}>`;
      case "record":
        return this.#record(type.fields.map((field) => [field.label, this.spell(field.type)]));
      case "variant":
        return this.#variant(type.cases.map((one) => [one.label, one.type && this.spell(one.type)]));
      case "enum":
        return this.#declare((name) => `export enum ${name} { ${type.labels.map(pascal).join(", ")} }`);
      case "flags":
        return this.#declare(
          (name) =>
            `export enum ${name} { ${type.labels.map((label, i) => `${pascal(label)} = 1 << ${i}`).join(", ")} }`,
        );
      case "own":
      case "borrow":
        throw new Error("no resources are generated");
      default:
        return PRIMITIVES[type.kind] ?? type.kind;
    }
  }

  #list(element: ValueType): string {
    const inner = this.spell(element);
    const nullable = inner.endsWith("| null") ? `Array<${inner}>` : `${inner}[]`;
    return this.declarations.length % 2 === 0 ? nullable : `StaticArray<${inner}>`;
  }

  /** `null` for objects; numbers and options themselves need the class. */
  #option(type: ValueType): string {
    const isObject = ["string", "list", "map", "tuple", "record", "variant", "result"].includes(type.kind);
    return isObject ? `${this.spell(type)} | null` : `Option<${this.spell(type)}>`;
  }

  #record(fields: readonly (readonly [string, string])[]): string {
    return this.#declare((name, turn) => {
      const list = fields.map(([label, type]) => `${label}: ${type}`);
      if (turn % 3 === 0)
        return `export class ${name} { constructor(${list.map((field) => `public ${field}`).join(", ")}) {} }`;
      if (turn % 3 === 1) return `export class ${name} { ${list.join("; ")}; }`;
      const sets = fields.map(([label]) => `this.${label} = from.${label};`).join(" ");
      return `export class ${name} { ${list.join("; ")}; constructor(from: ${name}) { ${sets} } }`;
    });
  }

  #variant(cases: readonly (readonly [string, string | undefined])[]): string {
    return this.#declare((name) => {
      const subclasses = cases.map(([label, type]) => {
        const body = type === undefined ? "" : ` constructor(public value: ${type}) { super(); } `;
        return `export class ${name}${pascal(label)} extends ${name} {${body}}`;
      });
      return [`export abstract class ${name} {}`, ...subclasses].join("\n");
    });
  }

  #declare(write: (name: string, turn: number) => string): string {
    const turn = this.declarations.length;
    const name = `Type${turn}`;
    this.declarations.push(write(name, turn));
    return name;
  }
}

/** Lists of any length in place of fixed ones, which TypeScript cannot say. */
export function withoutLengths(type: ValueType): ValueType {
  switch (type.kind) {
    case "list":
      return { kind: "list", element: withoutLengths(type.element) };
    case "map":
      return { kind: "map", key: type.key, value: withoutLengths(type.value) };
    case "tuple":
      return { kind: "tuple", types: type.types.map(withoutLengths) };
    case "option":
      return { kind: "option", type: withoutLengths(type.type) };
    case "record":
      return {
        kind: "record",
        fields: type.fields.map(({ label, type: inner }) => ({ label, type: withoutLengths(inner) })),
      };
    case "variant":
      return {
        kind: "variant",
        cases: type.cases.map(({ label, type: inner }) => ({
          label,
          ...(inner && { type: withoutLengths(inner) }),
        })),
      };
    case "result":
      return {
        kind: "result",
        ...(type.ok && { ok: withoutLengths(type.ok) }),
        ...(type.err && { err: withoutLengths(type.err) }),
      };
    default:
      return type;
  }
}

/** What a Map keeps of a list of entries: each key once, where it first stood, with its last value. */
export function asKept(value: ComponentValue, type: ValueType): ComponentValue {
  const inner = value as never;
  switch (type.kind) {
    case "list":
      if (type.element.kind === "u8") return value;
      return Array.from(value as ComponentValue[], (one) => asKept(one, type.element));
    case "map": {
      const kept = new Map(
        (value as [ComponentValue, ComponentValue][]).map(([key, one]) => [key, asKept(one, type.value)]),
      );
      return [...kept];
    }
    case "tuple":
      return type.types.map((one, i) => asKept((value as ComponentValue[])[i] as ComponentValue, one));
    case "record":
      return Object.fromEntries(
        type.fields.map(({ label, type: one }) => [
          label,
          asKept((inner as Record<string, ComponentValue>)[label] as ComponentValue, one),
        ]),
      );
    case "variant":
    case "option":
    case "result":
      return payloadKept(value as { case: string; value?: ComponentValue }, type);
    default:
      return value;
  }
}

function payloadKept(value: { case: string; value?: ComponentValue }, type: ValueType): ComponentValue {
  const payload =
    type.kind === "variant"
      ? type.cases.find(({ label }) => label === value.case)?.type
      : type.kind === "option"
        ? type.type
        : type.kind === "result"
          ? value.case === "ok"
            ? type.ok
            : type.err
          : undefined;
  if (payload === undefined || value.value === undefined) return value;
  return { case: value.case, value: asKept(value.value, payload) };
}

function pascal(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}
