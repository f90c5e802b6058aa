/**
 * Finds packages, interfaces, worlds and documentation in WIT text.
 *
 * Not a parser: types are the business of the component tools, which drop
 * comments and say no places. This reads just enough structure to put packages
 * together, to say what a file has, and to carry its documentation over.
 * Source: Component Model WIT.md, "Lexical structure" and "Top-level items".
 */

export interface WitPackage {
  /** Such as `search:index@0.1.0`. */
  readonly id: string;
  /** Its items, without the `package` header. */
  readonly body: string;
  readonly interfaces: readonly string[];
  readonly worlds: readonly string[];
}

export interface ScannedWit {
  /** First that of the header (its id is empty if there are only items), then the nested ones. */
  readonly packages: readonly WitPackage[];
  /** By item path; see `BindingsInput.docs` of bindgen. */
  readonly docs: ReadonlyMap<string, string>;
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Documentation that stands before it. */
  readonly docs?: string;
}

const TOKEN =
  /\/\/\/?[^\n]*|\/\*[\s\S]*?\*\/|%?[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*[A-Za-z0-9.+-]*|->|[^\s]/g;

/** `owner` names the package of a file without header. */
export function scanWit(text: string, owner?: string): ScannedWit {
  const scanner = new Scanner(text);
  return scanner.scan(owner);
}

class Scanner {
  readonly #text: string;
  readonly #tokens: Token[];
  readonly #docs = new Map<string, string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  scan(owner: string | undefined): ScannedWit {
    const nested: WitPackage[] = [];
    const cuts: [number, number][] = [];
    const names = { interfaces: [] as string[], worlds: [] as string[] };
    let id = owner ?? "";
    while (this.#more()) {
      const { start } = this.#token();
      if (!this.#is("package")) {
        this.#item(id, names);
        continue;
      }
      const name = this.#packageName();
      if (this.#is("{")) nested.push(this.#nested(name));
      else {
        id = name;
        this.#at += 1;
      }
      cuts.push([start, this.#previousEnd()]);
    }
    const body = without(this.#text, cuts);
    const outer =
      id !== "" || names.interfaces.length + names.worlds.length > 0 ? [{ id, body, ...names }] : [];
    return { packages: [...outer, ...nested], docs: this.#docs };
  }

  #packageName(): string {
    this.#at += 1;
    let name = "";
    while (this.#more() && !this.#is(";") && !this.#is("{")) name += plain(this.#next().text);
    return name;
  }

  #nested(id: string): WitPackage {
    const names = { interfaces: [] as string[], worlds: [] as string[] };
    const start = this.#next().end;
    while (this.#more() && !this.#is("}")) this.#item(id, names);
    const end = this.#more() ? this.#token().start : this.#text.length;
    this.#at += 1;
    return { id, body: this.#text.slice(start, end), ...names };
  }

  /** `interface x {…}`, `world x {…}`, or `use …;`. */
  #item(id: string, names: { interfaces: string[]; worlds: string[] }): void {
    const first = this.#attributes();
    if (first === undefined) return;
    if (first.text !== "interface" && first.text !== "world") return this.#toSemicolon();
    const name = plain(this.#next().text);
    (first.text === "interface" ? names.interfaces : names.worlds).push(name);
    const path = interfaceId(id, name);
    this.#note(path, first.docs);
    if (this.#is("{")) this.#members(first.text === "interface" ? path : "");
  }

  /** Members of an interface or world, with their own members. */
  #members(path: string): void {
    this.#at += 1;
    while (this.#more() && !this.#is("}")) {
      const first = this.#attributes();
      if (first === undefined) return;
      const declares = DECLARES.has(first.text) && !this.#is(":");
      const name = plain(
        declares || first.text === "import" || first.text === "export" ? this.#next().text : first.text,
      );
      this.#note(`${path}#${name}`, first.docs);
      this.#rest(`${path}#${name}`, declares);
    }
    this.#at += 1;
  }

  /** To the end of a member: its `{ … }` or its `;`. */
  #rest(path: string, declares: boolean): void {
    let depth = 0;
    while (this.#more()) {
      if (depth === 0 && this.#is("}")) return;
      const token = this.#next();
      if ("(<".includes(token.text)) depth += 1;
      if (")>".includes(token.text)) depth -= 1;
      if (token.text === ";") return;
      if (token.text === "{" && declares) return this.#fields(path);
      if (token.text === "{") {
        this.#skipBlock();
        if (this.#is(";")) this.#at += 1;
        return;
      }
    }
  }

  /** Fields, cases, labels or methods: only their documentation matters. */
  #fields(path: string): void {
    let [depth, expected] = [0, true];
    while (this.#more()) {
      const token = this.#next();
      if (depth === 0 && token.text === "}") return;
      if ("({<".includes(token.text)) depth += 1;
      else if (")}>".includes(token.text)) depth -= 1;
      else if (depth === 0 && (token.text === "," || token.text === ";")) expected = true;
      else if (depth === 0 && expected && /^%?[A-Za-z]/.test(token.text)) {
        this.#note(`${path}.${plain(token.text)}`, token.docs);
        expected = false;
      }
    }
  }

  /** Skips `@since(version = 0.2.0)` and the like; documentation before them belongs to the item. */
  #attributes(): Token | undefined {
    let docs: string | undefined;
    while (this.#more() && this.#is("@")) {
      docs ??= this.#next().docs;
      this.#at += 1;
      if (this.#is("(")) while (this.#more() && this.#next().text !== ")");
    }
    if (!this.#more()) return undefined;
    const token = this.#next();
    return docs === undefined ? token : { ...token, docs };
  }

  #toSemicolon(): void {
    while (this.#more()) {
      const { text } = this.#next();
      if (text === ";") return;
      if (text === "{") this.#skipBlock();
    }
  }

  #skipBlock(): void {
    for (let depth = 1; depth > 0 && this.#more();) {
      const { text } = this.#next();
      if (text === "{") depth += 1;
      if (text === "}") depth -= 1;
    }
  }

  #note(path: string, docs: string | undefined): void {
    if (docs !== undefined) this.#docs.set(path, docs);
  }

  #more(): boolean {
    return this.#at < this.#tokens.length;
  }
  #is(text: string): boolean {
    return this.#tokens[this.#at]?.text === text;
  }
  #token(): Token {
    return this.#tokens[this.#at] ?? { text: "", start: this.#text.length, end: this.#text.length };
  }
  #next(): Token {
    const token = this.#token();
    this.#at += 1;
    return token;
  }
  #previousEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? this.#text.length;
  }
}

const DECLARES = new Set(["record", "variant", "enum", "flags", "type", "resource"]);

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let docs: string[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token.startsWith("///")) docs.push(token.slice(3).replace(/^ /, "").trimEnd());
    else if (token.startsWith("/**") && token !== "/**/") docs.push(...blockLines(token));
    else if (!token.startsWith("//") && !token.startsWith("/*")) {
      const place = { text: token, start: match.index, end: match.index + token.length };
      found.push(docs.length === 0 ? place : { ...place, docs: docs.join("\n").trim() });
      docs = [];
    }
  }
  return found;
}

function blockLines(comment: string): string[] {
  return comment
    .slice(3, -2)
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
}

/** `search:index@0.1.0` and `api` → `search:index/api@0.1.0`. */
export function interfaceId(packageId: string, name: string): string {
  const [base, version] = packageId.split("@");
  return version === undefined ? `${base}/${name}` : `${base}/${name}@${version}`;
}

function plain(name: string): string {
  return name.replace(/^%/, "");
}

function without(text: string, cuts: readonly [number, number][]): string {
  let [rest, from] = ["", 0];
  for (const [start, end] of cuts) {
    rest += text.slice(from, start);
    from = end;
  }
  return rest + text.slice(from);
}
