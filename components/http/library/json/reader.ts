/**
 * Text → JSON value, by the grammar of RFC 8259 and nothing else.
 *
 * Whatever the text holds, this returns: null at the first character that does not
 * fit. Half a surrogate pair, which JSON can spell and a component cannot pass on, is
 * read as U+FFFD.
 */
import { Builder } from "./builder";
import { numberOf } from "./number";
import { Json } from "./value";

/** Nesting takes stack. */
const MOST_DEPTH = 128;

export function readJson(text: string): Json | null {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.space();
  return reader.failed || !reader.isAtEnd ? null : value;
}

@final
class Reader {
  failed: bool = false;
  private at: i32 = 0;

  constructor(private text: string) {}

  get isAtEnd(): bool {
    return this.at >= this.text.length;
  }

  value(depth: i32): Json {
    this.space();
    if (depth > MOST_DEPTH) return this.fail();
    const next = this.peek();
    if (next == 0x7b) return this.object(depth); // {
    if (next == 0x5b) return this.list(depth); // [
    if (next == 0x22) return Json.text(this.string()); // "
    if (next == 0x2d || isDigit(next)) return this.number();
    if (this.word("true")) return Json.bool(true);
    if (this.word("false")) return Json.bool(false);
    if (this.word("null")) return Json.none;
    return this.fail();
  }

  space(): void {
    while (true) {
      const next = this.peek();
      if (next != 0x20 && next != 0x0a && next != 0x0d && next != 0x09) return;
      this.at++;
    }
  }

  private object(depth: i32): Json {
    const object = Json.object();
    this.at++;
    this.space();
    if (this.take(0x7d)) return object;
    while (true) {
      this.space();
      if (this.peek() != 0x22) return this.fail();
      const name = this.string();
      this.space();
      if (!this.take(0x3a)) return this.fail();
      object.set(name, this.value(depth + 1));
      this.space();
      if (this.failed) return object;
      if (this.take(0x7d)) return object;
      if (!this.take(0x2c)) return this.fail();
    }
  }

  private list(depth: i32): Json {
    const list = Json.list();
    this.at++;
    this.space();
    if (this.take(0x5d)) return list;
    while (true) {
      list.push(this.value(depth + 1));
      this.space();
      if (this.failed) return list;
      if (this.take(0x5d)) return list;
      if (!this.take(0x2c)) return this.fail();
    }
  }

  /** Parts without an escape are copied whole. */
  private string(): string {
    this.at++;
    let made: Builder | null = null;
    let start = this.at;
    while (!this.isAtEnd) {
      const next = this.peek();
      if (next == 0x22) {
        const end = this.at++;
        if (made === null) return this.text.substring(start, end);
        made.part(this.text, start, end);
        return made.toString();
      }
      if (next < 0x20) break;
      if (next != 0x5c) {
        this.at++;
        continue;
      }
      if (made === null) made = new Builder();
      made.part(this.text, start, this.at++);
      this.escape(made);
      start = this.at;
    }
    this.fail();
    return "";
  }

  private escape(made: Builder): void {
    const what = this.peek();
    this.at++;
    if (what == 0x75) return this.character(made);
    const unit = unitOf(what);
    if (unit < 0) this.fail();
    else made.unit(unit);
  }

  /** One character: four hexadecimal digits, or twice that with an escape between. */
  private character(made: Builder): void {
    const unit = this.hex();
    if (unit < 0xd800 || unit > 0xdfff) return made.unit(unit);
    const start = this.at;
    if (unit < 0xdc00 && this.word("\\u")) {
      const low = this.hex();
      if (low >= 0xdc00 && low <= 0xdfff) {
        made.unit(unit);
        return made.unit(low);
      }
      // Another character, which is read again.
      if (!this.failed) this.at = start;
    }
    made.unit(0xfffd);
  }

  private hex(): i32 {
    let unit = 0;
    for (let i = 0; i < 4; i++) {
      const digit = hexDigit(this.peek());
      if (digit < 0) {
        this.fail();
        return 0;
      }
      unit = unit * 16 + digit;
      this.at++;
    }
    return unit;
  }

  private number(): Json {
    const start = this.at;
    this.take(0x2d);
    // A zero stands alone before the point.
    if (!this.take(0x30) && !this.digits()) return this.fail();
    if (this.take(0x2e) && !this.digits()) return this.fail();
    if (this.take(0x65) || this.take(0x45)) {
      if (!this.take(0x2b)) this.take(0x2d);
      if (!this.digits()) return this.fail();
    }
    return Json.number(numberOf(this.text.substring(start, this.at)));
  }

  private digits(): bool {
    const start = this.at;
    while (isDigit(this.peek())) this.at++;
    return this.at > start;
  }

  private word(word: string): bool {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private take(unit: i32): bool {
    if (this.peek() != unit) return false;
    this.at++;
    return true;
  }

  /** The next UTF-16 unit; -1 at the end. */
  private peek(): i32 {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : -1;
  }

  /** Nothing that follows can be read any more. */
  private fail(): Json {
    this.failed = true;
    this.at = this.text.length;
    return Json.none;
  }
}

/** What a letter stands for behind a backslash; -1 for one that stands for nothing. */
function unitOf(letter: i32): i32 {
  switch (letter) {
    case 0x22:
    case 0x5c:
    case 0x2f:
      return letter;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
  }
  return -1;
}

function isDigit(unit: i32): bool {
  return unit >= 0x30 && unit <= 0x39;
}

function hexDigit(unit: i32): i32 {
  if (isDigit(unit)) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
