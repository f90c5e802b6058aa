/**
 * UTF-8 or Latin-1 to UTF-16: room for one unit a byte, made smaller afterwards.
 *
 * Source: CanonicalABI.md, `store_utf8_to_utf16`, and `store_string_copy` for Latin-1.
 */
import type { CoreFuncIndex } from "../../../wasm/index.ts";
import {
  add,
  advance,
  all,
  apply,
  atLeast,
  below,
  block,
  branch,
  differ,
  get,
  i32,
  load,
  nothing,
  set,
  shl,
  shr,
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
import { decodeNext } from "./decode.ts";
import { encodeNext } from "./encode.ts";
import { checkString, transcoder } from "./encoding.ts";
import { anyNotAscii, storeWidened } from "./quick-look.ts";
import { utf8BlocksToUtf16 } from "./utf8-units.ts";
import { loadVector, storeVector } from "../vectors.ts";

type From = "utf8" | "latin1";

export function toUtf16(crossing: Crossing, encoding: From): CoreFuncIndex {
  return transcoder(crossing, encoding, "utf16", (body, source, units) => {
    const [target, to, end] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const [room, bytes] = [body.local("i32"), body.local("i32")];
    const shrink = allocate(crossing, target, 2, get(bytes), {
      old: { pointer: get(target), bytes: get(room) },
    });
    return all(
      checkString(crossing, encoding, source, units),
      set(room, shl(get(units), 1)),
      allocate(crossing, target, 2, get(room)),
      set(to, get(target)),
      set(end, add(get(source), get(units))),
      copyCharacters(crossing, encoding, body, { from: source, to, end }),
      set(bytes, sub(get(to), get(target))),
      encoding === "utf8" ? when(differ(get(bytes), get(room)), shrink) : nothing,
      get(target),
      shr(get(bytes), 1),
    );
  });
}

interface Range {
  readonly from: Local;
  readonly to: Local;
  readonly end: Local;
}

function copyCharacters(crossing: Crossing, encoding: From, body: Body, range: Range): Code {
  const { module } = crossing;
  const { from, to, end } = range;
  const char = body.local("i32");
  const one = all(
    decodeNext(module, crossing.from, encoding, { pointer: from, end, char }),
    encodeNext(module, crossing.to, "utf16", to, char),
  );
  return encoding === "utf8"
    ? all(
        utf8BlocksToUtf16(crossing, range),
        whilst(differ(get(from), get(end)), asciiOr(crossing, body, range, one)),
      )
    : all(widenBlocks(crossing, body, range), whilst(differ(get(from), get(end)), one));
}

function widenBlocks(crossing: Crossing, body: Body, { from, to, end }: Range): Code {
  const vector = body.local("v128");
  return whilst(
    atLeast(sub(get(end), get(from)), i32(16)),
    all(
      set(vector, loadVector(crossing.from, from)),
      storeWidened(crossing.to, to, vector),
      advance(from, 16),
      advance(to, 32),
    ),
  );
}

/** Eight bytes of ASCII, one, or one character, which costs two calls. */
function asciiOr(crossing: Crossing, body: Body, { from, to, end }: Range, one: Code): Code {
  const [vector, byte] = [body.local("v128"), body.local("i32")];
  const eight = load("v128.load64_zero", get(from), { memory: memoryOf(crossing.from) });
  return block((next) =>
    all(
      when(
        atLeast(sub(get(end), get(from)), i32(8)),
        all(
          set(vector, eight),
          when(
            apply("i32.eqz", anyNotAscii(get(vector))),
            all(
              storeVector(crossing.to, to, apply("i16x8.extend_low_i8x16_u", get(vector))),
              advance(from, 8),
              advance(to, 16),
              branch(next),
            ),
          ),
        ),
      ),
      set(byte, load("i32.load8_u", get(from), { memory: memoryOf(crossing.from) })),
      when(
        below(get(byte), i32(0x80)),
        all(
          store("i32.store16", get(to), get(byte), { memory: memoryOf(crossing.to) }),
          advance(from, 1),
          advance(to, 2),
        ),
        one,
      ),
    ),
  );
}
