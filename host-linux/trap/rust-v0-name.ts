/**
 * Rust's newer mangled names (RFC 2603, "Rust Symbol Mangling v0").
 *
 * Generic arguments are read over, not printed: which function it is can be told
 * without them. A name comes from a guest, and parts of it may refer to others,
 * again and again: so a reader takes no more than a number of steps.
 */

/** Far more than a compiler's names need. */
const MOST_STEPS = 2000;

/** A path such as `alloc::vec::Vec::push`, or undefined where the name is none. */
export function readV0Name(name: string): string | undefined {
  if (!name.startsWith("_R")) return undefined;
  try {
    return new V0Reader(name.slice(2)).path();
  } catch (error) {
    if (error instanceof NotAName) return undefined;
    throw error;
  }
}

class NotAName extends Error {}

const BASIC: Readonly<Record<string, string>> = {
  a: "i8",
  b: "bool",
  c: "char",
  d: "f64",
  e: "str",
  f: "f32",
  h: "u8",
  i: "isize",
  j: "usize",
  l: "i32",
  m: "u32",
  n: "i128",
  o: "u128",
  p: "_",
  s: "i16",
  t: "u16",
  u: "()",
  v: "...",
  x: "i64",
  y: "u64",
  z: "!",
};

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

class V0Reader {
  readonly #text: string;
  #at = 0;
  #steps = 0;

  constructor(text: string) {
    this.#text = text;
  }

  path(): string {
    const tag = this.#next();
    switch (tag) {
      case "C":
        return this.#identifier();
      case "N":
        return this.#nested();
      case "M":
        this.#impl();
        return `<${this.#type()}>`;
      case "X":
        this.#impl();
        return this.#asTrait();
      case "Y":
        return this.#asTrait();
      case "I": {
        const path = this.path();
        this.#until("E", () => this.#argument());
        return path;
      }
      case "B":
        return this.#again(() => this.path());
      default:
        throw new NotAName();
    }
  }

  /** One step. */
  #next(): string {
    const char = this.#text[this.#at++];
    if (char === undefined || ++this.#steps > MOST_STEPS) throw new NotAName();
    return char;
  }

  #takes(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#next();
    return true;
  }

  #until(end: string, read: () => string | void): string[] {
    const all: string[] = [];
    while (!this.#takes(end)) all.push(read() ?? "");
    return all;
  }

  /** `_` is 0; otherwise one more than the digits say. */
  #base62(): number {
    const [, digits] = /^([0-9a-zA-Z]{0,12})_/.exec(this.#text.slice(this.#at, this.#at + 13)) ?? [];
    if (digits === undefined) throw new NotAName();
    this.#at += digits.length + 1;
    let value = 0;
    for (const digit of digits) value = value * DIGITS.length + DIGITS.indexOf(digit);
    return digits === "" ? 0 : value + 1;
  }

  #disambiguator(): number {
    return this.#takes("s") ? this.#base62() + 1 : 0;
  }

  #identifier(): string {
    this.#disambiguator();
    return this.#plainIdentifier();
  }

  #plainIdentifier(): string {
    const isPunycode = this.#takes("u");
    const [digits] = /^(0|[1-9]\d{0,4})/.exec(this.#text.slice(this.#at, this.#at + 5)) ?? [];
    if (digits === undefined) throw new NotAName();
    this.#at += digits.length;
    this.#takes("_");
    const end = this.#at + Number(digits);
    const found = this.#text.slice(this.#at, end);
    if (end > this.#text.length) throw new NotAName();
    this.#at = end;
    return isPunycode ? `{${found}}` : found;
  }

  #nested(): string {
    const namespace = this.#next();
    const path = this.path();
    const number = this.#disambiguator();
    const name = this.#plainIdentifier();
    if (namespace === "C") return `${path}::{closure#${number}}`;
    if (/[A-Z]/.test(namespace)) return `${path}::{${namespace}:${name}#${number}}`;
    return name === "" ? path : `${path}::${name}`;
  }

  #impl(): void {
    this.#disambiguator();
    this.path();
  }

  #asTrait(): string {
    const type = this.#type();
    return `<${type} as ${this.path()}>`;
  }

  #argument(): string {
    if (this.#takes("L")) return String(this.#base62());
    return this.#takes("K") ? this.#constant() : this.#type();
  }

  #type(): string {
    const basic = BASIC[this.#text[this.#at] ?? ""];
    if (basic !== undefined) {
      this.#next();
      return basic;
    }
    const start = this.#at;
    const tag = this.#next();
    switch (tag) {
      case "A":
        return `[${this.#type()}; ${this.#constant()}]`;
      case "S":
        return `[${this.#type()}]`;
      case "T":
        return `(${this.#until("E", () => this.#type()).join(", ")})`;
      case "R":
      case "Q":
        if (this.#takes("L")) this.#base62();
        return `${tag === "R" ? "&" : "&mut "}${this.#type()}`;
      case "P":
        return `*const ${this.#type()}`;
      case "O":
        return `*mut ${this.#type()}`;
      case "F":
        return this.#functionType();
      case "D":
        return this.#dynamicType();
      case "B":
        return this.#again(() => this.#type());
      default:
        this.#at = start;
        return this.path();
    }
  }

  #functionType(): string {
    this.#binder();
    this.#takes("U");
    if (this.#takes("K") && !this.#takes("C")) this.#plainIdentifier();
    const parameters = this.#until("E", () => this.#type());
    const result = this.#type();
    return `fn(${parameters.join(", ")})${result === "()" ? "" : ` -> ${result}`}`;
  }

  #dynamicType(): string {
    this.#binder();
    const traits = this.#until("E", () => {
      const path = this.path();
      while (this.#takes("p")) {
        this.#plainIdentifier();
        this.#type();
      }
      return path;
    });
    if (!this.#takes("L")) throw new NotAName();
    this.#base62();
    return `dyn ${traits.join(" + ")}`;
  }

  #binder(): void {
    if (this.#takes("G")) this.#base62();
  }

  #constant(): string {
    if (this.#takes("B")) return this.#again(() => this.#constant());
    if (this.#takes("p")) return "_";
    this.#type();
    const [all, sign = "", hex = ""] =
      /^(n?)([0-9a-f]{0,32})_/.exec(this.#text.slice(this.#at, this.#at + 34)) ?? [];
    if (all === undefined) throw new NotAName();
    this.#at += all.length;
    return `${sign === "" ? "" : "-"}${BigInt(`0x0${hex}`)}`;
  }

  /** What an earlier part says. */
  #again(read: () => string): string {
    const before = this.#at - 1;
    const to = this.#base62();
    const after = this.#at;
    if (to >= before) throw new NotAName();
    this.#at = to;
    const found = read();
    this.#at = after;
    return found;
  }
}
