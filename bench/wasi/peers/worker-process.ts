/** A process that does rounds, from here: its answers are lines, and chunks before them. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { CHUNK } from "../cases.ts";

export class WorkerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #parts: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(program, [...args], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdin.on("error", () => {});
    this.#parts = this.#child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  order(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The sum of the first words of so many chunks, u32. */
  async chunks(count: number): Promise<number> {
    let sum = 0;
    for (let at = 0; at < count * CHUNK;) {
      const part = (await this.#part()).subarray(0, count * CHUNK - at);
      sum += firstWords(part, at % CHUNK);
      at += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return sum % 2 ** 32;
  }

  async line(): Promise<string> {
    let text = "";
    for (;;) {
      const part = await this.#part();
      const end = part.indexOf(10);
      text += part.subarray(0, end < 0 ? part.length : end).toString("latin1");
      this.#rest = part.subarray(end < 0 ? part.length : end + 1);
      if (end >= 0) return text;
    }
  }

  async #part(): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#parts.next();
      if (done === true) throw new Error("the process that does the rounds ended");
      this.#rest = value;
    }
    return this.#rest;
  }
}

/** What a part adds that begins at byte `offset` of a chunk; a word may lie in two parts. */
function firstWords(part: Buffer, offset: number): number {
  let sum = 0;
  for (let chunk = -offset; chunk < part.length; chunk += CHUNK) {
    for (let byte = 0; byte < 4; byte++) sum += (part[chunk + byte] ?? 0) * 2 ** (8 * byte);
  }
  return sum;
}
