/** The statements of one generated function, written in order. */

export interface LocalNames {
  fresh(wanted: string): string;
  release(name: string): void;
}

export class Body {
  readonly #names: LocalNames;
  /** Names given out in the blocks that are open, innermost last. */
  readonly #blocks: string[][] = [[]];
  readonly #lines: string[] = [];
  #depth = 1;

  constructor(names: LocalNames) {
    this.#names = names;
  }

  /** A name for a parameter or local, free in this function until the block ends. */
  fresh(wanted: string): string {
    const name = this.#names.fresh(wanted);
    this.#blocks.at(-1)?.push(name);
    return name;
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
    this.#blocks.push([]);
    inside();
    for (const name of this.#blocks.pop() ?? []) this.#names.release(name);
    this.#depth--;
  }
}
