/** Choices from a seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) | 0;
  }

  /** Mulberry32: 0 up to, and without, 2³². */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let z = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return (z ^ (z >>> 14)) >>> 0;
  }

  /** 0 up to, and without, `limit`. */
  below(limit: number): number {
    return this.#next() % limit;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(all: readonly T[]): T | undefined {
    return all[this.below(Math.max(all.length, 1))];
  }

  /** One of the choices, each as likely as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let sum = 0;
    for (const choice of choices) sum += choice[0];
    let left = this.below(sum);
    for (const choice of choices) {
      if (left < choice[0]) return choice[1];
      left -= choice[0];
    }
    throw new Error("weights that do not add up");
  }
}
