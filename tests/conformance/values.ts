/** Component values as `.wast` scripts write them, such as `(u32.const 1)` and `(list.const …)`. */
import type { ComponentValue, ValueType } from "../../toolchain/abi/index.ts";
import { type Expression, type List, textOf, wordAt } from "./s-expression.ts";

/** The value, in the form that the type asks for. */
export function valueOf(expression: Expression, type: ValueType): ComponentValue {
  if (expression.kind !== "list") throw new SyntaxError("expected a value");
  const items = expression.items.slice(1);
  const [first] = items;
  switch (type.kind) {
    case "bool":
      return wordAt(expression, 1) === "true";
    case "s64":
    case "u64":
      return integerOf(numberText(expression));
    case "f32":
      return Math.fround(floatOf(numberText(expression)));
    case "f64":
      return floatOf(numberText(expression));
    case "char":
    case "string":
      return textOf(first);
    case "list":
      return items.map((item) => valueOf(item, type.element));
    case "map":
      return items.map((item): ComponentValue => {
        const [key, value] = (item as List).items.slice(1);
        return [part(key, type.key), part(value, type.value)];
      });
    case "record":
      return Object.fromEntries(
        items.map((item) => {
          const [label, ...value] = (item as List).items.slice(1);
          const name = textOf(label);
          const { type: field } = found(type.fields, ({ label }) => label === name);
          return [name, valueOf({ ...(item as List), items: value }, field)];
        }),
      );
    case "tuple":
      return items.map((item, i) => part(item, type.types[i]));
    case "enum":
      return textOf(first);
    case "flags": {
      const set = new Set(items.map((item) => textOf(item)));
      return Object.fromEntries(type.labels.map((label) => [label, set.has(label)]));
    }
    case "variant":
      return caseOf(textOf(first), items[1], found(type.cases, ({ label }) => label === textOf(first)).type);
    case "option": {
      const label = wordAt(expression, 0) === "option.some" ? "some" : "none";
      return caseOf(label, first, type.type);
    }
    case "result": {
      const isOk = wordAt(expression, 0) === "result.ok";
      return caseOf(isOk ? "ok" : "error", first, isOk ? type.ok : type.err);
    }
    default:
      return Number(integerOf(numberText(expression)));
  }
}

function caseOf(label: string, value: Expression | undefined, type: ValueType | undefined): ComponentValue {
  return value === undefined ? { case: label } : { case: label, value: part(value, type) };
}

function part(expression: Expression | undefined, type: ValueType | undefined): ComponentValue {
  if (expression === undefined || type === undefined) throw new SyntaxError("value and type do not fit");
  return valueOf(expression, type);
}

function found<T>(items: readonly T[], is: (item: T) => boolean): T {
  const item = items.find(is);
  if (item === undefined) throw new SyntaxError("the type has no such label");
  return item;
}

function numberText(list: List): string {
  return (wordAt(list, 1) ?? "").replaceAll("_", "");
}

function integerOf(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

/** Core spec 3.0 §6.3.2 "Floating-Point", with hexadecimal digits. */
function floatOf(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  const magnitude = text.replace(/^[+-]/, "");
  if (magnitude === "inf") return sign * Infinity;
  if (magnitude.startsWith("nan")) return Number.NaN;
  const hex = /^0x([0-9a-f]+)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/i.exec(magnitude);
  if (hex === null) return sign * Number(magnitude);
  const [, whole = "", fraction = "", exponent = "0"] = hex;
  return sign * Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}

/** Whether a call returned what the script says; all NaN are one value. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [one, two] = [entriesOf(a), entriesOf(b)];
  return (
    one.length === two.length &&
    one.every(([key, value], i) => two[i]?.[0] === key && sameValue(value, two[i][1]))
  );
}

function entriesOf(value: object): [string, unknown][] {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  const entries = Object.entries(isList ? Array.from(value as ArrayLike<unknown>) : value);
  return isList ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1));
}
