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
  branchIf,
  differ,
  get,
  i32,
  load,
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
    whilst(differ(get(from), get(end)), round),
    set(done, sub(get(to), get(target))),
    when(differ(get(done), get(units)), resize(copy, units)),
    get(target),
    get(done),
    apply("return"),
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
  const [left, room] = [body.local("i32"), body.local("i32")];
  const byte = load("i32.load8_u", add(get(target), get(left)), { memory });
  return all(
    set(left, sub(get(to), get(target))),
    set(room, shl(get(units), 1)),
    set(done, get(room)),
    resize(copy, units),
    set(to, add(get(target), shl(get(left), 1))),
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
  return all(
    whilst(
      differ(get(from), get(end)),
      all(
        decodeNext(crossing.module, crossing.from, encoding, { pointer: from, end, char }),
        encodeNext(crossing.module, crossing.to, "utf16", to, char),
      ),
    ),
    set(room, shl(get(units), 1)),
    set(done, sub(get(to), get(target))),
    when(differ(get(done), get(room)), resize(copy, room)),
    get(target),
    or(shr(get(done), 1), i32(UTF16_TAG)),
  );
}
