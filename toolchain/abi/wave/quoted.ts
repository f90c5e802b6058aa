/**
 * Characters and strings between quotes, with their escapes.
 *
 * `'x'`, `"text"`, and `"""` for several lines, which are indented as far as the
 * closing quotes are. Grammar: wasm-wave's `wave_ebnf.md`.
 */
import { WaveError } from "./error.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  "\\": "\\",
  t: "\t",
  n: "\n",
  r: "\r",
};

export interface Quoted {
  readonly value: string;
  /** Just after the closing quote. */
  readonly end: number;
}

/** What stands between the quote at `start` and the next one of its kind. */
export function readQuoted(text: string, start: number): Quoted {
  const quote = text[start];
  let value = "";
  let position = start + 1;
  while (text[position] !== quote) {
    const code = text.codePointAt(position);
    if (code === undefined || code === 0x0a) {
      throw new WaveError(
        text,
        position,
        `the closing ${quote}`,
        code === undefined ? "the end of the text" : "the end of the line",
      );
    }
    const { character, end } = readCharacter(text, position, code);
    value += character;
    position = end;
  }
  return { value, end: position + 1 };
}

/** A string that begins and ends with `"""`, without the indentation of its last line. */
export function readMultiline(text: string, start: number): Quoted {
  const opening = /"""\r?\n/y;
  opening.lastIndex = start;
  if (!opening.test(text)) throw new WaveError(text, start + 3, 'a line break after """', "more text");
  const body = opening.lastIndex;
  const close = text.indexOf('"""', body);
  if (close < 0) throw new WaveError(text, text.length, 'the closing """', "the end of the text");
  const lines = text.slice(body, close).split("\n");
  const indent = lines.pop() ?? "";
  if (/[^ ]/.test(indent))
    throw new WaveError(text, close - indent.length, 'spaces before the closing """', JSON.stringify(indent));
  const values: string[] = [];
  let position = body;
  for (const line of lines) {
    values.push(readLine(text, position, line, indent.length));
    position += line.length + 1;
  }
  return { value: values.join("\n"), end: close + 3 };
}

function readLine(text: string, start: number, line: string, indent: number): string {
  const content = line.replace(/\r$/, "");
  if (content === "") return "";
  if (/[^ ]/.test(content.slice(0, indent))) {
    throw new WaveError(text, start, `at least ${indent} spaces, as before the closing """`, "fewer");
  }
  let value = "";
  let position = start + indent;
  const stop = start + content.length;
  while (position < stop) {
    const { character, end } = readCharacter(text, position, text.codePointAt(position) ?? 0);
    value += character;
    position = end;
  }
  return value;
}

function readCharacter(text: string, position: number, code: number): { character: string; end: number } {
  const character = String.fromCodePoint(code);
  if (character !== "\\") return { character, end: position + character.length };
  const simple = ESCAPES[text[position + 1] ?? ""];
  if (simple !== undefined) return { character: simple, end: position + 2 };
  const unicode = /\\u\{([0-9a-fA-F]+)\}/y;
  unicode.lastIndex = position;
  const digits = unicode.exec(text)?.[1];
  const value = digits === undefined ? -1 : Number.parseInt(digits, 16);
  if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    const found = text.slice(position, digits === undefined ? position + 2 : unicode.lastIndex);
    throw new WaveError(
      text,
      position,
      String.raw`one of \' \" \\ \t \n \r \u{hexadecimal code point}`,
      found,
    );
  }
  return { character: String.fromCodePoint(value), end: unicode.lastIndex };
}

/** Text between quotes of the given kind, everything that cannot be seen escaped. */
export function quote(text: string, mark: "'" | '"'): string {
  const escaped = Array.from(text, (character) => {
    if (character === mark || character === "\\") return `\\${character}`;
    const simple = { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[character];
    if (simple !== undefined) return simple;
    return /[\p{C}\p{Zl}\p{Zp}]/u.test(character)
      ? `\\u{${character.codePointAt(0)?.toString(16)}}`
      : character;
  });
  return `${mark}${escaped.join("")}${mark}`;
}
