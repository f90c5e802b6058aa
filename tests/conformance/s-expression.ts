/** S-expressions of `.wast` scripts, with the line and the text that each came from. */

export interface List {
  readonly kind: "list";
  readonly items: readonly Expression[];
  readonly line: number;
  /** The source, parentheses included. */
  readonly text: string;
}
interface Atom {
  readonly kind: "word";
  readonly text: string;
}
/** A string by its bytes: escapes may make any. */
interface Bytes {
  readonly kind: "string";
  readonly bytes: Uint8Array;
}
export type Expression = List | Atom | Bytes;

const TOKENS = /"(?:[^"\\]|\\[^])*"|;;[^\n]*|\(;|;\)|[()]|[^\s()";]+|\n/g;

/** The lists at the outermost level of a script. */
export function readScript(script: string): List[] {
  const top: Expression[] = [];
  const open: { items: Expression[]; line: number; start: number }[] = [];
  let line = 1;
  let comment = 0;
  for (const { 0: token, index } of script.matchAll(TOKENS)) {
    const items = open.at(-1)?.items ?? top;
    if (token === "(;") comment++;
    else if (token === ";)") comment--;
    else if (comment === 0 && token === "(") open.push({ items: [], line, start: index });
    else if (comment === 0 && token === ")") {
      const closed = open.pop();
      if (closed === undefined) throw new SyntaxError(`line ${line}: a parenthesis closes nothing`);
      const text = script.slice(closed.start, index + 1);
      (open.at(-1)?.items ?? top).push({ kind: "list", items: closed.items, line: closed.line, text });
    } else if (comment === 0 && token.startsWith('"')) items.push({ kind: "string", bytes: bytesOf(token) });
    else if (comment === 0 && !token.startsWith(";;") && token !== "\n")
      items.push({ kind: "word", text: token });
    line += token.split("\n").length - 1;
  }
  return top.filter((item) => item.kind === "list");
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 0x0a,
  t: 0x09,
  r: 0x0d,
  '"': 0x22,
  "'": 0x27,
  "\\": 0x5c,
};

/** Core spec 3.0 §6.3.3 "Strings". */
function bytesOf(literal: string): Uint8Array {
  const parts = literal.slice(1, -1).matchAll(/\\u\{([0-9a-fA-F_]+)\}|\\([0-9a-fA-F]{2})|\\([^])|[^\\]+/g);
  const bytes = [...parts].map(([text, scalar, byte, escape]) => {
    if (scalar !== undefined) return Buffer.from(String.fromCodePoint(Number.parseInt(scalar, 16)));
    if (byte !== undefined) return Buffer.of(Number.parseInt(byte, 16));
    return escape === undefined ? Buffer.from(text) : Buffer.of(ESCAPES[escape] ?? 0);
  });
  return Buffer.concat(bytes);
}

export function wordAt(list: List, at: number): string | undefined {
  const item = list.items[at];
  return item?.kind === "word" ? item.text : undefined;
}

export function textOf(item: Expression | undefined): string {
  if (item?.kind !== "string") throw new SyntaxError("expected a string");
  return Buffer.from(item.bytes).toString();
}
