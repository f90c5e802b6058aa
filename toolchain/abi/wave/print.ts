/**
 * Values as WAVE text on one line, in the form that leaves nothing to guess:
 * `some(…)` and `ok(…)` are written out, and so are fields that are none.
 */
import { notSupported } from "../error.ts";
import type { ValueType } from "../types.ts";
import type { ComponentValue, RecordValue, VariantValue } from "../value/value.ts";
import { KEYWORDS } from "./keywords.ts";
import { printFloating } from "./numbers.ts";
import { quote } from "./quoted.ts";

/** The value must fit the type (see `checkValue`); `parseWave` reads the text back. */
export function printWave(value: ComponentValue, type: ValueType): string {
  switch (type.kind) {
    case "f32":
    case "f64":
      return printFloating(value as number, type.kind);
    case "char":
      return quote(value as string, "'");
    case "string":
      return quote(value as string, '"');
    case "list":
      return `[${each(value, type.element).join(", ")}]`;
    case "map":
      return printMap(value, type.key, type.value);
    case "tuple":
      return `(${type.types.map((item, i) => printWave(itemsOf(value)[i] as ComponentValue, item)).join(", ")})`;
    case "record":
      return printRecord(value as RecordValue, type.fields);
    case "variant":
      return printCase(
        value as VariantValue,
        (label) => type.cases.find((c) => c.label === label)?.type,
        escape,
      );
    case "option":
      return printCase(
        value as VariantValue,
        () => type.type,
        (label) => label,
      );
    case "result":
      return printCase(
        value as VariantValue,
        (label) => (label === "ok" ? type.ok : type.err),
        (label) => (label === "ok" ? "ok" : "err"),
      );
    case "enum":
      return escape(value as string);
    case "flags":
      return `{${type.labels.filter((label) => (value as RecordValue)[label] === true).join(", ")}}`;
    case "own":
    case "borrow":
      throw notSupported("", "resources as WAVE text");
    default:
      return `${value as boolean | number | bigint}`;
  }
}

function itemsOf(value: ComponentValue): ComponentValue[] {
  return Array.from(value as ArrayLike<ComponentValue>);
}

function each(value: ComponentValue, element: ValueType): string[] {
  return itemsOf(value).map((item) => printWave(item, element));
}

function printMap(value: ComponentValue, key: ValueType, of: ValueType): string {
  const pairs = itemsOf(value) as [ComponentValue, ComponentValue][];
  if (pairs.length === 0) return "{:}";
  return `{${pairs.map(([k, v]) => `${printWave(k, key)}: ${printWave(v, of)}`).join(", ")}}`;
}

function printRecord(value: RecordValue, fields: readonly { label: string; type: ValueType }[]): string {
  const parts = fields.map(
    ({ label, type }) => `${label}: ${printWave(value[label] as ComponentValue, type)}`,
  );
  return `{${parts.join(", ")}}`;
}

function printCase(
  { case: label, value }: VariantValue,
  payload: (label: string) => ValueType | undefined,
  written: (label: string) => string,
): string {
  const type = payload(label);
  return value === undefined || type === undefined
    ? written(label)
    : `${written(label)}(${printWave(value, type)})`;
}

function escape(label: string): string {
  return KEYWORDS.has(label) ? `%${label}` : label;
}
