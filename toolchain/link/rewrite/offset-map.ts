/**
 * Where a byte of the old code went in the new code.
 *
 * Code moves as runs that are copied; between two runs lies an instruction that
 * was replaced by a longer one. A position at the start of a replaced
 * instruction is still the end of the run before it.
 */
export interface Offsets {
  /** The new byte offset, or nothing for a byte that is not code. */
  readonly get: (old: number) => number | undefined;
}

/** One map after the other. */
export function joined(first: Offsets, second: Offsets): Offsets {
  return {
    get: (old) => {
      const at = first.get(old);
      return at === undefined ? undefined : second.get(at);
    },
  };
}

export class OffsetMap implements Offsets {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #targets: number[] = [];

  /** Adds a run; runs come in the order of their old offsets. `end` itself belongs to the run. */
  add(start: number, end: number, target: number): void {
    this.#starts.push(start);
    this.#ends.push(end);
    this.#targets.push(target);
  }

  get(old: number): number | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= old) low = middle + 1;
      else high = middle;
    }
    const [start, end, target] = [this.#starts[low - 1], this.#ends[low - 1], this.#targets[low - 1]];
    if (start === undefined || end === undefined || target === undefined) return undefined;
    return target + Math.min(old, end) - start;
  }
}
