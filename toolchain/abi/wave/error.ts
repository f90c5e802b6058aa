/** What is wrong with a WAVE text, and where: a sentence, the line, and a caret. */
export class WaveError extends Error {
  override readonly name = "WaveError";
  /** Both count from 1; columns in code points. */
  readonly line: number;
  readonly column: number;
  /** Code units from the start of the text. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;

  /** @param subject What the text is for, such as `argument 2 (name), `. */
  constructor(text: string, offset: number, expected: string, found: string, subject = "") {
    const before = text.slice(0, offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = before.split("\n").length;
    const column = Array.from(before.slice(lineStart)).length + 1;
    const place = text.includes("\n") ? `line ${line}, column ${column}` : `column ${column}`;
    const source = text.slice(lineStart).split("\n", 1)[0] ?? "";
    super(
      `${subject}${place}: expected ${expected}, found ${found}\n  ${source}\n  ${" ".repeat(column - 1)}^`,
    );
    this.line = line;
    this.column = column;
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }
}
