/**
 * Sixteen bytes of UTF-8 at a time, whatever characters they hold.
 *
 * A character belongs to the block that its first byte lies in; its other bytes
 * are read beyond the block's end, so no block depends on what the one before
 * decoded. Which bytes have to be continuations is counted in bits: a mask of
 * those that the first bytes ask for against a mask of those that are, with what
 * reaches beyond the block in `pending`. Four-byte sequences end a block early
 * and are taken one by one. Unicode 16, §3.9 (tables 3-6 and 3-7).
 */
import {
  add,
  advance,
  all,
  and,
  apply,
  atLeast,
  below,
  block,
  branch,
  branchIf,
  differ,
  get,
  i32,
  load,
  nothing,
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
import { memoryOf, type Side } from "../crossing.ts";
import type { AdapterModule } from "../module.ts";
import { trapIf } from "../trap.ts";
import { held, loadVector, repeated, type Held } from "../vectors.ts";
import { fourBytes } from "./supplementary.ts";

/** A place in the text, moved by what reads it. */
export interface Reader {
  readonly module: AdapterModule;
  readonly side: Side;
  readonly from: Local;
  readonly end: Local;
}

type Constants = Held<Constant>;

/** A block, taken apart. Vectors have a lane for each byte, masks a bit. */
export interface Block extends Reader {
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
  readonly constants: Constants;
}

const each = (value: number): number[] => repeated([value]);
type Constant =
  | "zero"
  | "one"
  | "two"
  | "four"
  | "low4"
  | "low6"
  | "high2"
  | "surrogate"
  | "lead3"
  | "lead4"
  | "high5"
  | "high7"
  | "lanes";
/** Sixteen lanes each; `lanes` are numbered. */
const CONSTANTS: Readonly<Record<Constant, readonly number[]>> = {
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

export function openBlock(body: Body, reader: Reader): Block {
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

/** What is done with a block of ASCII, with any other that is well-formed, and with a character of four bytes. */
interface Work {
  readonly ascii: Code;
  readonly other: Code;
  readonly one: Code;
}

/** Moves `from` to a character that begins less than `ahead` bytes before `end`, or to `end`. */
export function eachBlock(b: Block, ahead: number, { ascii, other, one }: Work): Code {
  const { from, end, cut, pending } = b;
  const inOrder = apply("i32.eqz", or(get(b.notAscii), get(pending)));
  const left = sub(get(end), get(from));
  const round = block((next) =>
    all(
      set(b.first, loadVector(b.side, from)),
      set(b.notAscii, apply("i8x16.bitmask", get(b.first))),
      when(inOrder, all(ascii, advance(from, 16), branch(next))),
      judge(b),
      other,
      set(from, add(get(from), get(cut))),
      when(differ(get(cut), i32(16)), all(invalidIf(b, get(pending)), fourByteRun(b, one))),
    ),
  );
  return all(set(pending, i32(0)), b.constants.hold, whilst(atLeast(left, i32(ahead)), round), settle(b));
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
    apply("v128.and", apply("v128.and", apply("i16x8.shl", get(first), i32(4)), c.lead4), get(three)),
  );
}

/** From one on: all that follow each other. */
function fourByteRun({ side, from, end }: Block, one: Code): Code {
  const byte = load("i32.load8_u", get(from), { memory: memoryOf(side) });
  return block((out) => whilst(differ(get(from), get(end)), all(branchIf(out, below(byte, i32(0xf0))), one)));
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

/** Validates up to fewer than 17 bytes before the end. */
export function validateUtf8Blocks(reader: Reader): Code {
  return (body) => {
    const one = fourBytes(body, reader);
    eachBlock(openBlock(body, reader), 17, { ascii: nothing, other: nothing, one })(body);
  };
}
