/**
 * JSON value → text, without spaces.
 *
 * `<` inside texts is written as an escape, so that the result may stand in a `<script>`
 * of a page.
 */
import { Builder } from "./builder";
import { Json, JsonKind } from "./value";

export function writeJson(value: Json): string {
  const made = new Builder();
  write(value, made);
  return made.toString();
}

function write(value: Json, made: Builder): void {
  switch (value.kind) {
    case JsonKind.Bool:
      return made.text(value.asBool() ? "true" : "false");
    case JsonKind.Number:
      return made.text(numberText(value.asNumber()));
    case JsonKind.Text:
      return writeText(value.asText(), made);
    case JsonKind.List:
      return writeList(value, made);
    case JsonKind.Object:
      return writeObject(value, made);
  }
  made.text("null");
}

function writeList(list: Json, made: Builder): void {
  made.text("[");
  for (let i = 0; i < list.length; i++) {
    if (i > 0) made.text(",");
    write(list.at(i), made);
  }
  made.text("]");
}

function writeObject(object: Json, made: Builder): void {
  const names = object.keys();
  made.text("{");
  for (let i = 0; i < names.length; i++) {
    if (i > 0) made.text(",");
    writeText(names[i], made);
    made.text(":");
    write(object.at(i), made);
  }
  made.text("}");
}

/** AssemblyScript writes 1 as "1.0", and -0 as "0.0". */
function numberText(value: f64): string {
  if (!isFinite(value)) return "null";
  const text = value.toString();
  return text.endsWith(".0") ? text.substring(0, text.length - 2) : text;
}

/** Parts without an escape are copied whole. */
function writeText(text: string, made: Builder): void {
  made.text('"');
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c && unit != 0x3c) continue;
    made.part(text, start, i);
    made.text(escaped(unit));
    start = i + 1;
  }
  made.part(text, start, text.length);
  made.text('"');
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
