/**
 * WAVE text to values, led by the type that is expected.
 *
 * WAVE is the component model's notation for values, as in `{id: 7, tags: ["a"]}`.
 * A map, which WAVE does not have yet, is written as `{key: value, …}` or, as it
 * is in memory, as a list of pairs. Source: wasm-wave's README.md in
 * bytecodealliance/wasm-tools.
 */
import { notSupported } from "../error.ts";
import { printType } from "../print/type.ts";
import type { Case, Field, ValueType } from "../types.ts";
import type { ComponentValue } from "../value/value.ts";
import { KEYWORDS } from "./keywords.ts";
import { Lexer, type Token } from "./lexer.ts";
import { parseBigInteger, parseFloating, parseInteger } from "./numbers.ts";

/**
 * One value of the type, and nothing after it.
 *
 * @throws WaveError with the place, what was expected and what was found.
 */
export function parseWave(text: string, type: ValueType): ComponentValue {
  const lexer = new Lexer(text);
  const value = parseValue(lexer, type);
  expectEnd(lexer);
  return value;
}

export function expectEnd(lexer: Lexer): void {
  if (lexer.peek().kind !== "end") throw lexer.error("the end of the text");
}

export function parseValue(lexer: Lexer, type: ValueType): ComponentValue {
  switch (type.kind) {
    case "bool":
      return parseBool(lexer);
    case "s8":
    case "u8":
    case "s16":
    case "u16":
    case "s32":
    case "u32":
      return parseInteger(lexer, type.kind);
    case "s64":
    case "u64":
      return parseBigInteger(lexer, type.kind);
    case "f32":
    case "f64":
      return parseFloating(lexer, type.kind);
    case "char":
    case "string":
      return parseText(lexer, type.kind);
    case "list":
      return parseList(lexer, type, type.element, type.length);
    case "map":
      return parseMap(lexer, type);
    case "record":
      return parseRecord(lexer, type, type.fields);
    case "tuple":
      return parseTuple(lexer, type, type.types);
    case "variant":
      return parseVariant(lexer, type.cases);
    case "enum":
      return parseLabel(lexer, type.labels, "enum");
    case "option":
      return parseOption(lexer, type.type);
    case "result":
      return parseResult(lexer, type);
    case "flags":
      return parseFlags(lexer, type.labels);
    case "own":
    case "borrow":
      throw notSupported("", "resources as WAVE text");
  }
}

function parseBool(lexer: Lexer): boolean {
  const word = keyword(lexer.peek());
  if (word !== "true" && word !== "false") throw lexer.error("bool (true or false)");
  lexer.take();
  return word === "true";
}

function parseText(lexer: Lexer, kind: "char" | "string"): string {
  const token = lexer.peek();
  if (token.kind !== kind) throw lexer.error(kind === "char" ? "char in '…'" : 'string in "…"');
  lexer.take();
  return token.value;
}

function parseList(
  lexer: Lexer,
  type: ValueType,
  element: ValueType,
  length: number | undefined,
): ComponentValue {
  const opening = lexer.peek();
  lexer.expect("[", `${printType(type)} in […]`);
  const values = sequence(lexer, "]", () => parseValue(lexer, element));
  if (length !== undefined && values.length !== length) {
    throw lexer.error(`list of ${length}`, opening, `${values.length} elements`);
  }
  return element.kind === "u8" ? Uint8Array.from(values as number[]) : values;
}

function parseMap(lexer: Lexer, type: Extract<ValueType, { kind: "map" }>): ComponentValue {
  const pair: ValueType = { kind: "tuple", types: [type.key, type.value] };
  if (lexer.accept("[")) return sequence(lexer, "]", () => parseValue(lexer, pair));
  lexer.expect("{", `${printType(type)} in {…} or as pairs in […]`);
  if (lexer.accept(":")) {
    lexer.expect("}");
    return [];
  }
  return sequence(lexer, "}", () => {
    const key = parseValue(lexer, type.key);
    lexer.expect(":");
    return [key, parseValue(lexer, type.value)];
  });
}

function parseTuple(lexer: Lexer, type: ValueType, types: readonly ValueType[]): ComponentValue {
  lexer.expect("(", `${printType(type)} in (…)`);
  const values: ComponentValue[] = [];
  for (const [i, item] of types.entries()) {
    if (i > 0) lexer.expect(",", `"," and ${types.length - i} more of a tuple of ${types.length}`);
    values.push(parseValue(lexer, item));
  }
  lexer.accept(",");
  lexer.expect(")", `")" after a tuple of ${types.length}`);
  return values;
}

/** Fields in any order; those of type option may be left out and are none then. */
function parseRecord(lexer: Lexer, type: ValueType, fields: readonly Field[]): ComponentValue {
  const opening = lexer.peek();
  lexer.expect("{", `${type.name === undefined ? "record" : printType(type)} in {…}`);
  const values = new Map<string, ComponentValue>();
  if (lexer.accept(":")) lexer.expect("}");
  else sequence(lexer, "}", () => parseField(lexer, fields, values));
  const entries = fields.map(({ label, type: field }): [string, ComponentValue] => {
    const value = values.get(label) ?? (field.kind === "option" ? { case: "none" } : undefined);
    if (value === undefined) throw lexer.error(`the field ${label}`, opening, "a record without it");
    return [label, value];
  });
  return Object.fromEntries(entries);
}

function parseField(lexer: Lexer, fields: readonly Field[], values: Map<string, ComponentValue>): void {
  const token = lexer.peek();
  const missing = fields.filter(({ label }) => !values.has(label)).map(({ label }) => label);
  const label = token.kind === "label" ? token.text : "";
  const field = fields.find((f) => f.label === label);
  if (field === undefined || values.has(label)) throw lexer.error(oneOf("field", missing));
  lexer.take();
  lexer.expect(":", `":" after the field ${label}`);
  values.set(label, parseValue(lexer, field.type));
}

function parseFlags(lexer: Lexer, labels: readonly string[]): ComponentValue {
  lexer.expect("{", "flags in {…}");
  const set = new Set<string>();
  sequence(lexer, "}", () => {
    const token = lexer.peek();
    const free = labels.filter((label) => !set.has(label));
    if (token.kind !== "label" || !free.includes(token.text)) throw lexer.error(oneOf("flag", free));
    lexer.take();
    set.add(token.text);
  });
  return Object.fromEntries(labels.map((label) => [label, set.has(label)]));
}

function parseVariant(lexer: Lexer, cases: readonly Case[]): ComponentValue {
  const label = parseLabel(
    lexer,
    cases.map((c) => c.label),
    "case",
  );
  const payload = cases.find((c) => c.label === label)?.type;
  return withPayload(lexer, label, label, payload);
}

/** A case of an enum or variant: a keyword counts as one only after `%`. */
function parseLabel(lexer: Lexer, labels: readonly string[], what: string): string {
  const token = lexer.peek();
  if (token.kind !== "label" || !labels.includes(token.text)) throw lexer.error(oneOf(what, labels));
  if (!token.escaped && KEYWORDS.has(token.text)) {
    throw lexer.error(`%${token.text}, because ${token.text} is a keyword`);
  }
  lexer.take();
  return token.text;
}

function parseOption(lexer: Lexer, inner: ValueType): ComponentValue {
  const word = keyword(lexer.peek());
  if (word === "none" || word === "some") {
    lexer.take();
    return withPayload(lexer, word, word, word === "some" ? inner : undefined);
  }
  if (!mayBeBare(inner)) throw lexer.error("some(…) or none");
  return { case: "some", value: parseValue(lexer, inner) };
}

function parseResult(lexer: Lexer, type: Extract<ValueType, { kind: "result" }>): ComponentValue {
  const word = keyword(lexer.peek());
  if (word === "ok" || word === "err") {
    lexer.take();
    return word === "ok"
      ? withPayload(lexer, "ok", word, type.ok)
      : withPayload(lexer, "error", word, type.err);
  }
  if (type.ok === undefined || !mayBeBare(type.ok)) throw lexer.error("ok or err");
  return { case: "ok", value: parseValue(lexer, type.ok) };
}

/** The payload alone stands for `some` and `ok`, unless it could itself be taken for one. */
function mayBeBare(type: ValueType): boolean {
  return type.kind !== "option" && type.kind !== "result";
}

function withPayload(
  lexer: Lexer,
  label: string,
  written: string,
  type: ValueType | undefined,
): ComponentValue {
  if (type === undefined) return { case: label };
  lexer.expect("(", `"(" and the ${printType(type)} of ${written}`);
  const value = parseValue(lexer, type);
  lexer.expect(")");
  return { case: label, value };
}

/** Items up to the closing mark, with commas between them and perhaps after them. */
function sequence<T>(lexer: Lexer, close: string, item: () => T): T[] {
  const items: T[] = [];
  while (!lexer.accept(close)) {
    if (items.length > 0) {
      lexer.expect(",", `"," or ${JSON.stringify(close)}`);
      if (lexer.accept(close)) break;
    }
    items.push(item());
  }
  return items;
}

/** A label without `%`, which is the only kind that can be a keyword. */
function keyword(token: Token): string | undefined {
  return token.kind === "label" && !token.escaped ? token.text : undefined;
}

function oneOf(what: string, labels: readonly string[]): string {
  if (labels.length === 0) return `no further ${what}`;
  if (labels.length > 12) return `one of ${labels.length} labels of the ${what}`;
  return `${what} ${labels.map((label) => (KEYWORDS.has(label) ? `%${label}` : label)).join(", ")}`;
}
