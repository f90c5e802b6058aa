/**
 * One character out of memory: `(pointer, end) -> (scalar value, next pointer)`.
 *
 * Each byte is read once and the result is checked, so nothing depends on what
 * memory held before. Ill-formed text traps: a truncated, overlong or stray
 * UTF-8 sequence, a lone surrogate. Unicode 16, §3.9 (tables 3-5 and 3-7).
 */
import type { CoreFuncIndex } from "../../../wasm/index.ts";
import {
  add,
  all,
  and,
  apply,
  atLeast,
  below,
  differ,
  equal,
  get,
  i32,
  load,
  nothing,
  or,
  set,
  shl,
  sub,
  when,
  type Body,
  type Code,
  type Local,
} from "../code.ts";
import { memoryOf, type Side } from "../crossing.ts";
import type { AdapterModule } from "../module.ts";
import { trapIf } from "../trap.ts";
import type { SimpleEncoding } from "./encoding.ts";

const BODIES = { utf8: decodeUtf8, utf16: decodeUtf16, latin1: decodeLatin1 };

/** Sets `char`, and moves `pointer`, which must not be at `end`. */
export function decodeNext(
  module: AdapterModule,
  side: Side,
  encoding: SimpleEncoding,
  place: { readonly pointer: Local; readonly end: Local; readonly char: Local; readonly next?: Local },
): Code {
  return (body) => {
    const func = decoder(module, side, encoding);
    const { pointer, end, char, next = pointer } = place;
    body.writer.localGet(pointer.index).localGet(end.index).call(func);
    body.writer.localSet(next.index).localSet(char.index);
  };
}

function decoder(module: AdapterModule, side: Side, encoding: SimpleEncoding): CoreFuncIndex {
  return module.helper(
    `decode ${encoding} of the ${side.name}`,
    { params: ["i32", "i32"], results: ["i32", "i32"] },
    (body) => BODIES[encoding](module, side, body)(body),
  );
}

function yieldChar(char: Code, pointer: Local, bytes: number): Code {
  return all(char, add(get(pointer), i32(bytes)), apply("return"));
}

function decodeLatin1(_module: AdapterModule, side: Side, body: Body): Code {
  const pointer = body.param(0);
  const byte = load("i32.load8_u", get(pointer), { memory: memoryOf(side) });
  return all(byte, add(get(pointer), i32(1)));
}

function decodeUtf16(module: AdapterModule, side: Side, body: Body): Code {
  const [pointer, end] = [body.param(0), body.param(1)];
  const [unit, low] = [body.local("i32"), body.local("i32")];
  const memory = memoryOf(side);
  const invalid = (condition: Code): Code => trapIf(module, condition, "string is not valid UTF-16");
  return all(
    set(unit, load("i32.load16_u", get(pointer), { memory })),
    when(differ(and(get(unit), i32(0xf800)), i32(0xd800)), yieldChar(get(unit), pointer, 2)),
    invalid(atLeast(get(unit), i32(0xdc00))),
    invalid(below(sub(get(end), get(pointer)), i32(4))),
    set(low, load("i32.load16_u", get(pointer), { memory, offset: 2 })),
    invalid(differ(and(get(low), i32(0xfc00)), i32(0xdc00))),
    or(shl(and(get(unit), i32(0x3ff)), 10), and(get(low), i32(0x3ff))),
    i32(0x1_0000),
    apply("i32.add"),
    add(get(pointer), i32(4)),
  );
}

function decodeUtf8(module: AdapterModule, side: Side, body: Body): Code {
  const [pointer, end] = [body.param(0), body.param(1)];
  const [char, byte, stray] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const memory = memoryOf(side);
  const invalid = (condition: Code): Code => trapIf(module, condition, "string is not valid UTF-8");
  /** Without its mark 0b10, a continuation byte is below 0x40; any other is not. */
  const follow = (offset: number): Code =>
    all(
      set(byte, apply("i32.xor", load("i32.load8_u", get(pointer), { memory, offset }), i32(0x80))),
      set(stray, or(get(stray), get(byte))),
      set(char, or(shl(get(char), 6), get(byte))),
    );
  /** A sequence of `bytes`, for scalar values from `least` on; beyond `marks` the lead byte holds bits of the value. */
  const sequence = (bytes: number, marks: number, checks: Code): Code =>
    all(
      invalid(below(sub(get(end), get(pointer)), i32(bytes))),
      set(char, and(get(char), i32(marks))),
      ...Array.from({ length: bytes - 1 }, (_, i) => follow(i + 1)),
      invalid(atLeast(get(stray), i32(0x40))),
      checks,
      yieldChar(get(char), pointer, bytes),
    );
  const surrogate = equal(and(get(char), i32(0xf800)), i32(0xd800));
  const overlong = below(get(char), i32(0x800));
  const outside = atLeast(sub(get(char), i32(0x1_0000)), i32(0x10_0000));
  return all(
    set(char, load("i32.load8_u", get(pointer), { memory })),
    when(below(get(char), i32(0x80)), yieldChar(get(char), pointer, 1)),
    // 0xc0 and 0xc1 would be overlong.
    invalid(below(get(char), i32(0xc2))),
    when(below(get(char), i32(0xe0)), sequence(2, 0x1f, nothing)),
    when(below(get(char), i32(0xf0)), sequence(3, 0x0f, all(invalid(overlong), invalid(surrogate)))),
    invalid(atLeast(get(char), i32(0xf8))),
    sequence(4, 0x07, invalid(outside)),
    apply("unreachable"),
  );
}
