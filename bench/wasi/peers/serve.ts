/**
 * The process of a peer: `node serve.ts FILE PROGRAM ARGUMENTS…`; session.ts says what it speaks.
 *
 * PROGRAM does the rounds; FILE is what it reads and writes. Its standard output is
 * a pipe that is read here, so that what is written there is timed with its reader.
 */
import { closeSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { CHUNK, CHUNKS } from "../cases.ts";
import { WorkerProcess } from "./worker-process.ts";

const [file, program, ...args] = process.argv.slice(2) as [string, string, ...string[]];
const say = (text: string): void => void writeSync(1, `${text}\n`);

/** Chunk k has k + 1 in its first word. */
function prepareFile(): void {
  const bytes = Buffer.alloc(CHUNK * CHUNKS, 0x61);
  for (let k = 0; k < CHUNKS; k++) bytes.writeUInt32LE(k + 1, k * CHUNK);
  writeFileSync(file, bytes);
}

/** The sum of the first words of what `rounds` have left in the file, u32. */
function sumOfFile(rounds: number): number {
  const descriptor = openSync(file, "r");
  const word = Buffer.alloc(4);
  let sum = 0;
  for (let k = 0; k < Math.min(rounds, CHUNKS); k++) {
    readSync(descriptor, word, 0, 4, k * CHUNK);
    sum += word.readUInt32LE();
  }
  closeSync(descriptor);
  return sum % 2 ** 32;
}

async function answer(worker: WorkerProcess, order: string): Promise<string> {
  const [name = "", count = ""] = order.split(" ");
  const rounds = Number(count);
  if (name === "read-64k") prepareFile();
  const start = process.hrtime.bigint();
  worker.order(order);
  if (name === "stdout-64k") {
    const sum = await worker.chunks(rounds);
    const nanoseconds = process.hrtime.bigint() - start;
    await worker.line();
    return `${nanoseconds} ${sum}`;
  }
  const said = await worker.line();
  return name === "write-64k" ? `${said.split(" ")[0]} ${sumOfFile(rounds)}` : said;
}

const worker = new WorkerProcess(program, args);
say(await worker.line());
for await (const order of createInterface({ input: process.stdin })) {
  say(await answer(worker, order).catch((error: Error) => `error ${error.message.replaceAll(/\s+/g, " ")}`));
}
process.exit(0);
