/**
 * The text of a number → the nearest f64, as JavaScript reads it.
 *
 * Up to 15 digits and a power of ten up to 22 are exact as f64, and so one operation
 * rounds once. For all others AssemblyScript's parser gives a guess that is some f64 off
 * now and then; the text is compared with the middle between two of them, in whole numbers:
 *
 *     digits × 10^e   <=>   (2 m + 1) × 2^(k - 1)      where the lower one is m × 2^k
 */
import { BigNumber } from "./big-number";

const MOST_EXACT_DIGITS: i32 = 15;
const POWERS: StaticArray<f64> = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  1e20, 1e21, 1e22,
];
/** Digits behind so many say only whether they are all zero: no middle of two has more (767). */
const MOST_DIGITS: i32 = 800;
/** Of 0.ddd… × 10^n: above is infinity, below is zero. */
const HIGHEST: i32 = 310;
const LOWEST: i32 = -325;
const MOST_EXPONENT: i32 = 100_000_000;
/** How far a guess is off at most, as a rule. */
const NEAR: u64 = 64;
const INFINITE: u64 = 0x7ff0_0000_0000_0000;

const left = new BigNumber();
const right = new BigNumber();

/** @param text one number of JSON, and nothing else. */
export function numberOf(text: string): f64 {
  const decimal = new Decimal(text);
  return decimal.isNegative ? -decimal.value() : decimal.value();
}

@final
class Decimal {
  readonly isNegative: bool;
  /** How many digits there are behind leading zeros, and what the last of them counts: 10^exponent. */
  private count: i32 = 0;
  private exponent: i32 = 0;
  private first: u64 = 0;

  constructor(private text: string) {
    this.isNegative = text.startsWith("-");
    let isFraction = false;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit == 0x2e) isFraction = true;
      else if ((unit | 0x20) == 0x65) {
        this.exponent += exponentAt(text, i + 1);
        break;
      } else if (isDigit(unit)) {
        if (isFraction) this.exponent--;
        if (this.count == 0 && unit == 0x30) continue;
        if (++this.count <= MOST_EXACT_DIGITS) this.first = this.first * 10 + (unit - 0x30);
      }
    }
  }

  /** Without its sign. */
  value(): f64 {
    const exponent = this.exponent;
    if (this.count == 0 || this.count + exponent < LOWEST) return 0;
    if (this.count + exponent > HIGHEST) return Infinity;
    if (this.count <= MOST_EXACT_DIGITS && abs(exponent) < POWERS.length) {
      const first = <f64>this.first;
      return exponent < 0 ? first / POWERS[-exponent] : first * POWERS[exponent];
    }
    return this.nearest(reinterpret<u64>(abs(F64.parseFloat(this.text))));
  }

  /** @param guess bits of an f64. Those of the next one are one more. */
  private nearest(guess: u64): f64 {
    if (!this.isAbove(guess) && (guess == 0 || this.isAbove(guess - 1))) return reinterpret<f64>(guess);
    let low = guess - min(guess, NEAR);
    let high = min(guess + NEAR, INFINITE);
    if (low > 0 && !this.isAbove(low - 1)) low = 0;
    if (this.isAbove(high)) high = INFINITE;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isAbove(middle)) low = middle + 1;
      else high = middle;
    }
    return reinterpret<f64>(low);
  }

  /** Whether an f64 is too small: the next one is nearer, or as near and even. */
  private isAbove(bits: u64): bool {
    return bits < INFINITE && this.compared(bits) + <i32>(bits & 1) > 0;
  }

  /** Below 0, 0 or above 0: where this is to the middle between an f64 and the next one. */
  private compared(bits: u64): i32 {
    const field = <i32>(bits >> 52);
    const fraction = bits & 0x000f_ffff_ffff_ffff;
    const mantissa = field == 0 ? fraction : fraction | 0x0010_0000_0000_0000;
    const power = max(field, 1) - 1076;
    const exponent = this.takeDigits();
    right.set(mantissa * 2 + 1);
    if (exponent < 0) right.timesFives(-exponent);
    else left.timesFives(exponent);
    // What is left of 10^exponent over 2^power.
    const twos = exponent - power;
    if (twos < 0) right.shift(-twos);
    else left.shift(twos);
    return left.compare(right);
  }

  /** Makes `left` of the digits; returns their exponent. */
  private takeDigits(): i32 {
    left.set(0);
    let taken = 0;
    let hasMore = false;
    for (let i = 0; taken < this.count; i++) {
      const unit = this.text.charCodeAt(i);
      if (!isDigit(unit) || (taken == 0 && unit == 0x30)) continue;
      if (++taken <= MOST_DIGITS) left.timesAdd(10, unit - 0x30);
      else if (unit != 0x30) hasMore = true;
    }
    if (!hasMore) return this.exponent + max(this.count - MOST_DIGITS, 0);
    left.timesAdd(10, 1);
    return this.exponent + this.count - MOST_DIGITS - 1;
  }
}

function exponentAt(text: string, start: i32): i32 {
  const sign = text.charCodeAt(start);
  let value = 0;
  for (let i = sign == 0x2b || sign == 0x2d ? start + 1 : start; i < text.length; i++) {
    value = min(value * 10 + (text.charCodeAt(i) - 0x30), MOST_EXPONENT);
  }
  return sign == 0x2d ? -value : value;
}

function isDigit(unit: i32): bool {
  return unit >= 0x30 && unit <= 0x39;
}
