/** wasi:io: streams, their errors, and what ends a program. */
import { expect } from "vitest";
import { checkedRows } from "../checks.ts";
import { CLOCK, CONSOLE, ENTROPY, runGuest, scriptedShim, wasiGuest, wasiPlan } from "../guest.ts";
import type { Row } from "../row.ts";

let built: Promise<Uint8Array> | undefined;
const shim = (): Promise<Uint8Array> => (built ??= scriptedShim());
let compiled: Promise<Uint8Array> | undefined;
const guest = (): Promise<Uint8Array> => (compiled ??= wasiGuest("streams"));

const input = (...names: string[]): string[] => names.map((name) => `wasi:io/streams#input-stream.${name}`);
const output = (...names: string[]): string[] => names.map((name) => `wasi:io/streams#output-stream.${name}`);

const CHECKED = checkedRows(
  guest,
  { process: { grants: [CLOCK, CONSOLE, ENTROPY], configuration: {} }, shim, seed: 1 },
  [
    { name: "read gives what is there, at most what was asked for", proves: input("read") },
    { name: "read gives nothing while nothing is there", proves: input("read") },
    { name: "read says when the stream is at its end", proves: input("read") },
    {
      name: "subscribe of an input stream is ready when bytes are",
      proves: [...input("subscribe"), "wasi:io/poll#pollable.block"],
    },
    { name: "blocking-read waits for one byte at least", proves: input("blocking-read") },
    { name: "blocking-read ends with the stream", proves: input("blocking-read") },
    { name: "blocking-read of no bytes does not wait", proves: input("blocking-read") },
    { name: "an error has words", proves: ["wasi:io/error#error.to-debug-string"] },
    { name: "after an error the stream is closed", proves: input("read", "subscribe") },
    { name: "skip counts what it skipped", proves: input("skip") },
    { name: "blocking-skip waits for one byte at least", proves: input("blocking-skip") },
    { name: "check-write says how much room there is", proves: output("check-write") },
    { name: "write takes as much in parts", proves: output("write") },
    { name: "subscribe of an output stream is ready when there is room", proves: output("subscribe") },
    { name: "a flush takes no writes until it is done", proves: output("flush", "check-write") },
    { name: "blocking-flush waits until it is done", proves: output("blocking-flush") },
    { name: "blocking-write-and-flush writes all in parts", proves: output("blocking-write-and-flush") },
    { name: "a stream may end with its last bytes", proves: output("blocking-write-and-flush") },
    { name: "blocking-write-and-flush says what went wrong", proves: output("blocking-write-and-flush") },
    {
      name: "after an error nothing is written any more",
      proves: output("check-write", "flush", "blocking-flush"),
    },
    { name: "write-zeroes writes zeroes", proves: output("write-zeroes") },
    { name: "blocking-write-zeroes-and-flush writes all", proves: output("blocking-write-zeroes-and-flush") },
    { name: "splice moves what is there and has room", proves: output("splice") },
    { name: "blocking-splice waits for bytes and for room", proves: output("blocking-splice") },
    { name: "a splice ends with either stream", proves: output("splice", "blocking-splice") },
    { name: "a splice of nothing moves nothing", proves: output("splice") },
    {
      name: "a dropped stream ends, and who waits for it goes on",
      proves: [...input("subscribe"), ...output("subscribe")],
    },
    { name: "poll takes streams of both kinds", proves: ["wasi:io/poll#poll"] },
  ],
);

/** A program that ends as WASI says that it does; `what` is for guests/streams.ts. */
function traps(what: string, proves: readonly string[], name: string, said: RegExp): Row {
  const test = async (): Promise<void> => {
    const configuration = { what };
    const process = { grants: [CLOCK, CONSOLE, ENTROPY], configuration };
    const plan = await wasiPlan(await guest(), process, await shim());
    const { lines, outcome } = await runGuest(plan);
    expect(lines).toEqual([]);
    expect(JSON.stringify(outcome)).toMatch(said);
  };
  return { name, proves, test };
}

export const ROWS: readonly Row[] = [
  ...CHECKED,
  traps("poll", ["wasi:io/poll#poll"], "poll of nothing traps", /poll was called without a pollable/),
  traps(
    "write",
    output("write"),
    "a write beyond its permit traps",
    /3 bytes are written and check-write has allowed 2/,
  ),
  traps("write-unasked", output("write"), "a write without a permit traps", /check-write has allowed 0/),
  traps(
    "write-zeroes",
    output("write-zeroes"),
    "zeroes beyond their permit trap",
    /check-write has allowed 2/,
  ),
  traps(
    "random",
    ["wasi:random/random#get-random-bytes"],
    "more random bytes than a memory holds trap",
    /random bytes are more than a memory holds/,
  ),
];
