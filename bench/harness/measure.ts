/**
 * Samples of every transport in turn, so that drift hits all alike.
 *
 * Rounds are interleaved: one sample of each transport, then the next of each.
 * How many calls a sample takes is found while warming up. Every sample's
 * checksum is compared with the reference: a peer that did not do the work
 * gives no number.
 */
import type { Case } from "./benchmark.ts";
import type { Sample, Session } from "./session.ts";

export interface Row {
  readonly case: string;
  readonly transport: string;
  /** Nanoseconds per round trip, over the samples. */
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** What 99 in 100 single rounds took at most, the median over the samples; of peers that time each round. */
  readonly p99?: number;
  /** Bytes resident after the last sample; of peers that tell. */
  readonly memory?: number;
}

export interface Effort {
  readonly samples: number;
  /** Milliseconds that one sample should take. */
  readonly sampleTime: number;
  /** Milliseconds of rounds before the first sample: Wasm is optimised while it runs. */
  readonly warmUpTime: number;
}
export const FULL: Effort = { samples: 9, sampleTime: 15, warmUpTime: 150 };
export const QUICK: Effort = { samples: 7, sampleTime: 2, warmUpTime: 20 };

/** More rounds than this teach nothing, and the reference has to do them too. */
const MOST_ROUNDS = 4_000_000;
const LEAST_WARM_UPS = 5;
/** Milliseconds after which fewer do: what takes seconds is no faster after more of them. */
const MOST_WARM_UP_TIME = 2_000;

/** A checksum that is not the reference's: the peer did other work, or none. */
export class WrongWork extends Error {
  override readonly name = "WrongWork";
  constructor(transport: string, c: Case, rounds: number, expected: number, found: number) {
    super(
      `${transport}, case ${c.name}, ${rounds} rounds: expected checksum ${expected}, found ${found}; its times mean nothing`,
    );
  }
}

export interface Contestant {
  readonly transport: string;
  readonly session: Pick<Session, "sample">;
}
interface Measured {
  readonly rounds: number;
  readonly times: number[];
  readonly p99s: number[];
  memory?: number;
}

export interface Failure {
  readonly case: string;
  readonly transport: string;
  readonly reason: string;
}

/** Rows in the order of the contestants; who fails is left out of the rows and named. */
export async function measure(
  c: Case,
  contestants: readonly Contestant[],
  effort: Effort,
): Promise<{ rows: Row[]; failures: Failure[] }> {
  const reference = checksums(c);
  const failures: Failure[] = [];
  const running = new Map<Contestant, Measured>();
  const attempt = async (contestant: Contestant, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      running.delete(contestant);
      const reason = error instanceof Error ? error.message : String(error);
      failures.push({ case: c.name, transport: contestant.transport, reason });
    }
  };
  const sample = async (contestant: Contestant, rounds: number): Promise<Sample> => {
    const found = await contestant.session.sample(c.name, rounds);
    const expected = reference(rounds);
    if (found.checksum !== expected)
      throw new WrongWork(contestant.transport, c, rounds, expected, found.checksum);
    return found;
  };

  for (const contestant of contestants) {
    await attempt(contestant, async () => {
      const rounds = await warmUp(async (n) => (await sample(contestant, n)).nanoseconds, effort);
      running.set(contestant, { rounds, times: [], p99s: [] });
    });
  }
  for (let turn = 0; turn < effort.samples; turn++) {
    for (const [contestant, measured] of running) {
      const { rounds, times, p99s } = measured;
      await attempt(contestant, async () => {
        const { nanoseconds, p99, memory } = await sample(contestant, rounds);
        times.push(nanoseconds / rounds);
        if (p99 !== undefined) p99s.push(p99);
        if (memory !== undefined) measured.memory = memory;
      });
    }
  }
  const rows = [...running].map(([{ transport }, measured]) => row(c.name, transport, measured));
  return { rows, failures };
}

/** Runs until the warm-up time is spent: how many rounds fill a sample. */
async function warmUp(time: (rounds: number) => Promise<number>, effort: Effort): Promise<number> {
  const target = effort.sampleTime * 1e6;
  let rounds = 1;
  let spent = 0;
  const isWarm = (turn: number): boolean =>
    turn >= LEAST_WARM_UPS ? spent >= effort.warmUpTime * 1e6 : spent >= MOST_WARM_UP_TIME * 1e6;
  for (let turn = 0; !isWarm(turn); turn++) {
    const nanoseconds = await time(rounds);
    spent += nanoseconds;
    const fitting = Math.floor((rounds * target) / nanoseconds);
    rounds = Math.max(1, Math.min(MOST_ROUNDS, rounds * 8, fitting));
  }
  return rounds;
}

function row(name: string, transport: string, { times, p99s, memory }: Measured): Row {
  const sorted = times.toSorted((a, b) => a - b);
  const sortedP99s = p99s.toSorted((a, b) => a - b);
  return {
    case: name,
    transport,
    min: round(sorted[0]!),
    median: round(sorted[sorted.length >> 1]!),
    max: round(sorted[sorted.length - 1]!),
    ...(p99s.length > 0 && { p99: round(sortedP99s[p99s.length >> 1]!) }),
    ...(memory !== undefined && { memory }),
  };
}

/** What the clock and the spread leave of a time. */
function round(ns: number): number {
  return Number(ns.toPrecision(4));
}

/** The reference's checksums, each number of rounds computed once. */
function checksums(c: Case): (rounds: number) => number {
  const known = new Map<number, number>();
  return (rounds) => {
    const sum = known.get(rounds) ?? c.expected(rounds);
    known.set(rounds, sum);
    return sum;
  };
}
