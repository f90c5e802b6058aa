/**
 * WAVE text as tokens, read one at a time.
 *
 * White space and `//` comments separate tokens. Grammar: wasm-wave's
 * `wave_ebnf.md` in bytecodealliance/wasm-tools.
 */
import { WaveError } from "./error.ts";
import { readMultiline, readQuoted } from "./quoted.ts";

export type Token = { readonly start: number; readonly end: number } & (
  | { readonly kind: "punctuation"; readonly text: string }
  /** A JSON number, or what was meant as one. */
  | { readonly kind: "number"; readonly text: string }
  /** `text` without the `%` that keeps a label from being a keyword. */
  | { readonly kind: "label"; readonly text: string; readonly escaped: boolean }
  | { readonly kind: "char" | "string"; readonly value: string }
  | { readonly kind: "end" }
);

export class Lexer {
  readonly text: string;
  #next: Token | undefined;
  #position = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token, left in place. */
  peek(): Token {
    this.#next ??= this.#read();
    return this.#next;
  }

  take(): Token {
    const token = this.peek();
    this.#next = undefined;
    this.#position = token.end;
    return token;
  }

  /** Takes the punctuation if it comes next. */
  accept(text: string): boolean {
    const token = this.peek();
    const found = token.kind === "punctuation" && token.text === text;
    if (found) this.take();
    return found;
  }

  /** @throws WaveError unless the punctuation comes next. */
  expect(text: string, what: string = JSON.stringify(text)): void {
    if (!this.accept(text)) throw this.error(what);
  }

  /** An error at the next token. */
  error(expected: string, token: Token = this.peek(), found: string = this.show(token)): WaveError {
    return new WaveError(this.text, token.start, expected, found);
  }

  /** A token as it was written, cut short. */
  show(token: Token): string {
    if (token.kind === "end") return "the end of the text";
    const written = this.text.slice(token.start, token.end);
    return written.length > 40 ? `${written.slice(0, 40)}…` : written;
  }

  #read(): Token {
    const start = this.#skipSpace();
    const first = this.text[start];
    if (first === undefined) return { kind: "end", start, end: start };
    if ("()[]{}:,".includes(first)) return { kind: "punctuation", text: first, start, end: start + 1 };
    if (this.text.startsWith('"""', start))
      return { kind: "string", ...readMultiline(this.text, start), start };
    if (first === '"') return { kind: "string", ...readQuoted(this.text, start), start };
    if (first === "'") return this.#char(start);
    return this.#word(start);
  }

  #skipSpace(): number {
    const space = /(?:[ \t\r\n]+|\/\/[^\n]*)*/y;
    space.lastIndex = this.#position;
    space.exec(this.text);
    return space.lastIndex;
  }

  #char(start: number): Token {
    const { value, end } = readQuoted(this.text, start);
    if (Array.from(value).length !== 1) {
      throw new WaveError(this.text, start, "one character between the quotes", this.text.slice(start, end));
    }
    return { kind: "char", value, start, end };
  }

  #word(start: number): Token {
    const word = /%?[A-Za-z][A-Za-z0-9-]*|-?[0-9][A-Za-z0-9.+-]*|-inf/y;
    word.lastIndex = start;
    const text = word.exec(this.text)?.[0];
    if (text === undefined) {
      const found = String.fromCodePoint(this.text.codePointAt(start) ?? 0);
      throw new WaveError(this.text, start, "a value", JSON.stringify(found));
    }
    const end = start + text.length;
    if (/^[-0-9]/.test(text)) return { kind: "number", text, start, end };
    const escaped = text.startsWith("%");
    return { kind: "label", text: escaped ? text.slice(1) : text, escaped, start, end };
  }
}
