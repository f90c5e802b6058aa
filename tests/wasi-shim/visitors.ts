/**
 * Many idle clients, as a program of its own: a process has so many descriptors, and both ends need one.
 *
 * `node visitors.ts PORT COUNT WORDS` connects so often, one batch after the other, then has the last one ask and
 * be answered, and writes the answer.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const BATCH = 200;

async function visitor(): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

let all: Socket[] = [];
while (all.length < count - 1) {
  const batch = Array.from({ length: Math.min(BATCH, count - 1 - all.length) }, visitor);
  all = [...all, ...(await Promise.all(batch))];
}
const last = await visitor();
last.write(process.argv[4] ?? "is anybody there?");
const [answer] = (await once(last, "data")) as [Buffer];
process.stdout.write(answer);
for (const socket of [...all, last]) socket.destroy();
