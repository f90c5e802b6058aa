/**
 * Types whose every byte may be copied unseen, from memory to memory.
 *
 * Padding would carry over what the source's memory happens to hold, so a type
 * with padding is not one of these (`Shape.plain`).
 */
import { all, i32, op, type Code } from "./code.ts";
import type { Leaf, MemoryPlace } from "./place.ts";

/** Beyond, the engine's own copy is quicker than loads and stores in line. */
const MAX_IN_LINE = 64;

const CHUNKS: readonly (readonly [number, Leaf])[] = [
  [16, { core: "v128", load: "v128.load", store: "v128.store" }],
  [8, { core: "i64", load: "i64.load", store: "i64.store" }],
  [4, { core: "i32", load: "i32.load", store: "i32.store" }],
  [2, { core: "i32", load: "i32.load16_u", store: "i32.store16" }],
  [1, { core: "i32", load: "i32.load8_u", store: "i32.store8" }],
];

export function copyPlain(size: number, source: MemoryPlace, sink: MemoryPlace): Code {
  if (size > MAX_IN_LINE) {
    return op("memory.copy", [sink.memory, source.memory], sink.address(), source.address(), i32(size));
  }
  const codes: Code[] = [];
  let offset = 0;
  for (const [bytes, leaf] of CHUNKS) {
    for (; size - offset >= bytes; offset += bytes) {
      const at = { offset, flat: 0 };
      codes.push(sink.part(at).put(leaf, source.part(at).take(leaf)));
    }
  }
  return all(...codes);
}
