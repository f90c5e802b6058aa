/** The process of a peer in JavaScript: `node serve.ts <transport> <folder>`; session.ts says what it speaks. */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { caseNamed } from "../cases.ts";
import type { TransportName } from "../transports.ts";
import { openWorkspace } from "../../harness/workspace.ts";
import { hostedPeer } from "./index.ts";

const [transport, folder] = process.argv.slice(2) as [TransportName, string];
const say = (line: string): void => void writeSync(1, `${line}\n`);

try {
  const carry = await hostedPeer(transport).open(transport, openWorkspace(folder));
  say("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, rounds] = line.split(" ") as [string, string];
    const c = caseNamed(name);
    const start = process.hrtime.bigint();
    const checksum = await carry(c, Number(rounds));
    say(`${process.hrtime.bigint() - start} ${checksum >>> 0}`);
  }
  process.exit(0);
} catch (error) {
  say(`error ${String(error instanceof Error ? error.message : error).replaceAll(/\s+/g, " ")}`);
  process.exit(1);
}
