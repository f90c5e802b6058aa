/**
 * One character into memory: `(pointer, scalar value) -> next pointer`.
 *
 * The caller has made room for the longest form: four bytes in either encoding,
 * for two code units of UTF-16 or four of UTF-8 that were read.
 */
import type { CoreFuncIndex } from "../../../wasm/index.ts";
import {
  add,
  all,
  and,
  apply,
  below,
  get,
  i32,
  or,
  set,
  shr,
  store,
  sub,
  when,
  type Body,
  type Code,
  type Local,
} from "../code.ts";
import { memoryOf, type Side } from "../crossing.ts";
import type { AdapterModule } from "../module.ts";

const BODIES = { utf8: encodeUtf8, utf16: encodeUtf16 };

/** Moves `pointer`. */
export function encodeNext(
  module: AdapterModule,
  side: Side,
  encoding: "utf8" | "utf16",
  pointer: Local,
  char: Local,
): Code {
  return (body) => {
    const func = encoder(module, side, encoding);
    body.writer.localGet(pointer.index).localGet(char.index).call(func).localSet(pointer.index);
  };
}

function encoder(module: AdapterModule, side: Side, encoding: "utf8" | "utf16"): CoreFuncIndex {
  return module.helper(
    `encode ${encoding} of the ${side.name}`,
    { params: ["i32", "i32"], results: ["i32"] },
    (body) => BODIES[encoding](side, body)(body),
  );
}

function yieldPointer(pointer: Local, bytes: number): Code {
  return all(add(get(pointer), i32(bytes)), apply("return"));
}

function encodeUtf16(side: Side, body: Body): Code {
  const [pointer, char] = [body.param(0), body.param(1)];
  const put = (offset: number, unit: Code): Code =>
    store("i32.store16", get(pointer), unit, { memory: memoryOf(side), offset });
  return all(
    when(below(get(char), i32(0x1_0000)), all(put(0, get(char)), yieldPointer(pointer, 2))),
    set(char, sub(get(char), i32(0x1_0000))),
    put(0, or(shr(get(char), 10), i32(0xd800))),
    put(2, or(and(get(char), i32(0x3ff)), i32(0xdc00))),
    add(get(pointer), i32(4)),
  );
}

function encodeUtf8(side: Side, body: Body): Code {
  const [pointer, char] = [body.param(0), body.param(1)];
  const put = (offset: number, byte: Code): Code =>
    store("i32.store8", get(pointer), byte, { memory: memoryOf(side), offset });
  const follow = (offset: number, shift: number): Code =>
    put(offset, or(and(shr(get(char), shift), i32(0x3f)), i32(0x80)));
  const lead = (mark: number, shift: number): Code => put(0, or(shr(get(char), shift), i32(mark)));
  const two = all(lead(0xc0, 6), follow(1, 0), yieldPointer(pointer, 2));
  const three = all(lead(0xe0, 12), follow(1, 6), follow(2, 0), yieldPointer(pointer, 3));
  return all(
    when(below(get(char), i32(0x80)), all(put(0, get(char)), yieldPointer(pointer, 1))),
    when(below(get(char), i32(0x800)), two),
    when(below(get(char), i32(0x1_0000)), three),
    all(lead(0xf0, 18), follow(1, 12), follow(2, 6), follow(3, 0)),
    add(get(pointer), i32(4)),
  );
}
