/**
 * Blocks of UTF-8 become units of UTF-16, packed by lanes and without a branch.
 *
 * Each lane of a character's first byte computes its unit; the lanes between,
 * of continuations, are squeezed out by one shuffle of the lower bytes and the
 * same one of the upper.
 */
import {
  add,
  advance,
  all,
  and,
  apply,
  get,
  i32,
  op,
  set,
  shl,
  type Body,
  type Code,
  type Local,
} from "../code.ts";
import type { Crossing } from "../crossing.ts";
import { loadVector, storeVector } from "../vectors.ts";
import { storeWidened } from "./quick-look.ts";
import { fourBytes } from "./supplementary.ts";
import { eachBlock, openBlock, type Block } from "./utf8-block.ts";

/**
 * Copies to UTF-16 up to fewer than 18 bytes before the end.
 *
 * `to` must have room for a unit for each byte from `from` on; all of it may be
 * written to.
 */
export function utf8BlocksToUtf16(
  crossing: Crossing,
  { from, to, end }: { readonly from: Local; readonly to: Local; readonly end: Local },
): Code {
  return (body) => {
    const { module, from: side } = crossing;
    const b = openBlock(body, { module, side, from, end });
    const ascii = all(storeWidened(crossing.to, to, b.first), advance(to, 32));
    const other = storeUnits(crossing, body, b, to);
    const one = fourBytes(body, b, { side: crossing.to, to });
    eachBlock(b, 18, { ascii, other, one })(body);
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
      all(set(middle, add(get(to), unitsOf(i32(0xff)))), storeVector(crossing.to, middle, get(part)))(inner);
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
function packing(follows: Local, index: Local, part: Local, c: Block["constants"]["of"]): Code {
  const sum = (lanes: number): Code =>
    set(index, apply("i8x16.add", get(index), apply("i64x2.shl", get(index), i32(8 * lanes))));
  const move = (lanes: number, bit: Code): Code =>
    all(
      set(part, apply("v128.and", get(index), apply("i8x16.eq", apply("v128.and", get(index), bit), bit))),
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
