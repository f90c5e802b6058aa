/** The rounds by Node's own interfaces: `node node-worker.ts FILE`. Answers `<nanoseconds> <checksum>`. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { CHUNK, CHUNKS } from "../cases.ts";

const [file = ""] = process.argv.slice(2);
const chunk = Buffer.alloc(CHUNK, 0x61);

function clock(rounds: number): number {
  let sum = 0;
  let last = 0n;
  for (let i = 0; i < rounds; i++) {
    const now = process.hrtime.bigint();
    if (now >= last) sum = (sum + i + 1) >>> 0;
    last = now;
  }
  return sum;
}

function random(rounds: number): number {
  let sum = 0;
  let last = Buffer.alloc(32);
  for (let i = 0; i < rounds; i++) {
    const bytes = randomBytes(32);
    if (!bytes.equals(last)) sum = (sum + i + 1) >>> 0;
    last = bytes;
  }
  return sum;
}

async function stdout(rounds: number): Promise<number> {
  for (let i = 0; i < rounds; i++) {
    // What was given to a stream is its own until it is written.
    const own = Buffer.from(chunk);
    own.writeUInt32LE(i + 1);
    if (!process.stdout.write(own)) await once(process.stdout, "drain");
  }
  return 0;
}

async function write(rounds: number): Promise<number> {
  await using handle = await open(file, "w");
  for (let i = 0; i < rounds; i++) {
    chunk.writeUInt32LE(i + 1);
    await handle.write(chunk, 0, CHUNK, (i % CHUNKS) * CHUNK);
  }
  return 0;
}

async function read(rounds: number): Promise<number> {
  await using handle = await open(file, "r");
  let sum = 0;
  for (let i = 0; i < rounds; i++) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, (i % CHUNKS) * CHUNK);
    if (bytesRead === CHUNK) sum = (sum + chunk.readUInt32LE()) >>> 0;
  }
  return sum;
}

const WORK: Readonly<Record<string, (rounds: number) => number | Promise<number>>> = {
  clock,
  "random-32": random,
  "stdout-64k": stdout,
  "write-64k": write,
  "read-64k": read,
};

process.stdout.write("ready\n");
for await (const order of createInterface({ input: process.stdin })) {
  const [name = "", rounds = ""] = order.split(" ");
  const start = process.hrtime.bigint();
  const sum = await WORK[name]!(Number(rounds));
  process.stdout.write(`${process.hrtime.bigint() - start} ${sum}\n`);
}
