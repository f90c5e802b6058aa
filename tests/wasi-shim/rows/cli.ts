/** wasi:cli: what a program is told, its standard streams, and its end. */
import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { exitCodeOf } from "../../../host-linux/index.ts";
import { checkedRows } from "../checks.ts";
import { CLOCK, CONSOLE, type Process, type Ran, runGuest, STDIO, wasiGuest, wasiPlan } from "../guest.ts";
import type { Row } from "../row.ts";

let compiled: Promise<Uint8Array> | undefined;
const guest = (): Promise<Uint8Array> => (compiled ??= wasiGuest("cli", "export wasi:cli/run@0.2.12;"));

const environment = (...names: string[]): string[] => names.map((name) => `wasi:cli/environment#${name}`);
const OUT = ["wasi:cli/stdout#get-stdout"];

const CHECKED = checkedRows(
  guest,
  {
    process: {
      grants: [CLOCK, CONSOLE, STDIO],
      arguments: ["", "two words"],
      environment: { NAME: "zoë", HOME: "/nowhere" },
    },
    input: "hello, world",
  },
  [
    { name: "arguments begin with the name of the process", proves: environment("get-arguments") },
    { name: "the environment is what system.ts says", proves: environment("get-environment") },
    { name: "no directory is the current one", proves: environment("initial-cwd") },
    { name: "standard input is no terminal", proves: ["wasi:cli/terminal-stdin#get-terminal-stdin"] },
    { name: "standard output is no terminal", proves: ["wasi:cli/terminal-stdout#get-terminal-stdout"] },
    { name: "standard error is no terminal", proves: ["wasi:cli/terminal-stderr#get-terminal-stderr"] },
    { name: "input comes also to who never waits for it", proves: ["wasi:io/poll#poll"] },
    { name: "two streams of standard input share it", proves: ["wasi:cli/stdin#get-stdin"] },
    { name: "standard input ends", proves: ["wasi:cli/stdin#get-stdin"] },
  ],
);

async function run(words: readonly string[], input?: Uint8Array, process: Process = {}): Promise<Ran> {
  const plan = await wasiPlan(await guest(), { grants: [CONSOLE, STDIO], arguments: [...words], ...process });
  return runGuest(plan, input);
}

/** A program that ends with that code. */
function ends(words: readonly string[], code: number, proves: string, name: string): Row {
  const test = async (): Promise<void> => {
    const { outcome, lines } = await run(words);
    expect({ code: exitCodeOf(outcome), lines }, JSON.stringify(outcome)).toEqual({ code, lines: [] });
  };
  return { name, proves: [proves], test };
}

export const ROWS: readonly Row[] = [
  ...CHECKED,
  ends(["exit-ok"], 0, "wasi:cli/exit#exit", "exit without an error is the code 0"),
  ends(["exit-err"], 1, "wasi:cli/exit#exit", "exit with an error is the code 1"),
  ends(["exit-with-code", "42"], 42, "wasi:cli/exit#exit-with-code", "exit-with-code is the code"),
  ends(["copy"], 0, "wasi:cli/run#run", "a program that returns ends with 0"),
  ends(["return-err"], 1, "wasi:cli/run#run", "a program that returns an error ends with 1"),
  {
    name: "what is written comes out on its stream",
    proves: [...OUT, "wasi:cli/stderr#get-stderr"],
    test: async () => {
      const { stdout, stderr } = await run(["say"]);
      expect({ stdout: stdout.toString(), stderr }).toEqual({ stdout: "out\n", stderr: "err\n" });
    },
  },
  {
    name: "megabytes go in and out byte for byte, without a flush",
    proves: [...OUT, "wasi:cli/stdin#get-stdin"],
    test: async () => {
      const bytes = randomBytes(3_000_001);
      const { stdout } = await run(["copy"], bytes);
      expect(stdout.equals(bytes)).toBe(true);
    },
  },
  {
    name: "a program without stdio() finds its input at the end and its output closed",
    proves: [...OUT, "wasi:cli/stdin#get-stdin", "wasi:cli/stderr#get-stderr"],
    test: async () => {
      const { stdout, stderr, outcome } = await run(["say"], Buffer.from("unread"), { grants: [CONSOLE] });
      expect({ out: stdout.toString(), stderr, code: exitCodeOf(outcome) }).toEqual({
        out: "",
        stderr: "",
        code: 0,
      });
    },
  },
];
