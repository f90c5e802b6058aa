/**
 * Eight units of UTF-16 or Latin-1 at a time to UTF-8, whatever characters they hold.
 *
 * Each unit becomes a word of up to three bytes. The words are stored one over
 * the other, each where the last byte of the one before it ends, so that no
 * branch depends on the text. Surrogates end a block early: their pairs are
 * taken one by one. Unicode 16, §3.9 (table 3-6).
 */
import {
  add,
  advance,
  all,
  and,
  apply,
  below,
  block,
  branch,
  branchIf,
  differ,
  get,
  i32,
  i64,
  load,
  nothing,
  op,
  set,
  shl,
  sub,
  when,
  whilst,
  type Body,
  type Code,
  type Local,
} from "../code.ts";
import { memoryOf, type Crossing } from "../crossing.ts";
import { held, loadVector, repeated, storeHalf, type Held } from "../vectors.ts";
import { unitShift } from "./encoding.ts";
import { anyUnitHas, surrogates } from "./quick-look.ts";
import { surrogatePair } from "./supplementary.ts";

/** In a block. */
const UNITS = 8;

const each = (value: number): number[] => repeated([value & 0xff, value >> 8]);
const CONSTANTS = {
  one: each(1),
  two: each(0x80),
  three: each(0x800),
  low6: each(0x3f),
  follows: each(0x80),
  lead2: each(0xc0),
  lead3: each(0xe0),
};

interface Copy {
  readonly crossing: Crossing;
  readonly encoding: "utf16" | "latin1";
  readonly from: Local;
  readonly to: Local;
  readonly end: Local;
}

interface Block extends Copy {
  readonly units: Local;
  /** i64: byte n says how many bytes units 0 to n take. */
  readonly ends: Local;
  /** Lanes of two bytes or more, and of three. */
  readonly two: Local;
  readonly three: Local;
  readonly constants: Held<keyof typeof CONSTANTS>;
}

/**
 * Copies up to the last units, eight at most.
 *
 * `to` must have room for the worst case from `from` on; all of it may be
 * written to.
 */
export function unitBlocksToUtf8(copy: Copy): Code {
  return (body) => {
    const vector = (): Local => body.local("v128");
    const constants = held(body, CONSTANTS);
    const ends = body.local("i64");
    const b: Block = { ...copy, units: vector(), ends, two: vector(), three: vector(), constants };
    const { crossing, encoding, from, to, end } = copy;
    const shift = unitShift(encoding);
    const left = sub(get(end), get(from));
    const read =
      encoding === "utf16"
        ? loadVector(crossing.from, from)
        : load("v128.load8x8_u", get(from), { memory: memoryOf(crossing.from) });
    const ascii = all(
      storeHalf(crossing.to, to, apply("i8x16.narrow_i16x8_u", get(b.units), get(b.units))),
      advance(from, UNITS << shift),
      advance(to, UNITS),
    );
    const round = block((next) =>
      all(
        set(b.units, read),
        when(apply("i32.eqz", anyUnitHas(0xff80, get(b.units))), all(ascii, branch(next))),
        storeWords(b, body),
        encoding === "utf16" ? moveToSurrogate(b, body) : moveOn(b),
      ),
    );
    const enough = below(i32(UNITS << shift), left);
    all(constants.hold, whilst(enough, round))(body);
  };
}

/** The second byte of each lane. */
function second(byte: Code): Code {
  return apply("i16x8.shl", byte, i32(8));
}

/** Stores the units' words, and sets `ends`. The words of surrogates mean nothing. */
function storeWords(b: Block, body: Body): Code {
  const { crossing, encoding, to, units, ends, two, three } = b;
  const [firstBytes, lastByte, words] = [body.local("v128"), body.local("v128"), body.local("v128")];
  const c = b.constants.of;
  const wide = encoding === "utf16";
  // A lane that holds is -1.
  const upToTwoBytes = apply("i16x8.sub", c.one, get(two));
  const sizes = wide ? apply("i16x8.sub", upToTwoBytes, get(three)) : upToTwoBytes;
  const packed = op("i64x2.extract_lane", [0], apply("i8x16.narrow_i16x8_u", sizes, sizes));
  const following = (lanes: Code): Code => apply("v128.or", apply("v128.and", lanes, c.low6), c.follows);
  const sixUp = apply("i16x8.shr_u", get(units), i32(6));
  const asTwo = apply("v128.or", apply("v128.or", sixUp, c.lead2), second(get(lastByte)));
  const asThree = apply(
    "v128.or",
    apply("v128.or", apply("i16x8.shr_u", get(units), i32(12)), c.lead3),
    second(following(sixUp)),
  );
  const upToTwo = apply("v128.bitselect", asTwo, get(units), get(two));
  return all(
    set(two, apply("i16x8.ge_u", get(units), c.two)),
    wide ? set(three, apply("i16x8.ge_u", get(units), c.three)) : nothing,
    set(ends, apply("i64.mul", packed, i64(0x0101_0101_0101_0101n))),
    set(lastByte, following(get(units))),
    set(firstBytes, wide ? apply("v128.bitselect", asThree, upToTwo, get(three)) : upToTwo),
    ...[0, 4].flatMap((half) => [
      set(words, interleaved(firstBytes, lastByte, half)),
      ...[0, 1, 2, 3].map((lane) =>
        op(
          "v128.store32_lane",
          [{ memory: memoryOf(crossing.to), align: 0 }, lane],
          half + lane === 0 ? get(to) : add(get(to), endOf(ends, half + lane - 1)),
          get(words),
        ),
      ),
    ]),
  );
}

/** Bytes that units 0 to `unit` take. */
function endOf(ends: Local, unit: number): Code {
  const byte = apply("i32.wrap_i64", apply("i64.shr_u", get(ends), i64(BigInt(8 * unit))));
  return unit === UNITS - 1 ? byte : and(byte, i32(0xff));
}

function moveOn({ encoding, from, to, ends }: Block): Code {
  return all(advance(from, UNITS << unitShift(encoding)), set(to, add(get(to), endOf(ends, UNITS - 1))));
}

/** To the next block, or to the first surrogate, and beyond those that follow each other. */
function moveToSurrogate(b: Block, body: Body): Code {
  const { crossing, from, to, end, units, ends } = b;
  const [found, before] = [body.local("i32"), body.local("i32")];
  const unit = load("i32.load16_u", get(from), { memory: memoryOf(crossing.from) });
  const pair = surrogatePair(
    body,
    { module: crossing.module, side: crossing.from, from, end },
    { side: crossing.to, to },
  );
  /** Nothing is before unit 0: the ends move up by one. */
  const endBefore = apply(
    "i32.wrap_i64",
    apply("i64.shr_u", apply("i64.shl", get(ends), i64(8n)), apply("i64.extend_i32_u", shl(get(before), 3))),
  );
  return all(
    set(found, surrogates(get(units))),
    when(
      get(found),
      all(
        set(before, apply("i32.ctz", get(found))),
        set(to, add(get(to), and(endBefore, i32(0xff)))),
        set(from, add(get(from), shl(get(before), 1))),
        block((out) =>
          whilst(
            differ(get(from), get(end)),
            all(branchIf(out, differ(and(unit, i32(0xf800)), i32(0xd800))), pair),
          ),
        ),
      ),
      moveOn(b),
    ),
  );
}

/** Four 16-bit lanes of both from `start` on, in turn. */
function interleaved(a: Local, b: Local, start: number): Code {
  const bytes = [0, 1, 2, 3].flatMap((i) => [0, 1, 16, 17].map((byte) => byte + 2 * (start + i)));
  return op("i8x16.shuffle", [bytes], get(a), get(b));
}
