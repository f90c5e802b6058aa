/**
 * UTF-8 or UTF-16 to `latin1+utf16`: Latin-1 as long as it goes.
 *
 * At the first character beyond, what is written is widened in place and the rest
 * follows in UTF-16. Source: CanonicalABI.md, `store_string_to_latin1_or_utf16`.
 */
import type { CoreFuncIndex } from "../../../wasm/index.ts";
import {
  add,
  advance,
  all,
  apply,
  atLeast,
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
import { byteLength, checkString, transcoder, UTF16_TAG } from "./encoding.ts";
import { anyNotAscii, anyUnitHas, storeWidened, surrogates } from "./quick-look.ts";
import { utf8BlocksToUtf16 } from "./utf8-units.ts";
import { loadVector, storeHalf, storeVector } from "../vectors.ts";

type From = "utf8" | "utf16";

interface Copy {
  readonly crossing: Crossing;
  readonly encoding: From;
  readonly units: Local;
  readonly target: Local;
  readonly from: Local;
  readonly to: Local;
  readonly end: Local;
  readonly char: Local;
  /** Bytes written. */
  readonly done: Local;
}

export function toTagged(crossing: Crossing, encoding: From): CoreFuncIndex {
  return transcoder(crossing, encoding, "latin1+utf16", (body, source, units) => {
    const copy: Copy = {
      crossing,
      encoding,
      units,
      target: body.local("i32"),
      from: source,
      to: body.local("i32"),
      end: body.local("i32"),
      char: body.local("i32"),
      done: body.local("i32"),
    };
    return all(
      checkString(crossing, encoding, source, units),
      allocate(crossing, copy.target, 2, get(units)),
      set(copy.to, get(copy.target)),
      set(copy.end, add(get(source), byteLength(encoding, units))),
      block((wide) => copyLatin1(copy, body, wide)),
      widen(copy, body),
      copyRest(copy, body),
    );
  });
}

/** Returns from the function, or leaves by `wide` with `from` at the first character beyond Latin-1. */
function copyLatin1(copy: Copy, body: Body, wide: Label): Code {
  const { crossing, encoding, units, target, from, to, end, char, done } = copy;
  const next = body.local("i32");
  const round = all(
    decodeNext(crossing.module, crossing.from, encoding, { pointer: from, end, char, next }),
    branchIf(wide, atLeast(get(char), i32(0x100))),
    store("i32.store8", get(to), get(char), { memory: memoryOf(crossing.to) }),
    advance(to, 1),
    set(from, get(next)),
  );
  return all(
    whilst(
      differ(get(from), get(end)),
      block((again) => all(latin1Block(copy, body, again), round)),
    ),
    set(done, sub(get(to), get(target))),
    when(differ(get(done), get(units)), resize(copy, units)),
    get(target),
    get(done),
    apply("return"),
  );
}

/** Sixteen bytes that are all ASCII or all Latin-1, and on to `next`; otherwise what of them is ASCII. */
function latin1Block(copy: Copy, body: Body, next: Label): Code {
  const { crossing, encoding, from, to, end } = copy;
  const vector = body.local("v128");
  const half = apply("i8x16.narrow_i16x8_u", get(vector), get(vector));
  const units = when(
    apply("i32.eqz", anyUnitHas(0xff00, get(vector))),
    all(storeHalf(crossing.to, to, half), advance(from, 16), advance(to, 8), branch(next)),
  );
  return when(
    atLeast(sub(get(end), get(from)), i32(16)),
    all(
      set(vector, loadVector(crossing.from, from)),
      encoding === "utf8" ? asciiOf(copy, body, vector, next) : units,
    ),
  );
}

/** There is room for all sixteen bytes; those that are not ASCII are written over. */
function asciiOf({ crossing, from, to }: Copy, body: Body, vector: Local, next: Label): Code {
  return all(
    storeVector(crossing.to, to, get(vector)),
    upTo(body, anyNotAscii(get(vector)), [from, to], { lanes: 16, shift: 0 }, next),
  );
}

/** Moves both to the first lane that is marked in `mask`; when none is, beyond all and on to `next`. */
function upTo(
  body: Body,
  mask: Code,
  both: readonly Local[],
  { lanes, shift }: { readonly lanes: number; readonly shift: number },
  next: Label,
): Code {
  const marked = body.local("i32");
  // A branch and not a sum of both cases: the next block does not wait for this one's mask.
  return all(
    set(marked, mask),
    when(
      apply("i32.eqz", get(marked)),
      all(...both.map((local) => advance(local, lanes << shift)), branch(next)),
    ),
    set(marked, shl(apply("i32.ctz", get(marked)), shift)),
    ...both.map((local) => set(local, add(get(local), get(marked)))),
  );
}

/** Makes `target` as large as `done` says. */
function resize({ crossing, target, done }: Copy, have: Local): Code {
  return allocate(crossing, target, 2, get(done), { old: { pointer: get(target), bytes: get(have) } });
}

/** Makes room for the worst case, and what was written so far UTF-16: from the back, so that nothing is lost. */
function widen(copy: Copy, body: Body): Code {
  const { crossing, units, target, to, done } = copy;
  const memory = memoryOf(crossing.to);
  const [left, room, at, vector] = [
    body.local("i32"),
    body.local("i32"),
    body.local("i32"),
    body.local("v128"),
  ];
  const byte = load("i32.load8_u", add(get(target), get(left)), { memory });
  return all(
    set(left, sub(get(to), get(target))),
    set(room, shl(get(units), 1)),
    set(done, get(room)),
    resize(copy, units),
    set(to, add(get(target), shl(get(left), 1))),
    whilst(
      atLeast(get(left), i32(16)),
      all(
        set(left, sub(get(left), i32(16))),
        set(at, add(get(target), get(left))),
        set(vector, loadVector(crossing.to, at)),
        set(at, add(get(at), get(left))),
        storeWidened(crossing.to, at, vector),
      ),
    ),
    whilst(
      get(left),
      all(
        set(left, sub(get(left), i32(1))),
        store("i32.store16", add(get(target), shl(get(left), 1)), byte, { memory }),
      ),
    ),
  );
}

function copyRest(copy: Copy, body: Body): Code {
  const { crossing, encoding, units, target, from, to, end, char, done } = copy;
  const room = body.local("i32");
  const one = all(
    decodeNext(crossing.module, crossing.from, encoding, { pointer: from, end, char }),
    encodeNext(crossing.module, crossing.to, "utf16", to, char),
  );
  return all(
    encoding === "utf8" ? utf8BlocksToUtf16(crossing, { from, to, end }) : nothing,
    whilst(
      differ(get(from), get(end)),
      encoding === "utf8" ? one : block((next) => all(unitBlock(copy, body, next), one)),
    ),
    set(room, shl(get(units), 1)),
    set(done, sub(get(to), get(target))),
    when(differ(get(done), get(room)), resize(copy, room)),
    get(target),
    or(shr(get(done), 1), i32(UTF16_TAG)),
  );
}

/** Eight units without surrogates, and on to `next`; otherwise those before the first. */
function unitBlock({ crossing, from, to, end }: Copy, body: Body, next: Label): Code {
  const vector = body.local("v128");
  return when(
    atLeast(sub(get(end), get(from)), i32(16)),
    all(
      set(vector, loadVector(crossing.from, from)),
      storeVector(crossing.to, to, get(vector)),
      upTo(body, surrogates(get(vector)), [from, to], { lanes: 8, shift: 1 }, next),
    ),
  );
}
