/**
 * `latin1+utf16` to any encoding: the tag in the length says which one it is.
 *
 * Source: CanonicalABI.md, `store_string_into_range` and
 * `store_probably_utf16_to_latin1_or_utf16`.
 */
import type { CoreFuncIndex } from "../../../wasm/index.ts";
import {
  add,
  advance,
  all,
  and,
  apply,
  atLeast,
  block,
  branchIf,
  call,
  differ,
  get,
  i32,
  load,
  or,
  set,
  shl,
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
import { byteLength, checkString, transcoder, UTF16_TAG } from "./encoding.ts";
import { copyText, sameEncoding } from "./same-encoding.ts";
import { toUtf16 } from "./to-utf16.ts";
import { toUtf8 } from "./to-utf8.ts";
import { anyUnitHas } from "./quick-look.ts";
import { loadVector, storeVector } from "../vectors.ts";

export function fromTagged(crossing: Crossing): CoreFuncIndex {
  const { latin1, utf16 } = untagged(crossing);
  return transcoder(crossing, "latin1+utf16", crossing.to.encoding, (_body, source, tagged) =>
    all(
      when(
        and(get(tagged), i32(UTF16_TAG)),
        all(call(utf16, get(source), and(get(tagged), i32(UTF16_TAG - 1))), apply("return")),
      ),
      call(latin1, get(source), get(tagged)),
    ),
  );
}

function untagged(crossing: Crossing): { latin1: CoreFuncIndex; utf16: CoreFuncIndex } {
  switch (crossing.to.encoding) {
    case "utf8":
      return { latin1: toUtf8(crossing, "latin1"), utf16: toUtf8(crossing, "utf16") };
    case "utf16":
      return { latin1: toUtf16(crossing, "latin1"), utf16: sameEncoding(crossing, "utf16") };
    case "latin1+utf16":
      return { latin1: sameEncoding(crossing, "latin1"), utf16: probablyUtf16(crossing) };
  }
}

/** UTF-16 that stays so, unless all of it turns out to be Latin-1. */
function probablyUtf16(crossing: Crossing): CoreFuncIndex {
  return transcoder(crossing, "utf16", "latin1+utf16", (body, source, units) => {
    const [bytes, target] = [body.local("i32"), body.local("i32")];
    const shrink = allocate(crossing, target, 1, get(units), {
      old: { pointer: get(target), bytes: get(bytes) },
    });
    return all(
      checkString(crossing, "utf16", source, units),
      set(bytes, byteLength("utf16", units)),
      allocate(crossing, target, 2, get(bytes)),
      copyText(crossing, "utf16", body, { source, target, bytes }),
      when(
        anyBeyondLatin1(crossing, body, target, bytes),
        all(get(target), or(get(units), i32(UTF16_TAG)), apply("return")),
      ),
      narrow(crossing, body, target, units),
      shrink,
      get(target),
      get(units),
    );
  });
}

/** Pushes 1 if a unit in the range is beyond 0xff. */
function anyBeyondLatin1(crossing: Crossing, body: Body, target: Local, bytes: Local): Code {
  const [at, end, found] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const unit = load("i32.load16_u", get(at), { memory: memoryOf(crossing.to) });
  const scan = block((out) => {
    const look = (many: Code, size: number): Code =>
      all(set(found, many), branchIf(out, get(found)), advance(at, size));
    const vectors = look(anyUnitHas(0xff00, loadVector(crossing.to, at)), 16);
    return all(
      whilst(atLeast(sub(get(end), get(at)), i32(16)), vectors),
      whilst(differ(get(at), get(end)), look(atLeast(unit, i32(0x100)), 2)),
    );
  });
  return all(set(at, get(target)), set(end, add(get(target), get(bytes))), scan, get(found));
}

/** Units become bytes in place, from the front: what is read lies ahead of what is written. */
function narrow(crossing: Crossing, body: Body, target: Local, units: Local): Code {
  const memory = memoryOf(crossing.to);
  const [from, to, end] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const bytes = apply(
    "i8x16.narrow_i16x8_u",
    loadVector(crossing.to, from),
    loadVector(crossing.to, from, 16),
  );
  const unit = load("i32.load16_u", get(from), { memory });
  return all(
    set(from, get(target)),
    set(to, get(target)),
    set(end, add(get(target), shl(get(units), 1))),
    whilst(
      atLeast(sub(get(end), get(from)), i32(32)),
      all(storeVector(crossing.to, to, bytes), advance(from, 32), advance(to, 16)),
    ),
    whilst(
      differ(get(from), get(end)),
      all(store("i32.store8", get(to), unit, { memory }), advance(from, 2), advance(to, 1)),
    ),
  );
}
