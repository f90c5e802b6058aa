/**
 * The process of a peer: starts a machine for each round, and takes the time; session.ts says what it speaks.
 *
 * `node serve.ts STATUS LINE PROGRAM ARGUMENTS…`: STATUS is the program's exit status, and LINE
 * what it prints, both if it did its work. It runs on the machine alone, one at a time.
 *
 * Whoever asked is gone with the input's end, and the machine that runs then with it. A
 * leash, as `atoll boot` has one, would be measured too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

const [status, line, program, ...args] = process.argv.slice(2) as [string, string, string, ...string[]];
const say = (text: string): void => void writeSync(1, `${text}\n`);

let running: ChildProcess | undefined;
const end = (): void => void running?.kill("SIGKILL");
process.once("exit", end);
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

interface Boot {
  /** Nanoseconds from the start. */
  readonly firstOutput: number;
  readonly exit: number;
}

/** Rejects where the machine ended otherwise than it had to. */
function boot(): Promise<Boot> {
  const { promise, resolve, reject } = Promise.withResolvers<Boot>();
  const start = process.hrtime.bigint();
  const since = (): number => Number(process.hrtime.bigint() - start);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  running = child;
  let firstOutput = 0;
  let exit = 0;
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    if (firstOutput === 0 && text.includes(line)) firstOutput = since();
  });
  child.once("error", reject);
  child.once("exit", () => (exit = since()));
  child.once("close", (code) => {
    if (firstOutput > 0 && code === Number(status)) return resolve({ firstOutput, exit });
    reject(new Error(`expected "${line}" and exit status ${status}, found ${code} and ${text.slice(-200)}`));
  });
  return promise;
}

/** Nanoseconds of all rounds, and how many of them did the work. */
async function rounds(name: string, count: number): Promise<string> {
  let nanoseconds = 0;
  for (let i = 0; i < count; i++) {
    const { firstOutput, exit } = await boot();
    nanoseconds += name === "exit" ? exit : firstOutput;
  }
  return `${nanoseconds} ${count}`;
}

say("ready");
for await (const order of createInterface({ input: process.stdin }).once("close", end)) {
  const [name, count] = order.split(" ") as [string, string];
  say(
    await rounds(name, Number(count)).catch(
      (error: Error) => `error ${error.message.replaceAll(/\s+/g, " ")}`,
    ),
  );
}
