/**
 * `npm start`: shows the search system, runs it, and tries to break out of it.
 *
 * It types what a person would type: every step is a command of `atoll`, printed
 * before it runs. An argument is the folder to search, in place of the
 * dependencies' Markdown files.
 */
import { spawnSync } from "node:child_process";
import { join, relative, resolve } from "node:path";
import { styleText } from "node:util";

const ROOT = join(import.meta.dirname, "../../..");
const ATOLL = join(ROOT, "bin/atoll.js");
/** npm runs scripts in the package's folder, and says where the person was. */
const FROM = process.env["INIT_CWD"] ?? process.cwd();

const texts = process.argv.slice(2).map((folder) => resolve(FROM, folder));
const system = relative(ROOT, join(import.meta.dirname, "system.ts"));
const clumsy = relative(ROOT, join(import.meta.dirname, "clumsy-system.ts"));
const curious = relative(ROOT, join(import.meta.dirname, "curious-system.ts"));

step("Who runs, and who may call whom", ["inspect", system]);
step("Index and search, counting the calls", ["run", "--meter", system, "--", ...texts]);
step("A tokenizer that dies of a query", ["run", clumsy, "--", ...texts]);
step("A tokenizer that tries to open a file", ["link", curious, "-o", "build/curious.atoll"], 1);
console.log(
  "\nThe tokenizer was granted nothing, so there is nothing that it could call: it cannot even name a file.",
);

/** Runs a command of `atoll` before the person's eyes; any other exit code than `expected` ends the tour. */
function step(title: string, args: readonly string[], expected = 0): void {
  console.log(`\n${heading(title)}\n${styleText("dim", `$ atoll ${args.join(" ")}`)}\n`);
  const { status } = spawnSync(process.execPath, [ATOLL, ...args], { cwd: ROOT, stdio: "inherit" });
  if (status !== expected) process.exit(status === null || status === 0 ? 1 : status);
}

function heading(title: string): string {
  return styleText("bold", title);
}
