/**
 * Module "atoll": the component types that TypeScript has no syntax for.
 *
 * A program imports what it needs: `import { Result, Option } from "atoll";`.
 * They are plain classes; nothing here knows of the canonical ABI.
 */

/** A Unicode scalar value: 0 to 0xD7FF or 0xE000 to 0x10FFFF. WIT: `char`. */
export type Char = u32;

/**
 * Stands for "no value" in a `Result`: `Result<Void, string>` succeeds without
 * a value. Its only value is `Void.value`.
 */
@final @unmanaged
export class Void {
  static get value(): Void {
    return changetype<Void>(0);
  }
}

/** A value of no meaning, for the side of a result or option that is not there. */
// @ts-ignore: decorator
@inline
function absent<T>(): T {
  // @ts-ignore: a reference is a number in memory
  if (isReference<T>()) return changetype<T>(0);
  // @ts-ignore: a number type
  return <T>0;
}

/**
 * Success with a value, or failure with an error. WIT: `result<T, E>`.
 *
 *     function parse(text: string): Result<i32, string> {
 *       if (text.length == 0) return Result.err<i32, string>("empty");
 *       return Result.ok<i32, string>(I32.parseInt(text));
 *     }
 */
@final
export class Result<T, E> {
  /** Success with `value`. */
  static ok<T, E>(value: T): Result<T, E> {
    return new Result<T, E>(true, value, absent<E>());
  }

  /** Failure with `error`. */
  static err<T, E>(error: E): Result<T, E> {
    return new Result<T, E>(false, absent<T>(), error);
  }

  private constructor(
    /** Whether it is a success. */
    readonly isOk: bool,
    private held: T,
    private failure: E,
  ) {}

  /** Whether it is a failure. */
  get isErr(): bool {
    return !this.isOk;
  }

  /** The value of a success; a failure traps. */
  get value(): T {
    if (!this.isOk) throw new Error("this result is an error: look at isOk before value");
    return this.held;
  }

  /** The error of a failure; a success traps. */
  get error(): E {
    if (this.isOk) throw new Error("this result is a success: look at isOk before error");
    return this.failure;
  }

  /** The value of a success, else `other`. */
  valueOr(other: T): T {
    return this.isOk ? this.held : other;
  }
}

/**
 * A value that may be missing, for types that cannot be `null`: numbers, bool,
 * enums, and options of options. WIT: `option<T>`; use `T | null` for the rest.
 *
 *     const port = Option.some<u16>(8080);
 *     const none = Option.none<u16>();
 */
@final
export class Option<T> {
  static some<T>(value: T): Option<T> {
    return new Option<T>(true, value);
  }

  static none<T>(): Option<T> {
    return new Option<T>(false, absent<T>());
  }

  private constructor(
    /** Whether there is a value. */
    readonly isSome: bool,
    private held: T,
  ) {}

  /** Whether there is no value. */
  get isNone(): bool {
    return !this.isSome;
  }

  /** The value; without one it traps. */
  get value(): T {
    if (!this.isSome) throw new Error("this option has no value: look at isSome before value");
    return this.held;
  }

  /** The value, else `other`. */
  valueOr(other: T): T {
    return this.isSome ? this.held : other;
  }
}

/**
 * Why a call of another app ended without a result. WIT: `fault` of `atoll:fault/types`.
 *
 *     const found = trySearch(query, 10);
 *     if (found.isErr) return found.error == Fault.Crashed ? "it crashed" : "it is not there";
 */
export enum Fault {
  /** The callee died in this call: it trapped. What it had done before stays done. */
  Crashed,
  /** The binding was revoked, or the handle is one of an earlier life of the callee. */
  Revoked,
  /** The call took longer than its deadline. */
  Timeout,
  /** The callee has more calls waiting than it may. */
  Overloaded,
  /** The callee died in this call because it had used up what it was allowed. */
  Exhausted,
  /** The callee is dead, and nothing was called. */
  Unavailable,
}

/** A single value in a tuple. WIT: `tuple<A>`. */
@final
export class Tuple1<A> {
  constructor(public _0: A) {}
}

/** 2 values that belong together, `_0` to `_1`. WIT: `tuple<…>`. */
@final
export class Tuple2<A, B> {
  constructor(public _0: A, public _1: B) {}
}

/** 3 values that belong together, `_0` to `_2`. WIT: `tuple<…>`. */
@final
export class Tuple3<A, B, C> {
  constructor(public _0: A, public _1: B, public _2: C) {}
}

/** 4 values that belong together, `_0` to `_3`. WIT: `tuple<…>`. */
@final
export class Tuple4<A, B, C, D> {
  constructor(public _0: A, public _1: B, public _2: C, public _3: D) {}
}

/** 5 values that belong together, `_0` to `_4`. WIT: `tuple<…>`. */
@final
export class Tuple5<A, B, C, D, E> {
  constructor(public _0: A, public _1: B, public _2: C, public _3: D, public _4: E) {}
}

/** 6 values that belong together, `_0` to `_5`. WIT: `tuple<…>`. */
@final
export class Tuple6<A, B, C, D, E, F> {
  constructor(public _0: A, public _1: B, public _2: C, public _3: D, public _4: E, public _5: F) {}
}

/** 7 values that belong together, `_0` to `_6`. WIT: `tuple<…>`. */
@final
export class Tuple7<A, B, C, D, E, F, G> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
  ) {}
}

/** 8 values that belong together, `_0` to `_7`. WIT: `tuple<…>`. */
@final
export class Tuple8<A, B, C, D, E, F, G, H> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
  ) {}
}

/** 9 values that belong together, `_0` to `_8`. WIT: `tuple<…>`. */
@final
export class Tuple9<A, B, C, D, E, F, G, H, I> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
    public _8: I,
  ) {}
}

/** 10 values that belong together, `_0` to `_9`. WIT: `tuple<…>`. */
@final
export class Tuple10<A, B, C, D, E, F, G, H, I, J> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
    public _8: I,
    public _9: J,
  ) {}
}

/** 11 values that belong together, `_0` to `_10`. WIT: `tuple<…>`. */
@final
export class Tuple11<A, B, C, D, E, F, G, H, I, J, K> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
    public _8: I,
    public _9: J,
    public _10: K,
  ) {}
}

/** 12 values that belong together, `_0` to `_11`. WIT: `tuple<…>`. */
@final
export class Tuple12<A, B, C, D, E, F, G, H, I, J, K, L> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
    public _8: I,
    public _9: J,
    public _10: K,
    public _11: L,
  ) {}
}

/** 13 values that belong together, `_0` to `_12`. WIT: `tuple<…>`. */
@final
export class Tuple13<A, B, C, D, E, F, G, H, I, J, K, L, M> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
    public _8: I,
    public _9: J,
    public _10: K,
    public _11: L,
    public _12: M,
  ) {}
}

/** 14 values that belong together, `_0` to `_13`. WIT: `tuple<…>`. */
@final
export class Tuple14<A, B, C, D, E, F, G, H, I, J, K, L, M, N> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
    public _8: I,
    public _9: J,
    public _10: K,
    public _11: L,
    public _12: M,
    public _13: N,
  ) {}
}

/** 15 values that belong together, `_0` to `_14`. WIT: `tuple<…>`. */
@final
export class Tuple15<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
    public _8: I,
    public _9: J,
    public _10: K,
    public _11: L,
    public _12: M,
    public _13: N,
    public _14: O,
  ) {}
}

/** 16 values that belong together, `_0` to `_15`. WIT: `tuple<…>`. */
@final
export class Tuple16<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P> {
  constructor(
    public _0: A,
    public _1: B,
    public _2: C,
    public _3: D,
    public _4: E,
    public _5: F,
    public _6: G,
    public _7: H,
    public _8: I,
    public _9: J,
    public _10: K,
    public _11: L,
    public _12: M,
    public _13: N,
    public _14: O,
    public _15: P,
  ) {}
}
