/**
 * `npm start`: shows the search system, runs it, and tries to break out of it.
 *
 * It types what a person would type: every step is a command of `atoll`, printed
 * before it runs. An argument is the folder to search, in place of the
 * dependencies' Markdown files.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { styleText } from "node:util";

const ROOT = join(import.meta.dirname, "../../..");
const ATOLL = join(ROOT, "bin/atoll.js");
/** npm runs scripts in the package's folder, and says where the person was. */
const FROM = process.env["INIT_CWD"] ?? process.cwd();

const texts = process.argv.slice(2).map((folder) => resolve(FROM, folder));
const system = relative(ROOT, join(import.meta.dirname, "system.ts"));
const service = relative(ROOT, join(import.meta.dirname, "service-system.ts"));
const clumsy = relative(ROOT, join(import.meta.dirname, "clumsy-system.ts"));
const curious = relative(ROOT, join(import.meta.dirname, "curious-system.ts"));

step("Who runs, and who may call whom", ["inspect", system]);
step("Index and search, counting the calls", ["run", "--meter", system, "--", ...texts]);
step("A tokenizer that dies of a query, and what its supervisor makes of it", [
  "run",
  clumsy,
  "--",
  ...texts,
]);
console.log(
  "\nThe tokenizer died in a call of the index, and the index could not go on without it. The supervisor restarted both before the next question; query and corpus kept what they had.",
);
await serve("An index that is killed while it serves", ["run", service, "--", ...texts], () => {
  step("The processes before", ["tree", service]);
  step("The index is killed", ["kill", "index", service]);
  step("And after: the index lives its second life, nobody else was touched", ["tree", service]);
});
console.log(
  "\nNot one question was lost. The longest answer is the time to recovery: the index is reset in microseconds, and then reads all texts again.",
);
step("A tokenizer that tries to open a file", ["link", curious, "-o", "build/curious.atoll"], 1);
console.log(
  "\nThe tokenizer was granted nothing, so there is nothing that it could call: it cannot even name a file.",
);

/** Runs a command of `atoll` before the person's eyes; any other exit code than `expected` ends the tour. */
function step(title: string, args: readonly string[], expected = 0): void {
  announce(title, args);
  const { status } = spawnSync(process.execPath, [ATOLL, ...args], { cwd: ROOT, stdio: "inherit" });
  if (status !== expected) process.exit(status === null || status === 0 ? 1 : status);
}

/** Runs a system, and something else once the system says that it is serving; then waits for its end. */
async function serve(title: string, args: readonly string[], meanwhile: () => void): Promise<void> {
  announce(title, args);
  const system = spawn(process.execPath, [ATOLL, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(system, "exit") as Promise<[number | null]>;
  for await (const line of createInterface(system.stdout)) {
    console.log(line);
    if (line.includes("Serving")) meanwhile();
  }
  const [status] = await ended;
  if (status !== 0) process.exit(status ?? 1);
}

function announce(title: string, args: readonly string[]): void {
  console.log(`\n${heading(title)}\n${styleText("dim", `$ atoll ${args.join(" ")}`)}\n`);
}

function heading(title: string): string {
  return styleText("bold", title);
}
