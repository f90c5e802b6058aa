// What a driver speaks with the benchmark: session.ts says which lines.
import { readLine, writeLine } from "atoll:device/console";
import { now } from "atoll:device/clock";

/** Carries so many rounds of a case; returns what `sample` or `Rounds.sample` does. */
type Carry = (name: string, rounds: u32) => string;

export function serve(carry: Carry): void {
  writeLine("ready");
  let line = readLine();
  while (line !== null) {
    const words = line.split(" ");
    writeLine(carry(words[0], u32.parse(words[1])));
    line = readLine();
  }
}

/** Of rounds that were timed together. */
export function sample(time: u64, checksum: u32): string {
  return `${time} ${checksum}`;
}

/** Rounds that are timed one by one. */
export class Rounds {
  private times: u64[] = [];
  private total: u64 = 0;
  private started: u64 = 0;

  begin(): void {
    this.started = now();
  }

  end(): void {
    const time = now() - this.started;
    this.total += time;
    this.times.push(time);
  }

  sample(checksum: u32): string {
    const times = this.times.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const p99 = times[max(0, times.length - times.length / 100 - 1)];
    return `${this.total} ${checksum} ${p99}`;
  }
}
