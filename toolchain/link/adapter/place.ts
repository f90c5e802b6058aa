/**
 * Where a value is read from or written to: core values, or linear memory.
 *
 * The walk over types knows these two interfaces only. An adapter joins a source
 * and a sink of the two ends of a call; a message would be one more of each.
 */
import type { core, CoreMemoryIndex, LoadMnemonic, StoreMnemonic } from "../../wasm/index.ts";
import type { CoreType } from "../../abi/index.ts";
import { add, all, apply, get, i32, load, nothing, set, store, type Code, type Local } from "./code.ts";

/** One core value: as it travels, and as it lies in memory. */
export interface Leaf {
  readonly core: core.NumType;
  readonly load: LoadMnemonic;
  readonly store: StoreMnemonic;
}

export const POINTER: Leaf = { core: "i32", load: "i32.load", store: "i32.store" };

/** Where a part begins: bytes in memory, core values in a flat place. */
export interface At {
  readonly offset: number;
  readonly flat: number;
}
/** The second word of a string or list. */
export const LENGTH: At = { offset: 4, flat: 1 };

/** A place holds one value, or a tuple whose parts are places. */
export interface Source {
  readonly kind: "flat" | "memory";
  /** Pushes the leaf that the place begins with. Upper bits of small integers are the guest's. */
  take(leaf: Leaf): Code;
  part(at: At): Source;
  /** Pushes what a function that reads this kind of place takes, for a value of these core types. */
  pass(types: readonly CoreType[]): Code;
}
export interface Sink {
  readonly kind: "flat" | "memory";
  /** Writes the leaf that the place begins with. */
  put(leaf: Leaf, value: Code): Code;
  part(at: At): Sink;
  /** Pushes what a function that writes to this kind of place takes: nothing, or an address. */
  expect(): Code;
  /** Stores what such a function returned. */
  receive(types: readonly CoreType[]): Code;
}

/** Parameters, or locals that will be arguments; a variant's payload may be held in wider ones. */
export class FlatPlace implements Source, Sink {
  readonly kind = "flat";
  readonly #locals: readonly Local[];
  readonly #first: number;

  constructor(locals: readonly Local[], first = 0) {
    this.#locals = locals;
    this.#first = first;
  }

  take(leaf: Leaf): Code {
    return this.#get(0, leaf.core);
  }
  put(leaf: Leaf, value: Code): Code {
    return this.#set(0, leaf.core, value);
  }
  part(at: At): FlatPlace {
    return new FlatPlace(this.#locals, this.#first + at.flat);
  }
  pass(types: readonly CoreType[]): Code {
    return all(...types.map((type, i) => this.#get(i, type)));
  }
  expect(): Code {
    return nothing;
  }
  receive(types: readonly CoreType[]): Code {
    return all(...types.map((type, i) => this.#set(i, type, nothing)).reverse());
  }

  #get(position: number, type: core.NumType): Code {
    const local = this.#local(position);
    return coerce(get(local), local.type, type);
  }
  #set(position: number, type: core.NumType, value: Code): Code {
    const local = this.#local(position);
    return set(local, coerce(value, type, local.type));
  }
  #local(position: number): Local {
    const local = this.#locals[this.#first + position];
    if (local === undefined) throw new RangeError(`there is no core value ${this.#first + position}`);
    return local;
  }
}

/** Memory at an address in a local, plus a constant. */
export class MemoryPlace implements Source, Sink {
  readonly kind = "memory";
  readonly memory: CoreMemoryIndex;
  readonly #base: Local;
  readonly #offset: number;

  constructor(memory: CoreMemoryIndex, base: Local, offset = 0) {
    this.memory = memory;
    this.#base = base;
    this.#offset = offset;
  }

  take(leaf: Leaf): Code {
    return load(leaf.load, get(this.#base), this.#argument());
  }
  put(leaf: Leaf, value: Code): Code {
    return store(leaf.store, get(this.#base), value, this.#argument());
  }
  part(at: At): MemoryPlace {
    return new MemoryPlace(this.memory, this.#base, this.#offset + at.offset);
  }
  pass(): Code {
    return this.address();
  }
  expect(): Code {
    return this.address();
  }
  receive(): Code {
    return nothing;
  }
  address(): Code {
    return this.#offset === 0 ? get(this.#base) : add(get(this.#base), i32(this.#offset));
  }

  #argument(): { memory: CoreMemoryIndex; offset: number } {
    return { memory: this.memory, offset: this.#offset };
  }
}

/**
 * The same bits in another core type, as a variant's joined payload needs it.
 *
 * Sources: CanonicalABI.md, `lift_flat_variant` (narrowing drops upper bits) and
 * `lower_flat_variant` (widening fills with zeros).
 */
function coerce(value: Code, have: core.NumType, want: core.NumType): Code {
  if (have === want) return value;
  switch (`${have} to ${want}`) {
    case "i32 to f32":
      return apply("f32.reinterpret_i32", value);
    case "i64 to i32":
      return apply("i32.wrap_i64", value);
    case "i64 to f32":
      return apply("f32.reinterpret_i32", apply("i32.wrap_i64", value));
    case "i64 to f64":
      return apply("f64.reinterpret_i64", value);
    case "f32 to i32":
      return apply("i32.reinterpret_f32", value);
    case "i32 to i64":
      return apply("i64.extend_i32_u", value);
    case "f32 to i64":
      return apply("i64.extend_i32_u", apply("i32.reinterpret_f32", value));
    case "f64 to i64":
      return apply("i64.reinterpret_f64", value);
    default:
      throw new Error(`no variant joins ${have} and ${want}`);
  }
}
