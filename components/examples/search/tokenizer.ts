// @wit search:tokenizer/api
//
// Text in, words out. It holds no grant at all: whatever stands in a text, the
// worst this app can do is to return wrong words.

/** A word in lower case, and where it begins, in UTF-16 units. */
export class Token {
  constructor(
    public word: string,
    public start: u32,
  ) {}
}

/** The words of a text: letters and digits in a row. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const length = text.length;
  let start = -1;
  for (let i = 0; i <= length; i++) {
    if (i < length && isWordUnit(text.charCodeAt(i))) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      tokens.push(new Token(text.substring(start, i).toLowerCase(), start));
      start = -1;
    }
  }
  return tokens;
}

/** Letters and digits of ASCII, and the letters of the scripts below the surrogates; no punctuation, no emoji. */
function isWordUnit(unit: i32): bool {
  if (unit < 0x80) {
    return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
  }
  if (unit == 0xd7 || unit == 0xf7) return false;
  return (unit >= 0xc0 && unit < 0x2000) || (unit >= 0x3040 && unit < 0xd800);
}
