/**
 * UTF-16 or Latin-1 to UTF-8: room for ASCII first, for the worst case when it is not.
 *
 * Source: CanonicalABI.md, `store_string_to_utf8`.
 */
import type { CoreFuncIndex } from "../../../wasm/index.ts";
import {
  add,
  advance,
  all,
  apply,
  atLeast,
  block,
  branchIf,
  differ,
  get,
  i32,
  load,
  set,
  store,
  sub,
  when,
  whilst,
  type Body,
  type Code,
  type Label,
  type Local,
} from "../code.ts";
import { memoryOf, type Crossing } from "../crossing.ts";
import { allocate } from "../memory.ts";
import { decodeNext } from "./decode.ts";
import { encodeNext } from "./encode.ts";
import { byteLength, checkString, transcoder, unitShift } from "./encoding.ts";
import { anyNotAscii, anyUnitHas } from "./quick-look.ts";
import { unitBlocksToUtf8 } from "./utf16-block.ts";
import { loadVector, storeVector } from "../vectors.ts";

type From = "utf16" | "latin1";
/** Bytes that one code unit takes at most. */
const WORST = { utf16: 3, latin1: 2 };

interface Copy {
  readonly crossing: Crossing;
  readonly encoding: From;
  readonly units: Local;
  /** What `realloc` returned. */
  readonly target: Local;
  readonly from: Local;
  readonly to: Local;
  readonly end: Local;
}

export function toUtf8(crossing: Crossing, encoding: From): CoreFuncIndex {
  return transcoder(crossing, encoding, "utf8", (body, source, units) => {
    const [target, from, to, end] = [
      body.local("i32"),
      body.local("i32"),
      body.local("i32"),
      body.local("i32"),
    ];
    const copy: Copy = { crossing, encoding, units, target, from, to, end };
    return all(
      checkString(crossing, encoding, source, units),
      allocate(crossing, target, 1, get(units)),
      set(from, get(source)),
      set(to, get(target)),
      set(end, add(get(source), byteLength(encoding, units))),
      block((wide) => all(copyAscii(copy, body, wide), get(target), get(units), apply("return"))),
      copyRest(copy, body),
    );
  });
}

/** Leaves by `wide` at the first character beyond ASCII. */
function copyAscii(copy: Copy, body: Body, wide: Label): Code {
  const { crossing, encoding, from, to, end } = copy;
  const unit = body.local("i32");
  const step = encoding === "utf16" ? 2 : 1;
  const read = encoding === "utf16" ? "i32.load16_u" : "i32.load8_u";
  const one = all(
    set(unit, load(read, get(from), { memory: memoryOf(crossing.from) })),
    branchIf(wide, atLeast(get(unit), i32(0x80))),
    store("i32.store8", get(to), get(unit), { memory: memoryOf(crossing.to) }),
    advance(from, step),
    advance(to, 1),
  );
  return all(
    block((out) => copyAsciiVectors(copy, body, out)),
    whilst(differ(get(from), get(end)), one),
  );
}

/** Sixteen characters at a time. */
function copyAsciiVectors(copy: Copy, body: Body, out: Label): Code {
  const { crossing, encoding, from, to, end } = copy;
  const [first, second] = [body.local("v128"), body.local("v128")];
  const bytes = 16 << unitShift(encoding);
  const narrow = all(
    set(second, loadVector(crossing.from, from, 16)),
    branchIf(out, anyUnitHas(0xff80, apply("v128.or", get(first), get(second)))),
    storeVector(crossing.to, to, apply("i8x16.narrow_i16x8_u", get(first), get(second))),
  );
  const same = all(branchIf(out, anyNotAscii(get(first))), storeVector(crossing.to, to, get(first)));
  const round = all(
    set(first, loadVector(crossing.from, from)),
    encoding === "utf16" ? narrow : same,
    advance(from, bytes),
    advance(to, 16),
  );
  return whilst(atLeast(sub(get(end), get(from)), i32(bytes)), round);
}

function copyRest(copy: Copy, body: Body): Code {
  const { crossing, encoding, units, target, from, to, end } = copy;
  const { module } = crossing;
  const [done, worst, char] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const next = { pointer: from, end, char };
  return all(
    set(done, sub(get(to), get(target))),
    set(worst, apply("i32.mul", get(units), i32(WORST[encoding]))),
    allocate(crossing, target, 1, get(worst), { old: { pointer: get(target), bytes: get(units) } }),
    set(to, add(get(target), get(done))),
    unitBlocksToUtf8({ crossing, encoding, from, to, end }),
    whilst(
      differ(get(from), get(end)),
      all(
        decodeNext(module, crossing.from, encoding, next),
        encodeNext(module, crossing.to, "utf8", to, char),
      ),
    ),
    set(done, sub(get(to), get(target))),
    when(
      differ(get(done), get(worst)),
      allocate(crossing, target, 1, get(done), { old: { pointer: get(target), bytes: get(worst) } }),
    ),
    get(target),
    get(done),
  );
}
