/**
 * The walk: one value from a source to a sink, by its kind of type.
 *
 * A type whose code would be long gets a function of its own, shared by all
 * places where an equal type crosses the same way; so code grows with the number
 * of distinct types, however they are nested.
 */
import { copyBool } from "./bool.ts";
import { copyChar } from "./char.ts";
import { all, call, type Body, type Code } from "./code.ts";
import { arrow, memoryOf, type Crossing } from "./crossing.ts";
import { copyFixedList } from "./fixed-list.ts";
import { copyFlags } from "./flags.ts";
import { copyFloat } from "./float.ts";
import { copyInteger } from "./integer.ts";
import { copyBorrow, copyOwn } from "./handle.ts";
import { copyList } from "./list.ts";
import type { Signature } from "./module.ts";
import { FlatPlace, MemoryPlace, type Sink, type Source } from "./place.ts";
import { copyPlain } from "./plain.ts";
import { copyRecord } from "./record.ts";
import { INLINE_WEIGHT, type Shape } from "./shape.ts";
import { copyString } from "./string.ts";
import { copyVariant } from "./variant.ts";
import type { Walk } from "./walk.ts";

export class Copier implements Walk {
  readonly crossing: Crossing;

  constructor(crossing: Crossing) {
    this.crossing = crossing;
  }

  copy(shape: Shape, source: Source, sink: Sink): Code {
    if (shape.plain && source instanceof MemoryPlace && sink instanceof MemoryPlace) {
      return copyPlain(shape.size, source, sink);
    }
    if (shape.weight > INLINE_WEIGHT) return this.#copyByCall(shape, source, sink);
    return this.#copyInLine(shape, source, sink);
  }

  #copyInLine(shape: Shape, source: Source, sink: Sink): Code {
    switch (shape.kind) {
      case "bool":
        return copyBool(source, sink);
      case "char":
        return copyChar(this.crossing, source, sink);
      case "f32":
      case "f64":
        return copyFloat(shape.kind, source, sink);
      case "flags":
        return copyFlags(shape, source, sink);
      case "own":
        return copyOwn(this.crossing, shape, source, sink);
      case "borrow":
        return copyBorrow(this.crossing, shape, source, sink);
      case "string":
        return copyString(this.crossing, source, sink);
      case "list":
        return copyList(this, shape, source, sink);
      case "fixed-list":
        return copyFixedList(this, shape, source, sink);
      case "record":
        return copyRecord(this, shape, source, sink);
      case "variant":
        return copyVariant(this, shape, source, sink);
      default:
        return copyInteger(shape.kind, source, sink);
    }
  }

  /** From flat: takes the core values. From memory: takes the address. To flat: returns the core values. */
  #copyByCall(shape: Shape, source: Source, sink: Sink): Code {
    const { module } = this.crossing;
    const signature: Signature = {
      params: [
        ...(source.kind === "flat" ? shape.flat : ["i32" as const]),
        ...(sink.kind === "flat" ? [] : ["i32" as const]),
      ],
      results: sink.kind === "flat" ? shape.flat : [],
    };
    const way = arrow(this.crossing);
    return (body) => {
      const func = module.helper(
        `copy ${shape.id} ${source.kind} to ${sink.kind}, ${way}`,
        signature,
        (inner) => this.#function(shape, source.kind, sink.kind, inner)(inner),
        `${shape.text}, ${way}`,
      );
      all(call(func, source.pass(shape.flat), sink.expect()), sink.receive(shape.flat))(body);
    };
  }

  #function(shape: Shape, from: Source["kind"], to: Sink["kind"], body: Body): Code {
    const { params } = body;
    const source =
      from === "flat" ? new FlatPlace(params) : new MemoryPlace(memoryOf(this.crossing.from), body.param(0));
    if (to === "memory") {
      const address = body.param(params.length - 1);
      return this.#copyInLine(shape, source, new MemoryPlace(memoryOf(this.crossing.to), address));
    }
    const locals = shape.flat.map((type) => body.local(type));
    const sink = new FlatPlace(locals);
    return all(this.#copyInLine(shape, source, sink), sink.pass(shape.flat));
  }
}
