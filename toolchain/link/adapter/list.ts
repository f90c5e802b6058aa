/**
 * Lists of any length: one function for each type of element.
 *
 * Plain elements cross as bytes, by instructions that trap out of bounds by
 * themselves. Others are copied one by one, after both ranges are checked as a whole.
 * Sources: CanonicalABI.md, `load_list_from_range`, `store_list_into_range`.
 */
import type { CoreFuncIndex } from "../../wasm/index.ts";
import {
  add,
  advance,
  all,
  apply,
  below,
  call,
  differ,
  get,
  i32,
  nothing,
  set,
  whilst,
  type Body,
  type Code,
  type Local,
} from "./code.ts";
import { arrow, memoryOf } from "./crossing.ts";
import { checksFirst } from "./marks.ts";
import { chargeBytes } from "./fuel.ts";
import { allocate, checkAligned, checkRange } from "./memory.ts";
import { LENGTH, MemoryPlace, POINTER, type Sink, type Source } from "./place.ts";
import type { Shape, ShapeOf } from "./shape.ts";
import { trapIf } from "./trap.ts";
import { copyBytes } from "./vectors.ts";
import type { Walk } from "./walk.ts";

/** `MAX_LIST_BYTE_LENGTH` */
const MAX_BYTES = 2 ** 28 - 1;

export function copyList(walk: Walk, shape: ShapeOf<"list">, source: Source, sink: Sink): Code {
  return (body) => {
    const pointer = body.local("i32");
    const length = body.local("i32");
    all(
      set(length, source.part(LENGTH).take(POINTER)),
      set(pointer, call(listCopier(walk, shape), source.take(POINTER), get(length))),
      sink.put(POINTER, get(pointer)),
      sink.part(LENGTH).put(POINTER, get(length)),
    )(body);
  };
}

/** `(pointer, length) -> pointer` */
function listCopier(walk: Walk, shape: ShapeOf<"list">): CoreFuncIndex {
  const { crossing } = walk;
  return crossing.module.helper(
    `list ${shape.id} ${arrow(crossing)}`,
    { params: ["i32", "i32"], results: ["i32"] },
    (body) => copyRange(walk, shape.element, body)(body),
    `${shape.text}, ${arrow(crossing)}`,
  );
}

function copyRange(walk: Walk, element: Shape, body: Body): Code {
  const { module, from } = walk.crossing;
  const late = element.plain && !checksFirst(walk.crossing);
  const [source, length] = [body.param(0), body.param(1)];
  const [bytes, target] = [body.local("i32"), body.local("i32")];
  const most = i32(Math.floor(MAX_BYTES / element.size));
  return all(
    trapIf(module, below(most, get(length)), "list is too long"),
    checkAligned(module, source, element.align, "list pointer is not aligned"),
    set(bytes, apply("i32.mul", get(length), i32(element.size))),
    late ? nothing : checkRange(module, from, source, get(bytes), "list is out of bounds"),
    allocate(walk.crossing, target, element.align, get(bytes), { unchecked: element.plain }),
    element.plain
      ? copyBytes(walk.crossing, body, { source, target, bytes }, "list is out of bounds")
      : copyEach(walk, element, source, target, bytes),
    chargeBytes(walk.crossing, get(bytes)),
    get(target),
  );
}

function copyEach(walk: Walk, element: Shape, source: Local, target: Local, bytes: Local): Code {
  return (body) => {
    const at = body.local("i32");
    const end = body.local("i32");
    all(
      set(at, get(target)),
      set(end, add(get(source), get(bytes))),
      copyElements(walk, element, source, at, end),
    )(body);
  };
}

/** Copies elements while the source, an address in a local, is not at `end`; moves both locals. */
export function copyElements(walk: Walk, element: Shape, source: Local, target: Local, end: Local): Code {
  const from = new MemoryPlace(memoryOf(walk.crossing.from), source);
  const to = new MemoryPlace(memoryOf(walk.crossing.to), target);
  const round = all(
    walk.copy(element, from, to),
    advance(source, element.size),
    advance(target, element.size),
  );
  // Not `below`: a range may end at 2^32, where the address is 0 again.
  return whilst(differ(get(source), get(end)), round);
}
