/** `--dir` and `--env`: what a component that runs without a system sees of the host. */
import { statSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import type { Grant } from "../toolchain/link/plan.ts";
import { UsageError } from "./report.ts";
import type { Source } from "./source.ts";

export type GrantedDirectory = Extract<Grant, { device: "atoll:device/files" }>["directories"][number];

/** What both options say. */
export interface AloneOptions {
  readonly dir: readonly GrantedDirectory[];
  readonly env: Readonly<Record<string, string>>;
}

export function directoryOption(): Option {
  return new Option(
    "--dir <HOST[::GUEST][:ro]>",
    "for one component: a directory, under another name, only to read",
  )
    .argParser(parseDirectory)
    .default([]);
}

export function variableOption(): Option {
  return new Option("--env <NAME=VALUE>", "for one component: a variable of its environment")
    .argParser(parseVariable)
    .default({});
}

/** Throws UsageError where options that are for one component, by their names, are given with a system. */
export function refuseForSystem(
  { kind, file }: Source,
  given: Readonly<Record<string, readonly unknown[]>>,
): void {
  if (kind !== "plan" && kind !== "system") return;
  const [name] = Object.entries(given).find(([, values]) => values.length > 0) ?? [];
  if (name === undefined) return;
  throw new UsageError(
    `${file}: ${name} is for one component, and a system says itself who is granted what.`,
  );
}

/** What a component that is on its own is granted besides. Throws UsageError as above. */
export function aloneOf(
  source: Source,
  { dir, env }: AloneOptions,
): { readonly directories: readonly GrantedDirectory[]; readonly environment: AloneOptions["env"] } {
  refuseForSystem(source, { "--dir": dir, "--env": Object.keys(env) });
  return { directories: dir, environment: env };
}

const READ_ONLY = ":ro";
const AS = "::";

/** Reads HOST[::GUEST][:ro]. @throws InvalidArgumentError, UsageError for what is no folder */
function parseDirectory(text: string, before: readonly GrantedDirectory[]): GrantedDirectory[] {
  const write = !text.endsWith(READ_ONLY);
  const paths = write ? text : text.slice(0, -READ_ONLY.length);
  const [path = "", as = path, ...more] = paths.split(AS);
  if (path === "" || as === "" || more.length > 0)
    throw new InvalidArgumentError(
      `expected HOST, HOST::GUEST or either with :ro, found ${JSON.stringify(text)}.`,
    );
  if (before.some((other) => other.as === as))
    throw new InvalidArgumentError(
      `the component would find two directories at ${as}: HOST::GUEST names them apart.`,
    );
  checkFolder(text, path);
  return [...before, { path, as, write }];
}

function checkFolder(text: string, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  throw new UsageError(
    `--dir ${text}: expected a folder at ${path}, found ${found === undefined ? "nothing" : "a file"}.`,
    found === undefined
      ? "Create it, or correct the path. After it may stand ::GUEST, what the component calls it, and :ro."
      : "Grant the folder that the file is in.",
  );
}

/** Reads NAME=VALUE. @throws InvalidArgumentError */
function parseVariable(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const end = text.indexOf("=");
  if (end < 1) throw new InvalidArgumentError(`expected NAME=VALUE, found ${JSON.stringify(text)}.`);
  return { ...before, [text.slice(0, end)]: text.slice(end + 1) };
}
