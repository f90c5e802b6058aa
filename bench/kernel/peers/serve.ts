/**
 * The process of the peer `atoll`: `node serve.ts PLAN…`, a plan for each system.
 *
 * The drivers of the systems speak for themselves, on their consoles. Here each
 * line only finds its way to the system that has the case, which is started when
 * it is first asked.
 */
import { readFileSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { runSystem } from "../../../host-linux/index.ts";
import { parsePlan } from "../../../toolchain/link/plan-file.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { systemOf } from "../cases.ts";
import { barePromises, bareTraps } from "./bare-trap.ts";
import { newInstances } from "./new-instance.ts";

const plans = new Map(process.argv.slice(2).map((path) => [basename(path, ".atoll"), path]));
const say = (line: string): void => void writeSync(1, `${line}\n`);

/** Cases that are done by hand, with the cell of a system. */
const BY_HAND: Readonly<Record<string, (plan: LinkPlan) => (rounds: number) => string | Promise<string>>> = {
  "restart:instance": newInstances,
  "crash-notice:trap": bareTraps,
  "crash-notice:promise": barePromises,
};

/** Sends a line, and gives the answer. */
type Ask = (line: string) => Promise<string>;

function planOf(system: string): LinkPlan {
  const path = plans.get(system);
  if (path === undefined) throw new Error(`no plan of the system ${system} was given`);
  return parsePlan(readFileSync(path));
}

async function started(system: string): Promise<Ask> {
  const byHand = BY_HAND[system];
  if (byHand !== undefined) {
    const answer = byHand(planOf(systemOf(system)));
    return async (line) => answer(Number(line.split(" ")[1]));
  }
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const plan = planOf(system);
  const ended = runSystem(plan, { base: ".", tags: false, stdin: () => stdin, stdout }).then(
    (outcome): never => {
      throw new Error(`system ${system} ended: ${JSON.stringify(outcome)}`);
    },
  );
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const next = (): Promise<string> => Promise.race([ended, lines.next().then(({ value = "" }) => value)]);
  const ready = await next();
  if (ready !== "ready") throw new Error(`system ${system}: expected \`ready\`, found \`${ready}\``);
  return (line) => {
    stdin.write(`${line}\n`);
    return next();
  };
}

const running = new Map<string, Promise<Ask>>();
const input = createInterface({ input: process.stdin });
// Also while a system has a line that it may never answer: nobody is there any more to hear it.
input.once("close", () => process.exit(0));
say("ready");
for await (const line of input) {
  try {
    const name = line.split(" ")[0]!;
    const system = name in BY_HAND ? name : systemOf(name);
    if (!running.has(system)) running.set(system, started(system));
    say(await (await running.get(system)!)(line));
  } catch (error) {
    say(`error ${String(error instanceof Error ? error.message : error).replaceAll(/\s+/g, " ")}`);
  }
}
