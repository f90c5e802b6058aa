/**
 * JSON value → text, without spaces.
 *
 * `<` inside texts is written as an escape, so that the result may stand in a `<script>`
 * of a page.
 */
import { Json, JsonKind } from "./value";

export function writeJson(value: Json): string {
  const parts: string[] = [];
  write(value, parts);
  return parts.join("");
}

function write(value: Json, parts: string[]): void {
  switch (value.kind) {
    case JsonKind.Bool:
      parts.push(value.asBool() ? "true" : "false");
      return;
    case JsonKind.Number:
      parts.push(numberText(value.asNumber()));
      return;
    case JsonKind.Text:
      parts.push(quoted(value.asText()));
      return;
    case JsonKind.List:
      return writeList(value, parts);
    case JsonKind.Object:
      return writeObject(value, parts);
  }
  parts.push("null");
}

function writeList(list: Json, parts: string[]): void {
  parts.push("[");
  for (let i = 0; i < list.length; i++) {
    if (i > 0) parts.push(",");
    write(list.at(i), parts);
  }
  parts.push("]");
}

function writeObject(object: Json, parts: string[]): void {
  const names = object.keys();
  parts.push("{");
  for (let i = 0; i < names.length; i++) {
    if (i > 0) parts.push(",");
    parts.push(quoted(names[i]));
    parts.push(":");
    write(object.at(i), parts);
  }
  parts.push("}");
}

/** AssemblyScript writes 1 as "1.0", and -0 as "0.0". */
function numberText(value: f64): string {
  if (!isFinite(value)) return "null";
  const text = value.toString();
  return text.endsWith(".0") ? text.substring(0, text.length - 2) : text;
}

/** Parts without an escape are copied whole. */
function quoted(text: string): string {
  let done = '"';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c && unit != 0x3c) continue;
    done += text.substring(start, i) + escaped(unit);
    start = i + 1;
  }
  return done + text.substring(start) + '"';
}

function escaped(unit: i32): string {
  switch (unit) {
    case 0x22:
      return '\\"';
    case 0x5c:
      return "\\\\";
    case 0x0a:
      return "\\n";
    case 0x0d:
      return "\\r";
    case 0x09:
      return "\\t";
  }
  return "\\u" + unit.toString(16).padStart(4, "0");
}
