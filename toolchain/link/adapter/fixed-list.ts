/**
 * Lists of fixed length: their elements lie in place, as a tuple's do.
 *
 * In memory a loop copies them, unless they are few; as core values they never
 * are more than sixteen. Source: CanonicalABI.md, `load_list_from_valid_range`.
 */
import { add, all, get, i32, set, type Code } from "./code.ts";
import { copyElements } from "./list.ts";
import { MemoryPlace, type Sink, type Source } from "./place.ts";
import { INLINE_WEIGHT, type ShapeOf } from "./shape.ts";
import type { Walk } from "./walk.ts";

export function copyFixedList(walk: Walk, shape: ShapeOf<"fixed-list">, source: Source, sink: Sink): Code {
  if (source instanceof MemoryPlace && sink instanceof MemoryPlace && shape.weight > INLINE_WEIGHT) {
    return copyInLoop(walk, shape, source, sink);
  }
  const { element } = shape;
  return all(
    ...Array.from({ length: shape.length }, (_, i) => {
      const at = { offset: i * element.size, flat: i * element.flat.length };
      return walk.copy(element, source.part(at), sink.part(at));
    }),
  );
}

function copyInLoop(walk: Walk, shape: ShapeOf<"fixed-list">, source: MemoryPlace, sink: MemoryPlace): Code {
  return (body) => {
    const from = body.local("i32");
    const to = body.local("i32");
    const end = body.local("i32");
    all(
      set(from, source.address()),
      set(to, sink.address()),
      set(end, add(get(from), i32(shape.size))),
      copyElements(walk, shape.element, from, to, end),
    )(body);
  };
}
