/** A bundle → a component, by the engine's own tools, in a process of their own. */
import { fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { failure } from "../diagnostic.ts";
import type { ComponentizeAnswer, ComponentizeJob } from "./componentize-job.ts";
import { inSources } from "./positions.ts";

export interface ComponentizeInput extends ComponentizeJob {
  /** Named in messages. */
  readonly app: string;
  /** Source map of the bundle. */
  readonly map: string;
}

/** A position in the bundle, as the engines write it. */
const PLACE = /(?:componentize-qjs:user|app)\.js:(\d+):(\d+)/g;

/** @throws CompileError where the program fails before it is a component: an exception at its top. */
export async function componentizeProgram({ app, map, ...job }: ComponentizeInput): Promise<Uint8Array> {
  const answer = await inProcess(job);
  if ("component" in answer) return answer.component;
  throw failure(
    app,
    "program",
    `it does not start: ${inSources(answer.refused, map, PLACE)}`,
    "What stands at the top of the program runs when it is built: it can call no import, and has no time, no input and no network.",
  );
}

/** StarlingMonkey's tools start programs with their own standard output, which a thread does not have. */
function inProcess(job: ComponentizeJob): Promise<ComponentizeAnswer> {
  const file = fileURLToPath(new URL(`./componentize-job${extname(import.meta.url)}`, import.meta.url));
  const child = fork(file, {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-MOST_SAID)));
  return new Promise((resolve, reject) => {
    child.once("message", (answer) => resolve(answer as ComponentizeAnswer));
    child.once("error", reject);
    child.once("close", () => resolve({ refused: `the engine's tools ended without an answer. ${said}` }));
    child.send(job);
  });
}
const MOST_SAID = 2000;
