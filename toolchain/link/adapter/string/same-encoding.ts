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
  advance,
  all,
  apply,
  atLeast,
  below,
  differ,
  get,
  i32,
  i64,
  load,
  op,
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
import { allocate } from "../memory.ts";
import { alignmentOf, byteLength, checkString, transcoder, type SimpleEncoding } from "./encoding.ts";
import { validate } from "./validate.ts";
import { gather, gathered, loadVector, pair, storeVector } from "./vector.ts";

export function sameEncoding(crossing: Crossing, encoding: SimpleEncoding): CoreFuncIndex {
  return transcoder(crossing, encoding, encoding, (body, source, units) => {
    const [bytes, target] = [body.local("i32"), body.local("i32")];
    return all(
      checkString(crossing, encoding, source, units),
      set(bytes, byteLength(encoding, units)),
      allocate(crossing, target, alignmentOf(encoding), get(bytes)),
      encoding === "latin1"
        ? copyBytes(crossing, source, target, bytes)
        : copyText(crossing, encoding, body, { source, target, bytes }),
      get(target),
      get(units),
    );
  });
}

function copyBytes({ from, to }: Crossing, source: Local, target: Local, bytes: Local): Code {
  return op("memory.copy", [memoryOf(to), memoryOf(from)], get(target), get(source), get(bytes));
}

interface Text {
  readonly source: Local;
  readonly target: Local;
  readonly bytes: Local;
}

/** Copies text between ranges that are checked, and traps if it is ill-formed; `source` and `target` stay. */
export function copyText(crossing: Crossing, encoding: "utf8" | "utf16", body: Body, text: Text): Code {
  const { source, target, bytes } = text;
  const seen = body.local("v128");
  const copy: Copy = {
    crossing,
    encoding,
    seen,
    vector: body.local("v128"),
    from: body.local("i32"),
    to: body.local("i32"),
    last: body.local("i32"),
  };
  const short = shortCopy(copy, body, text);
  return all(
    set(copy.from, get(source)),
    set(copy.to, get(target)),
    when(atLeast(get(bytes), i32(16)), longCopy(copy, text), short),
    when(
      gathered(encoding, seen),
      validate(crossing.module, crossing.to, encoding, get(target), add(get(target), get(bytes))),
    ),
  );
}

interface Copy {
  readonly crossing: Crossing;
  readonly encoding: "utf8" | "utf16";
  readonly seen: Local;
  readonly vector: Local;
  readonly from: Local;
  readonly to: Local;
  readonly last: Local;
}

/** From sixteen bytes on. The last vector may overlap the one before it. */
function longCopy(copy: Copy, { source, target, bytes }: Text): Code {
  const { from, to, last } = copy;
  return all(
    set(last, sub(add(get(source), get(bytes)), i32(16))),
    whilst(below(get(from), get(last)), all(copyVector(copy), advance(from, 16), advance(to, 16))),
    set(from, get(last)),
    set(to, sub(add(get(target), get(bytes)), i32(16))),
    copyVector(copy),
  );
}

function copyVector({ crossing, encoding, seen, vector, from, to }: Copy): Code {
  return all(
    set(vector, loadVector(crossing.from, from)),
    storeVector(crossing.to, to, get(vector)),
    gather(encoding, seen, get(vector)),
  );
}

/** Below sixteen bytes: two words that may overlap, or what is left unit by unit. */
function shortCopy(copy: Copy, body: Body, text: Text): Code {
  const [low, high] = [body.local("i64"), body.local("i64")];
  const words = (bytes: 4 | 8): Code => copyWords(copy, text, bytes, low, high);
  return when(
    atLeast(get(text.bytes), i32(8)),
    words(8),
    when(atLeast(get(text.bytes), i32(4)), words(4), copyUnits(copy, text)),
  );
}

function copyWords(copy: Copy, text: Text, bytes: 4 | 8, low: Local, high: Local): Code {
  const { crossing, encoding, seen } = copy;
  const read = bytes === 8 ? "i64.load" : "i64.load32_u";
  const write = bytes === 8 ? "i64.store" : "i64.store32";
  const [memory, into] = [memoryOf(crossing.from), memoryOf(crossing.to)];
  const tail = (start: Local): Code => sub(add(get(start), get(text.bytes)), i32(bytes));
  return all(
    set(low, load(read, get(text.source), { memory })),
    set(high, load(read, tail(text.source), { memory })),
    store(write, get(text.target), get(low), { memory: into }),
    store(write, tail(text.target), get(high), { memory: into }),
    gather(encoding, seen, bytes === 8 ? pair(get(low), get(high)) : packed(low, high)),
  );
}

function packed(low: Local, high: Local): Code {
  return apply("i64x2.splat", apply("i64.or", get(low), apply("i64.shl", get(high), i64(32n))));
}

function copyUnits({ crossing, encoding, seen, from, to, last }: Copy, text: Text): Code {
  const wide = encoding === "utf16";
  const size = wide ? 2 : 1;
  const unit = last;
  const end = add(get(text.source), get(text.bytes));
  const read = load(wide ? "i32.load16_u" : "i32.load8_u", get(from), { memory: memoryOf(crossing.from) });
  const round = all(
    set(unit, read),
    store(wide ? "i32.store16" : "i32.store8", get(to), get(unit), { memory: memoryOf(crossing.to) }),
    gather(encoding, seen, apply(wide ? "i16x8.splat" : "i8x16.splat", get(unit))),
    advance(from, size),
    advance(to, size),
  );
  return whilst(differ(get(from), end), round);
}
