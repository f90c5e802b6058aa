/** Values as text, for `console`: much as Node and browsers show them. */

const DEEPEST = 4;
const MOST = 100;

/** All that a function of `console` was given; `%s` and the like in the first. */
export function formatted(values) {
  const rest = [...values];
  const texts = [];
  if (typeof rest[0] === "string" && rest.length > 1) texts.push(filled(rest.shift(), rest));
  return [...texts, ...rest.map((value) => (typeof value === "string" ? value : inspect(value)))].join(" ");
}

function filled(template, rest) {
  return template.replaceAll(/%[sdifjoOc%]/g, (mark) => {
    if (mark === "%%") return "%";
    if (rest.length === 0) return mark;
    const value = rest.shift();
    if (mark === "%c") return "";
    if (mark === "%d") return String(Number(value));
    if (mark === "%i") return String(parseInt(value, 10));
    if (mark === "%f") return String(parseFloat(value));
    if (mark === "%j") return JSON.stringify(value);
    return mark === "%s" && typeof value !== "object" ? String(value) : inspect(value);
  });
}

export function inspect(value, depth = 0, around = []) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name || "anonymous"}]`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (around.includes(value)) return "[circular]";
  const inner = (one) => inspect(one, depth + 1, [...around, value]);
  if (value instanceof Error) return errorText(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  const name = nameOf(value);
  if (depth > DEEPEST) return `[${name || "Object"}]`;
  if (Array.isArray(value)) return listed("[", Array.from(value, inner), "]");
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return numbersText(name, value, inner);
  if (value instanceof Map)
    return `Map(${value.size}) ${listed(
      "{",
      Array.from(value, ([key, one]) => `${inner(key)} => ${inner(one)}`),
      "}",
    )}`;
  if (value instanceof Set) return `Set(${value.size}) ${listed("{", Array.from(value, inner), "}")}`;
  const members = Reflect.ownKeys(value)
    .filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
    .map((key) => `${typeof key === "symbol" ? `[${String(key)}]` : key}: ${inner(value[key])}`);
  return `${name === "Object" || name === "" ? "" : `${name} `}${listed("{", members, "}")}`;
}

/** Of a typed array, which may be long. */
function numbersText(name, numbers, inner) {
  return `${name}(${numbers.length}) ${listed("[", Array.from(numbers.subarray(0, MOST + 1), inner), "]")}`;
}

function errorText(error, inner) {
  const cause = error.cause === undefined ? "" : `, caused by ${inner(error.cause)}`;
  return `${error.name}: ${error.message}${cause}`;
}

function nameOf(value) {
  const made = Object.getPrototypeOf(value)?.constructor;
  return typeof made === "function" ? made.name : "";
}

function listed(open, texts, close) {
  const shown = texts.length > MOST ? [...texts.slice(0, MOST), `… ${texts.length - MOST} more`] : texts;
  if (shown.length === 0) return `${open}${close}`;
  return open === "[" ? `[ ${shown.join(", ")} ]` : `{ ${shown.join(", ")} }`;
}
