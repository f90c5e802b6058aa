/**
 * The process of a peer: `node serve.ts PROGRAM ARGUMENTS…`; session.ts says what it speaks.
 *
 * PROGRAM is a server that says where it is as soon as it is there: `http://HOST:PORT`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, writeSync } from "node:fs";
import { Agent, get } from "node:http";
import { createInterface } from "node:readline";
import { CONNECTIONS } from "../cases.ts";
import { wrk } from "./wrk.ts";

/** Milliseconds after which all instances have ended: they do after 20 without a request, twice. */
const UNTIL_EMPTY = 150;

const [program, ...args] = process.argv.slice(2) as [string, ...string[]];
const say = (text: string): void => void writeSync(1, `${text}\n`);

const server: ChildProcess = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
const end = (): void => void server.kill("SIGTERM");
process.once("exit", end);
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
server.once("exit", (code) => {
  process.stderr.write(`the server ended with ${code}\n`);
  process.exit(1);
});
const url = await said(server);

async function said({ stdout }: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of stdout ?? []) {
    text += String(chunk);
    const found = /http:\/\/[\d.:]+/.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  throw new Error(`the server did not say where it is, but ${text}`);
}

/** Of all rounds, how many were answered, the 99th percentile, and bytes resident in the server's processes. */
async function hello(rounds: number): Promise<string> {
  const answer = await fetch(`${url}/hello`);
  if ((await answer.text()) !== "Hello, world!")
    throw new Error(`expected Hello, world!, found ${answer.status}`);
  const { requests, seconds, p99, errors } = await wrk(`${url}/hello`, CONNECTIONS);
  if (errors > 0) throw new Error(`${errors} of ${requests} requests were not answered`);
  const nanoseconds = (seconds * 1e9 * rounds) / requests;
  return `${Math.round(nanoseconds)} ${rounds} ${Math.round(p99)} ${resident(server.pid ?? 0)}`;
}

/** Each by an instance of its own, which says that it has answered once. */
async function firstRequest(rounds: number): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let [nanoseconds, right] = [0, 0];
  // The connection is there before; what wrk left behind has ended then.
  await ask(agent);
  for (let i = 0; i < rounds; i++) {
    await new Promise((resolve) => setTimeout(resolve, UNTIL_EMPTY));
    const start = process.hrtime.bigint();
    const body = await ask(agent);
    nanoseconds += Number(process.hrtime.bigint() - start);
    if (body === "1") right++;
  }
  agent.destroy();
  return `${nanoseconds} ${right}`;
}

function ask(agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(`${url}/served`, { agent }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    }).once("error", reject);
  });
}

/** Of a process and those that it has started. */
function resident(pid: number): number {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(statusOf(Number(name), "PPid"))] as const);
  const children = parents.filter(([, parent]) => parent === pid);
  const own = Number.parseInt(statusOf(pid, "VmRSS"), 10) * 1024;
  return children.reduce((sum, [child]) => sum + resident(child), own);
}

function statusOf(pid: number, field: string): string {
  try {
    return (
      new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0"
    );
  } catch {
    // It has ended since the list was made.
    return "0";
  }
}

say("ready");
for await (const order of createInterface({ input: process.stdin }).once("close", end)) {
  const [name, count] = order.split(" ") as [string, string];
  const work = name === "hello" ? hello(Number(count)) : firstRequest(Number(count));
  say(await work.catch((error: Error) => `error ${error.message.replaceAll(/\s+/g, " ")}`));
}
process.exit(0);
