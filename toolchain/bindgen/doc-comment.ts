/** WIT documentation as comments of a generated file. */

/** Finds documentation by item path; see `BindingsInput.docs`. */
export class Docs {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #owner: string;

  constructor(texts: ReadonlyMap<string, string> | undefined, owner: string | undefined) {
    this.#texts = texts ?? new Map<string, string>();
    this.#owner = owner ?? "";
  }

  ofInterface(): string | undefined {
    return this.#texts.get(this.#owner);
  }

  /** @param item Label of a type or function, `type.member`, or `[method]resource.label` and the like. */
  of(item: string): string | undefined {
    const path = item.startsWith("[constructor]") ? `${item}.constructor` : item;
    return this.#texts.get(`${this.#owner}#${path.replace(/^\[\w+\]/, "")}`);
  }
}

/** A comment block with a line break after it, or nothing. */
export function comment(text: string | undefined, indent = ""): string {
  if (text === undefined || text.trim() === "") return "";
  const lines = text.trim().replaceAll("*/", "*\\/").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]?.trim()} */\n`;
  const middle = lines.map((line) => `${indent} * ${line}`.trimEnd());
  return [`${indent}/**`, ...middle, `${indent} */`, ""].join("\n");
}
