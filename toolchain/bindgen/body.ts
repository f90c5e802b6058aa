/** The statements of one generated function, written in order. */

export class Body {
  /** A name for a parameter or local, free in this function. */
  readonly fresh: (wanted: string) => string;
  readonly #lines: string[] = [];
  #depth = 1;

  constructor(fresh: (wanted: string) => string) {
    this.fresh = fresh;
  }

  line(text: string): void {
    this.#lines.push("  ".repeat(this.#depth) + text);
  }

  /** `head {` … `}`, the statements written by `inside` between them. */
  block(head: string, inside: () => void): void {
    this.line(`${head} {`);
    this.#indented(inside);
    this.line("}");
  }

  /** An if-chain: `[condition, statements]` each, the last one without a condition. */
  chain(branches: readonly (readonly [condition: string | undefined, inside: () => void])[]): void {
    for (const [i, [condition, inside]] of branches.entries()) {
      const test = condition === undefined ? "" : `if (${condition}) `;
      this.line(i === 0 ? `${test}{` : `} else ${test}{`);
      this.#indented(inside);
    }
    this.line("}");
  }

  /** A local that holds the value, or the value itself if reading it twice is free. */
  local(wanted: string, value: string): string {
    if (/^[\w$]+$/.test(value)) return value;
    const name = this.fresh(wanted);
    this.line(`const ${name} = ${value};`);
    return name;
  }

  text(): string {
    return this.#lines.join("\n");
  }

  #indented(inside: () => void): void {
    this.#depth++;
    inside();
    this.#depth--;
  }
}
