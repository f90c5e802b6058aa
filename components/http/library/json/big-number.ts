/** A whole number of many bits, as far as the comparison of decimal and binary fractions needs it. */

/** Of 32 bits, the lowest first. What is compared has 5,000 bits at most. */
const WORDS: i32 = 192;
/** 5^13, the largest power that is one word. */
const FIVES: u32 = 1_220_703_125;
const FIVES_POWER: i32 = 13;

@final
export class BigNumber {
  private words: StaticArray<u32> = new StaticArray<u32>(WORDS);
  private length: i32 = 0;

  set(value: u64): void {
    this.length = 0;
    if (value > 0) this.push(<u32>value);
    if (value >> 32 > 0) this.push(<u32>(value >> 32));
  }

  timesAdd(factor: u32, summand: u32): void {
    let carry = <u64>summand;
    for (let i = 0; i < this.length; i++) {
      const product = <u64>this.words[i] * factor + carry;
      this.words[i] = <u32>product;
      carry = product >> 32;
    }
    if (carry > 0) this.push(<u32>carry);
  }

  /** Times 5^power. */
  timesFives(power: i32): void {
    let left = power;
    for (; left >= FIVES_POWER; left -= FIVES_POWER) this.timesAdd(FIVES, 0);
    for (; left > 0; left--) this.timesAdd(5, 0);
  }

  /** Times 2^bits. */
  shift(bits: i32): void {
    if (this.length == 0) return;
    this.timesAdd(1 << (bits & 31), 0);
    const whole = bits >> 5;
    if (whole == 0) return;
    for (let i = this.length - 1; i >= 0; i--) this.words[i + whole] = this.words[i];
    for (let i = 0; i < whole; i++) this.words[i] = 0;
    this.length += whole;
  }

  /** Below 0, 0 or above 0. */
  compare(other: BigNumber): i32 {
    if (this.length != other.length) return this.length < other.length ? -1 : 1;
    for (let i = this.length - 1; i >= 0; i--) {
      if (this.words[i] != other.words[i]) return this.words[i] < other.words[i] ? -1 : 1;
    }
    return 0;
  }

  private push(word: u32): void {
    this.words[this.length++] = word;
  }
}
