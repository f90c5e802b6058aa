/**
 * What a crossing costs in fuel, and who pays for the callee's work.
 *
 * The caller's code pays a fixed amount for the call; an adapter adds what depends
 * on lengths. It only takes it off the counter: that less than nothing is left is
 * found out by the next guest code that runs, so no call ends half-way in an
 * adapter. Systems without metered processes have none of this code.
 */
import type { CoreGlobalIndex } from "../../wasm/index.ts";
import {
  all,
  and,
  apply,
  call,
  get,
  i32,
  i64,
  nothing,
  op,
  set,
  shr,
  type Code,
  type Local,
} from "./code.ts";
import type { Crossing, Side } from "./crossing.ts";

/** Log2 of how many bytes, or code units, one unit of fuel pays: as for `memory.copy`. */
const LENGTH_SHIFT = 3;
/** From how many bytes on a value of fixed size costs anything. */
const LARGE = 64;
/** Says that a string of `latin1+utf16` is in UTF-16. */
const TAG = 0x8000_0000;

/** For a list of so many bytes. */
export function chargeBytes({ fuel }: Crossing, bytes: Code): Code {
  if (fuel === undefined) return nothing;
  return take(fuel, apply("i64.add", units(bytes), i64(1n)));
}

/** For what has so many bytes whatever is in it; little is in the price of the call. */
export function chargeLarge({ fuel }: Crossing, bytes: number): Code {
  if (fuel === undefined || bytes < LARGE) return nothing;
  return take(fuel, i64(BigInt(bytes >>> LENGTH_SHIFT)));
}

/** For a string, by its length as it comes: tagged code units. */
export function chargeString(crossing: Crossing, length: Local): Code {
  const tagged = crossing.from.encoding === "latin1+utf16";
  return chargeBytes(crossing, tagged ? and(get(length), i32(~TAG)) : get(length));
}

function units(bytes: Code): Code {
  return apply("i64.extend_i32_u", shr(bytes, LENGTH_SHIFT));
}

function take(fuel: CoreGlobalIndex, amount: Code): Code {
  return op("global.set", [fuel], apply("i64.sub", op("global.get", [fuel]), amount));
}

/** Runs code of that side: at its own expense if it pays for itself. */
export function atExpenseOf({ pays }: Side, code: Code): Code {
  if (pays === undefined) return code;
  return (body) => {
    const before = body.local("i32");
    all(set(before, call(pays.enter)), code, call(pays.pay, get(before)))(body);
  };
}
