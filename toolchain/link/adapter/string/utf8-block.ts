/**
 * Sixteen bytes of UTF-8 at a time, whatever characters they hold.
 *
 * A character belongs to the block that its first byte lies in; its other bytes
 * are read beyond the block's end, so no block depends on what the one before
 * decoded. Which bytes have to be continuations is counted in bits: a mask of
 * those that the first bytes ask for against a mask of those that are, with what
 * reaches beyond the block in `pending`. Four-byte sequences end a block early
 * and are decoded one by one. Unicode 16, §3.9 (tables 3-6 and 3-7).
 */
import {
  add,
  advance,
  all,
  and,
  apply,
  atLeast,
  block,
  branch,
  differ,
  get,
  i32,
  load,
  op,
  or,
  set,
  shl,
  shr,
  sub,
  when,
  whilst,
  type Body,
  type Code,
  type Local,
} from "../code.ts";
import { memoryOf, type Crossing, type Side } from "../crossing.ts";
import type { AdapterModule } from "../module.ts";
import { trapIf } from "../trap.ts";
import { held, loadVector, repeated, storeVector, type Held } from "../vectors.ts";
import { decodeNext } from "./decode.ts";
import { encodeNext } from "./encode.ts";
import { storeWidened } from "./quick-look.ts";

/** A place in the text, moved by what reads it. */
interface Reader {
  readonly module: AdapterModule;
  readonly side: Side;
  readonly from: Local;
  readonly end: Local;
}

/** A block, taken apart. Vectors have a lane for each byte, masks a bit. */
interface Block extends Reader {
  readonly first: Local;
  /** The bytes after those of `first`. */
  readonly second: Local;
  /** Lanes of continuations, and of first bytes of three-byte sequences (four-byte ones are beyond the cut). */
  readonly follows: Local;
  readonly three: Local;
  /** In lanes of first bytes: the upper byte of the character's unit. */
  readonly high: Local;
  readonly notAscii: Local;
  readonly continuations: Local;
  /** Continuations that have to follow; bit 0 is the next block's first byte. */
  readonly pending: Local;
  /** Bytes before the first four-byte sequence; 16 without one. */
  readonly cut: Local;
  readonly mask: Local;
  readonly constants: Held<keyof typeof CONSTANTS>;
}

const each = (value: number): number[] => repeated([value]);
const CONSTANTS = {
  zero: each(0x00),
  one: each(0x01),
  two: each(0x02),
  four: each(0x04),
  low4: each(0x0f),
  low6: each(0x3f),
  high2: each(0xc0),
  surrogate: each(0xd8),
  lead3: each(0xe0),
  lead4: each(0xf0),
  high5: each(0xf8),
  high7: each(0xfe),
  lanes: Array.from({ length: 16 }, (_, i) => i),
};

function openBlock(body: Body, reader: Reader): Block {
  const [vector, mask] = [() => body.local("v128"), () => body.local("i32")];
  return {
    ...reader,
    first: vector(),
    second: vector(),
    follows: vector(),
    three: vector(),
    high: vector(),
    notAscii: mask(),
    continuations: mask(),
    pending: mask(),
    cut: mask(),
    mask: mask(),
    constants: held(body, CONSTANTS),
  };
}

/** Moves `from` to `end`, or to a character less than `ahead` bytes and a character before it. */
function eachBlock(b: Block, ahead: number, ascii: Code, judged: Code, one: Code): Code {
  const { from, end, cut, pending } = b;
  const inOrder = apply("i32.eqz", or(get(b.notAscii), get(pending)));
  const left = sub(get(end), get(from));
  const round = block((next) =>
    all(
      set(b.first, loadVector(b.side, from)),
      set(b.notAscii, apply("i8x16.bitmask", get(b.first))),
      when(inOrder, all(ascii, advance(from, 16), branch(next))),
      judge(b),
      judged,
      set(from, add(get(from), get(cut))),
      when(differ(get(cut), i32(16)), all(invalidIf(b, get(pending)), fourByteRun(b, one))),
    ),
  );
  return all(
    set(pending, i32(0)),
    b.constants.hold,
    whilst(atLeast(left, i32(ahead)), round),
    settle(b),
  );
}

function invalidIf(b: Reader, condition: Code): Code {
  return trapIf(b.module, condition, "string is not valid UTF-8");
}

/** Takes the block apart, and traps if what is before its cut is ill-formed. */
function judge(b: Block): Code {
  const { first, second, follows, three, high, continuations, pending, cut, mask } = b;
  const c = b.constants.of;
  const ask = (lanes: Code, bytes: number): Code => shl(and(lanes, get(mask)), bytes);
  const leads = apply("i32.xor", get(b.notAscii), get(continuations));
  const owed = or(get(pending), or(ask(leads, 1), ask(apply("i8x16.bitmask", get(three)), 2)));
  const top = apply("v128.and", get(high), c.high5);
  const overlong2 = apply("i8x16.eq", apply("v128.and", get(first), c.high7), c.high2);
  const outside3 = apply(
    "v128.and",
    get(three),
    apply("v128.or", apply("i8x16.eq", top, c.zero), apply("i8x16.eq", top, c.surrogate)),
  );
  const fours = apply("i8x16.bitmask", apply("i8x16.ge_u", get(first), c.lead4));
  return all(
    set(second, loadVector(b.side, b.from, 1)),
    set(follows, apply("i8x16.lt_s", get(first), c.high2)),
    set(three, apply("i8x16.ge_u", get(first), c.lead3)),
    set(continuations, apply("i8x16.bitmask", get(follows))),
    set(cut, apply("i32.ctz", or(fours, i32(0x1_0000)))),
    set(mask, sub(apply("i32.shl", i32(1), get(cut)), i32(1))),
    set(high, upperBytes(b)),
    set(pending, owed),
    invalidIf(
      b,
      and(
        or(
          apply("i32.xor", get(pending), get(continuations)),
          apply("i8x16.bitmask", apply("v128.or", overlong2, outside3)),
        ),
        get(mask),
      ),
    ),
    set(pending, apply("i32.shr_u", get(pending), get(cut))),
  );
}

/** Bits 8 to 11 come from the byte before the last, 12 to 15 from the first of three. */
function upperBytes({ first, second, three, constants }: Block): Code {
  const c = constants.of;
  const beforeLast = apply("v128.bitselect", get(second), get(first), get(three));
  return apply(
    "v128.or",
    apply("v128.and", apply("i16x8.shr_u", beforeLast, i32(2)), c.low4),
    apply(
      "v128.and",
      apply("v128.and", apply("i16x8.shl", get(first), i32(4)), c.lead4),
      get(three),
    ),
  );
}

/** Characters one by one, as long as they are of four bytes. */
function fourByteRun({ side, from, end }: Block, one: Code): Code {
  const byte = load("i32.load8_u", get(from), { memory: memoryOf(side) });
  return all(
    one,
    block((out) =>
      whilst(
        differ(get(from), get(end)),
        when(atLeast(byte, i32(0xf0)), one, branch(out)),
      ),
    ),
  );
}

/** Passes what is left of a character that the last block began. */
function settle(b: Block): Code {
  const { side, from, pending } = b;
  const byte = load("i32.load8_s", get(from), { memory: memoryOf(side) });
  return whilst(
    get(pending),
    all(
      invalidIf(b, apply("i32.ge_s", byte, i32(-0x40))),
      advance(from, 1),
      set(pending, shr(get(pending), 1)),
    ),
  );
}

/** Validates up to the last bytes, fewer than 17 and a character. */
export function validateUtf8Blocks(reader: Reader): Code {
  return (body) => {
    const char = body.local("i32");
    const { module, side, from, end } = reader;
    const one = decodeNext(module, side, "utf8", { pointer: from, end, char });
    eachBlock(openBlock(body, reader), 17, () => {}, () => {}, one)(body);
  };
}

/**
 * Copies up to the last bytes, fewer than 18 and a character, to UTF-16.
 *
 * `to` must have room for a unit for each byte from `from` on; all of it may be
 * written to.
 */
export function utf8BlocksToUtf16(
  crossing: Crossing,
  { from, to, end }: { readonly from: Local; readonly to: Local; readonly end: Local },
): Code {
  return (body) => {
    const char = body.local("i32");
    const { module, from: side } = crossing;
    const b = openBlock(body, { module, side, from, end });
    const one = all(
      decodeNext(module, side, "utf8", { pointer: from, end, char }),
      encodeNext(module, crossing.to, "utf16", to, char),
    );
    const ascii = all(storeWidened(crossing.to, to, b.first), advance(to, 32));
    eachBlock(b, 18, ascii, storeUnits(crossing, body, b, to), one)(body);
  };
}

/** The lanes of first bytes become units, close together: up to eight from each half of the block. */
function storeUnits(crossing: Crossing, body: Body, b: Block, to: Local): Code {
  const { first, second, follows, three, high, continuations, mask } = b;
  const c = b.constants.of;
  const [low, beyond, index, part] = [
    body.local("v128"),
    body.local("v128"),
    body.local("v128"),
    body.local("v128"),
  ];
  const beforeLast = apply("v128.bitselect", get(second), get(first), get(three));
  const last = apply("v128.bitselect", loadVector(b.side, b.from, 2), get(second), get(three));
  const lower = apply(
    "v128.or",
    apply("v128.and", apply("i16x8.shl", beforeLast, i32(6)), c.high2),
    apply("v128.and", last, c.low6),
  );
  const unitsOf = (bits: Code): Code =>
    shl(apply("i32.popcnt", and(apply("i32.xor", get(continuations), i32(-1)), bits)), 1);
  return all(
    set(beyond, apply("i8x16.lt_s", get(first), c.zero)),
    set(low, apply("v128.bitselect", lower, get(first), get(beyond))),
    set(high, apply("v128.and", get(high), get(beyond))),
    packing(follows, index, part, c),
    set(low, apply("i8x16.swizzle", get(low), get(index))),
    set(high, apply("i8x16.swizzle", get(high), get(index))),
    storeVector(crossing.to, to, interleaved(low, high, 0)),
    set(part, interleaved(low, high, 8)),
    (inner) => {
      const middle = inner.local("i32");
      all(
        set(middle, add(get(to), unitsOf(i32(0xff)))),
        storeVector(crossing.to, middle, get(part)),
      )(inner);
    },
    set(to, add(get(to), unitsOf(get(mask)))),
  );
}

/**
 * Sets `index` to the lanes that do not follow, those of each half from its start.
 *
 * Each such lane has to move down by the number of lanes before it, in its half,
 * that follow. Sums over the lanes give the distances; then all move by the
 * distances' bits, one after the other, each taking its distance along: distance
 * and place together name the lane it comes from. Hacker's Delight, §7-4.
 */
function packing(
  follows: Local,
  index: Local,
  part: Local,
  c: Readonly<Record<keyof typeof CONSTANTS, Code>>,
): Code {
  const sum = (lanes: number): Code =>
    set(index, apply("i8x16.add", get(index), apply("i64x2.shl", get(index), i32(8 * lanes))));
  const move = (lanes: number, bit: Code): Code =>
    all(
      set(
        part,
        apply("v128.and", get(index), apply("i8x16.eq", apply("v128.and", get(index), bit), bit)),
      ),
      set(
        index,
        apply(
          "v128.or",
          apply("v128.xor", get(index), get(part)),
          apply("i64x2.shr_u", get(part), i32(8 * lanes)),
        ),
      ),
    );
  return all(
    set(index, apply("v128.and", get(follows), c.one)),
    ...[1, 2, 4].map(sum),
    set(index, apply("v128.andnot", get(index), get(follows))),
    move(1, c.one),
    move(2, c.two),
    move(4, c.four),
    set(index, apply("i8x16.add", get(index), c.lanes)),
  );
}

/** Eight lanes of both from `start` on, in turn. */
function interleaved(a: Local, b: Local, start: number): Code {
  const lanes = Array.from({ length: 16 }, (_, i) => start + (i >> 1) + 16 * (i & 1));
  return op("i8x16.shuffle", [lanes], get(a), get(b));
}
