/**
 * wrk, and what it says: requests in a time, and how long the slowest took.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Nanoseconds that 99 in 100 requests took at most. */
  readonly p99: number;
  /** Answers that are not 2xx or 3xx, and connections that failed. */
  readonly errors: number;
}

/** Asks `url` for one second, by so many connections from one thread. */
export async function wrk(url: string, connections: number): Promise<Load> {
  const { stdout } = await promisify(execFile)("wrk", [
    "--threads=1",
    `--connections=${connections}`,
    "--duration=1s",
    "--latency",
    url,
  ]);
  return loadOf(stdout);
}

const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60 };

/** @throws Error for a text that is not a report of wrk. */
export function loadOf(text: string): Load {
  const [, requests, length, unit = ""] = /(\d+) requests in ([\d.]+)([a-z]+),/.exec(text) ?? [];
  const [, p99, p99Unit = ""] = /^\s+99%\s+([\d.]+)([a-z]+)$/m.exec(text) ?? [];
  if (requests === undefined || p99 === undefined) throw new Error(`expected a report of wrk, found ${text}`);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text) ?? [];
  return {
    requests: Number(requests),
    seconds: Number(length) * (SECONDS[unit] ?? Number.NaN),
    p99: Number(p99) * (SECONDS[p99Unit] ?? Number.NaN) * 1e9,
    errors: sockets.slice(1).reduce((sum, count) => sum + Number(count), refused),
  };
}
