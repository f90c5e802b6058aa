/**
 * The code that metering puts in, each piece made once: a large module has
 * hundreds of thousands of charges, and most are alike.
 */
import { CodeWriter, type CoreFuncIndex, type CoreGlobalIndex } from "../../../wasm/index.ts";
import { LENGTH_SHIFT } from "./cost.ts";

/** Where a function keeps the counter: an i64 local, which is only a scratch register when the global is counted. */
export interface CounterPlace {
  readonly local: number;
  readonly inLocal: boolean;
}

export class Snippets {
  readonly #fuel: CoreGlobalIndex;
  readonly #sliceEnded: CoreFuncIndex;
  readonly #made = new Map<string, Uint8Array>();

  /** `sliceEnded` is a function `() -> ()` that makes the counter positive, or traps. */
  constructor(fuel: CoreGlobalIndex, sliceEnded: CoreFuncIndex) {
    this.#fuel = fuel;
    this.#sliceEnded = sliceEnded;
  }

  /** Takes off units of fuel, and asks for more when there are less. */
  charge(place: CounterPlace, cost: number): Uint8Array {
    return this.#once(`${place.inLocal ? "c" : "g"}${place.local} ${cost}`, () =>
      this.#charge(place, new CodeWriter().i64Const(BigInt(cost))),
    );
  }

  /** Asks for more when less than nothing is left. */
  check(place: CounterPlace): Uint8Array {
    return this.#once(`${place.inLocal ? "d" : "h"}${place.local}`, () => {
      const code = new CodeWriter();
      if (place.inLocal) code.localGet(place.local);
      else code.globalGet(this.#fuel);
      return this.#ask(code, place);
    });
  }

  /** Charges for the length on top of the stack, and leaves it there; `length` is a local of its type. */
  chargeLength(place: CounterPlace, length: number, type: "i32" | "i64"): Uint8Array {
    const amount = new CodeWriter().localGet(length);
    if (type === "i32") amount.i32Const(LENGTH_SHIFT).op("i32.shr_u").op("i64.extend_i32_u");
    else amount.i64Const(BigInt(LENGTH_SHIFT)).op("i64.shr_u");
    return new CodeWriter()
      .localSet(length)
      .raw(this.#charge(place, amount).bytes())
      .localGet(length)
      .bytes();
  }

  /** The local's value to the global. */
  store({ local }: CounterPlace): Uint8Array {
    return this.#once(`s${local}`, () => new CodeWriter().localGet(local).globalSet(this.#fuel));
  }

  /** The global's value to the local. */
  load({ local }: CounterPlace): Uint8Array {
    return this.#once(`l${local}`, () => new CodeWriter().globalGet(this.#fuel).localSet(local));
  }

  #charge(place: CounterPlace, amount: CodeWriter): CodeWriter {
    const { local, inLocal } = place;
    const code = new CodeWriter();
    if (inLocal) code.localGet(local);
    else code.globalGet(this.#fuel);
    code.raw(amount.bytes()).op("i64.sub").localTee(local);
    if (!inLocal) code.globalSet(this.#fuel).localGet(local);
    return this.#ask(code, place);
  }

  /** Takes what is left from the stack. */
  #ask(code: CodeWriter, place: CounterPlace): CodeWriter {
    code.i64Const(0n).op("i64.lt_s").if();
    if (place.inLocal) code.raw(this.store(place));
    code.call(this.#sliceEnded);
    if (place.inLocal) code.raw(this.load(place));
    return code.end();
  }

  #once(key: string, make: () => CodeWriter): Uint8Array {
    const known = this.#made.get(key) ?? make().bytes();
    this.#made.set(key, known);
    return known;
  }
}
