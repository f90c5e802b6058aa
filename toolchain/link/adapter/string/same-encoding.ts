/**
 * Strings between equal encodings: copied sixteen bytes at a time, looked at on the way.
 *
 * The vector that is checked is the one that is stored, so what arrives is what
 * was judged. Short strings never leave Wasm for the engine's own copy, which
 * costs more than it saves there. Source: CanonicalABI.md, `store_string_copy`.
 */
import type { CoreFuncIndex } from "../../../wasm/index.ts";
import {
  add,
  all,
  apply,
  atLeast,
  get,
  i32,
  i64,
  load,
  set,
  store,
  sub,
  when,
  whilst,
  type Body,
  type Code,
  type Local,
} from "../code.ts";
import { memoryOf, type Crossing } from "../crossing.ts";
import { checksFirst } from "../marks.ts";
import { allocate, checkRange } from "../memory.ts";
import { copyBytes, copyVectors, type Ranges } from "../vectors.ts";
import {
  alignmentOf,
  byteLength,
  checkClaim,
  checkString,
  transcoder,
  type SimpleEncoding,
} from "./encoding.ts";
import { validate } from "./validate.ts";
import { gather, gathered, gatherNothing, pair } from "./quick-look.ts";

export function sameEncoding(crossing: Crossing, encoding: SimpleEncoding): CoreFuncIndex {
  return transcoder(crossing, encoding, encoding, (body, source, units) => {
    const ranges = { source, target: body.local("i32"), bytes: body.local("i32") };
    const { target, bytes } = ranges;
    return all(
      (checksFirst(crossing) ? checkString : checkClaim)(crossing, encoding, source, units),
      set(bytes, byteLength(encoding, units)),
      allocate(crossing, target, alignmentOf(encoding), get(bytes), { unchecked: true }),
      encoding === "latin1"
        ? copyBytes(crossing, body, ranges, OUTSIDE)
        : copyText(crossing, encoding, body, ranges),
      get(target),
      get(units),
    );
  });
}

const OUTSIDE = "string is out of bounds";

/** Copies text, and traps if a range is out of bounds or the text ill-formed. */
export function copyText(crossing: Crossing, encoding: "utf8" | "utf16", body: Body, ranges: Ranges): Code {
  const { module, from, to } = crossing;
  const { source, target, bytes } = ranges;
  const seen = body.local("v128");
  const look = (vector: Code): Code => gather(encoding, seen, vector);
  return all(
    gatherNothing(encoding, seen),
    when(
      atLeast(get(bytes), i32(16)),
      copyVectors(crossing, body, ranges, OUTSIDE, look),
      all(
        checkRange(module, from, source, get(bytes), OUTSIDE),
        checkRange(module, to, target, get(bytes), "realloc returned memory out of bounds"),
        copyShort(crossing, encoding, body, ranges, look),
      ),
    ),
    when(gathered(encoding, seen), validate(module, to, encoding, get(target), add(get(target), get(bytes)))),
  );
}

type Look = (vector: Code) => Code;

/** Below sixteen bytes: two words that may overlap, or what is left unit by unit. */
function copyShort(
  crossing: Crossing,
  encoding: "utf8" | "utf16",
  body: Body,
  ranges: Ranges,
  look: Look,
): Code {
  const [low, high] = [body.local("i64"), body.local("i64")];
  const words = (bytes: 4 | 8): Code => copyWords(crossing, ranges, bytes, [low, high], look);
  return when(
    atLeast(get(ranges.bytes), i32(8)),
    words(8),
    when(
      atLeast(get(ranges.bytes), i32(4)),
      words(4),
      copyUnits(crossing, encoding, [body.local("i32"), body.local("i32")], ranges, look),
    ),
  );
}

function copyWords(
  crossing: Crossing,
  { source, target, bytes }: Ranges,
  size: 4 | 8,
  [low, high]: readonly [Local, Local],
  look: Look,
): Code {
  const read = size === 8 ? "i64.load" : "i64.load32_u";
  const write = size === 8 ? "i64.store" : "i64.store32";
  const [memory, into] = [memoryOf(crossing.from), memoryOf(crossing.to)];
  const tail = (start: Local): Code => sub(add(get(start), get(bytes)), i32(size));
  return all(
    set(low, load(read, get(source), { memory })),
    set(high, load(read, tail(source), { memory })),
    store(write, get(target), get(low), { memory: into }),
    store(write, tail(target), get(high), { memory: into }),
    look(size === 8 ? pair(get(low), get(high)) : packed(low, high)),
  );
}

function packed(low: Local, high: Local): Code {
  return apply("i64x2.splat", apply("i64.or", get(low), apply("i64.shl", get(high), i64(32n))));
}

/** Up to three bytes, from the back: one unit of UTF-16, or bytes. */
function copyUnits(
  crossing: Crossing,
  encoding: "utf8" | "utf16",
  [left, unit]: readonly [Local, Local],
  { source, target, bytes }: Ranges,
  look: Look,
): Code {
  const wide = encoding === "utf16";
  const [memory, into] = [memoryOf(crossing.from), memoryOf(crossing.to)];
  const read = wide ? "i32.load16_u" : "i32.load8_u";
  const write = wide ? "i32.store16" : "i32.store8";
  const round = all(
    set(left, sub(get(left), i32(wide ? 2 : 1))),
    set(unit, load(read, add(get(source), get(left)), { memory })),
    store(write, add(get(target), get(left)), get(unit), { memory: into }),
    look(apply(wide ? "i16x8.splat" : "i8x16.splat", get(unit))),
  );
  return all(set(left, get(bytes)), whilst(get(left), round));
}
