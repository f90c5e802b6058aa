/**
 * Circles of calls that the kernel has refused, as whoever runs the system is told of them.
 *
 * The kernel names one member after the other, each with whom it waits for. A
 * system may try the same again and again: each circle is told once, and no more
 * than a hundred are.
 */
const MOST_TOLD = 100;

/** Names of processes, each waiting for the next, and the last for the first. */
export type Cycle = readonly string[];

export class Cycles {
  readonly #told = new Set<string>();
  #pids: number[] = [];
  /** Told of each. */
  listener: (cycle: Cycle) => void = () => {};

  /** COMMAND_CYCLE. */
  member(pid: number, waitsFor: number, nameOf: (pid: number) => string): void {
    this.#pids.push(pid);
    if (waitsFor !== this.#pids[0]) return;
    const cycle = this.#pids.map(nameOf);
    this.#pids = [];
    const key = cycle.join("\n");
    if (this.#told.has(key) || this.#told.size === MOST_TOLD) return;
    this.#told.add(key);
    this.listener(cycle);
  }
}

/** For people. */
export function cycleText([first = "", ...others]: Cycle): string {
  const chain = [...others, first].join(", which waits for ");
  return `a call was refused, since nobody could go on: ${first} waits for ${chain}`;
}
