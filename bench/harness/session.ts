/**
 * A peer's process, from here: starts it, asks for samples, ends it.
 *
 * It prints `ready`, then answers each line `<case> <rounds>` with
 * `<nanoseconds> <checksum>`, or with `<nanoseconds> <checksum> <p99>` where it
 * times each round, and `<memory>` behind that where it knows; or with `error <why>`; and it ends with its input, or by a
 * line that it says.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Command } from "./peer.ts";

export interface Sample {
  /** Of all rounds together. */
  readonly nanoseconds: number;
  /** u32 */
  readonly checksum: number;
  /** Nanoseconds that 99 in 100 rounds took at most; undefined where they are not timed one by one. */
  readonly p99?: number;
  /** Bytes that were resident meanwhile; undefined where nobody looked. */
  readonly memory?: number;
}

/** Milliseconds that a peer has to end by itself. */
const PATIENCE = 3000;
/** Milliseconds that a peer has for an answer: one that hangs must not hang the others' numbers. */
const ANSWER_TIME = 120_000;

/** A peer that answered with an error, or ended. */
export class PeerFailed extends Error {
  override readonly name = "PeerFailed";
}

export class Session {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #farewell: string;
  #stderr = "";

  private constructor(command: Command) {
    this.#farewell = command.farewell === undefined ? "" : `${command.farewell}\n`;
    this.#process = spawn(command.program, [...command.arguments], { stdio: ["pipe", "pipe", "pipe"] });
    this.#process.stderr.on(
      "data",
      (text: Buffer) => void (this.#stderr = (this.#stderr + text.toString()).slice(-2000)),
    );
    // A peer that died is noticed by its missing answer, not by the broken pipe to it.
    this.#process.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Starts the process and waits until it is ready; throws `PeerFailed`. */
  static async open(command: Command): Promise<Session> {
    const session = new Session(command);
    const spawned = once(session.#process, "spawn");
    await spawned.catch((error: Error) => {
      throw new PeerFailed(`${command.program} did not start: ${error.message}`);
    });
    try {
      const line = await session.#line();
      if (line !== "ready") throw new PeerFailed(`expected \`ready\`, found \`${line}\``);
      return session;
    } catch (error) {
      session.#process.kill("SIGKILL");
      throw error;
    }
  }

  get pid(): number {
    return this.#process.pid!;
  }

  async sample(name: string, rounds: number): Promise<Sample> {
    this.#process.stdin.write(`${name} ${rounds}\n`);
    const line = await this.#line();
    const [nanoseconds, checksum, p99, memory] = line.split(" ").map(Number);
    if (!(nanoseconds! > 0) || checksum === undefined)
      throw new PeerFailed(`expected nanoseconds and a checksum, found \`${line}\``);
    return {
      nanoseconds: nanoseconds!,
      checksum,
      ...(p99 !== undefined && { p99 }),
      ...(memory !== undefined && { memory }),
    };
  }

  /** Ends the process: it has no more input; when that does not do, it is killed. */
  async close(): Promise<void> {
    await this.#end();
    // Whoever it has left behind may hold its streams open.
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream.destroy();
  }

  async #end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    const deadline = setTimeout(() => this.#process.kill("SIGKILL"), PATIENCE);
    this.#process.stdin.end(this.#farewell);
    await ended;
    clearTimeout(deadline);
  }

  async #line(): Promise<string> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.#process.kill("SIGKILL");
      late.reject(new PeerFailed(`the peer gave no answer within ${ANSWER_TIME / 1000} s`));
    }, ANSWER_TIME);
    const line = this.#lines.next() as Promise<IteratorResult<string, undefined>>;
    const { value, done } = await Promise.race([line, late.promise]).finally(() => clearTimeout(timer));
    if (done === true)
      throw new PeerFailed(
        `the peer's process ended. ${this.#stderr.trim().split("\n").slice(-3).join(" ")}`,
      );
    if (value.startsWith("error ")) throw new PeerFailed(value.slice("error ".length));
    return value;
  }
}
