/**
 * Characters beyond U+FFFF: four bytes in UTF-8, two surrogates in UTF-16, one word in both.
 *
 * Either way the word's marks are checked at once, and the scalar value's bits
 * are moved from one to the other. Unicode 16, §3.9 (tables 3-5 and 3-6).
 */
import {
  add,
  advance,
  all,
  and,
  atLeast,
  below,
  differ,
  get,
  i32,
  load,
  nothing,
  or,
  set,
  shl,
  shr,
  store,
  sub,
  type Body,
  type Code,
  type Local,
} from "../code.ts";
import { memoryOf, type Side } from "../crossing.ts";
import type { AdapterModule } from "../module.ts";
import { trapIf, type Rule } from "../trap.ts";

/** The first of the supplementary characters. */
const FIRST = 0x1_0000;
const ABOVE = 0x10_0000;

interface Word {
  readonly module: AdapterModule;
  readonly side: Side;
  readonly from: Local;
  readonly end: Local;
}

/** Sets `word` to the next four bytes, and traps unless they are there and carry the marks. */
function takeWord(
  { module, side, from, end }: Word,
  word: Local,
  marks: { readonly mask: number; readonly value: number; readonly rule: Rule },
): Code {
  return all(
    trapIf(module, below(sub(get(end), get(from)), i32(4)), marks.rule),
    set(word, load("i32.load", get(from), { memory: memoryOf(side) })),
    trapIf(module, differ(and(get(word), i32(marks.mask)), i32(marks.value)), marks.rule),
    advance(from, 4),
  );
}

function bits(value: Code, from: number, count: number, to: number): Code {
  const low = and(from === 0 ? value : shr(value, from), i32(2 ** count - 1));
  return to === 0 ? low : shl(low, to);
}

/** Four bytes of UTF-8 to surrogates, or only validated without a target. */
export function fourBytes(
  body: Body,
  place: Word,
  target?: { readonly side: Side; readonly to: Local },
): Code {
  const [word, char] = [body.local("i32"), body.local("i32")];
  const rule = "string is not valid UTF-8";
  const w = get(word);
  const scalar = or(or(bits(w, 0, 3, 18), bits(w, 8, 6, 12)), or(bits(w, 16, 6, 6), bits(w, 24, 6, 0)));
  const surrogates = or(i32(0xdc00_d800), or(bits(get(char), 10, 10, 0), bits(get(char), 0, 10, 16)));
  return all(
    takeWord(place, word, { mask: 0xc0c0_c0f8, value: 0x8080_80f0, rule }),
    set(char, sub(scalar, i32(FIRST))),
    trapIf(place.module, atLeast(get(char), i32(ABOVE)), rule),
    target === undefined
      ? nothing
      : all(
          store("i32.store", get(target.to), surrogates, { memory: memoryOf(target.side) }),
          advance(target.to, 4),
        ),
  );
}

/** A pair of surrogates to four bytes of UTF-8. */
export function surrogatePair(
  body: Body,
  place: Word,
  target: { readonly side: Side; readonly to: Local },
): Code {
  const [word, char] = [body.local("i32"), body.local("i32")];
  const rule = "string is not valid UTF-16";
  const scalar = add(or(bits(get(word), 0, 10, 10), bits(get(word), 16, 10, 0)), i32(FIRST));
  const c = get(char);
  const bytes = or(
    or(i32(0x8080_80f0), bits(c, 18, 3, 0)),
    or(bits(c, 12, 6, 8), or(bits(c, 6, 6, 16), bits(c, 0, 6, 24))),
  );
  return all(
    takeWord(place, word, { mask: 0xfc00_fc00, value: 0xdc00_d800, rule }),
    set(char, scalar),
    store("i32.store", get(target.to), bytes, { memory: memoryOf(target.side) }),
    advance(target.to, 4),
  );
}
