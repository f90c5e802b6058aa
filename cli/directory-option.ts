/** `--dir` and `--env`: what a component that runs without a system sees of the host. */
import { statSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import type { Grant } from "../toolchain/link/plan.ts";
import { UsageError } from "./report.ts";

export type GrantedDirectory = Extract<Grant, { device: "atoll:device/files" }>["directories"][number];

const READ_ONLY = ":ro";
const AS = "::";

/** Reads HOST[::GUEST][:ro]. @throws InvalidArgumentError, UsageError for what is no folder */
export function parseDirectory(text: string, before: readonly GrantedDirectory[]): GrantedDirectory[] {
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
export function parseVariable(
  text: string,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const end = text.indexOf("=");
  if (end < 1) throw new InvalidArgumentError(`expected NAME=VALUE, found ${JSON.stringify(text)}.`);
  return { ...before, [text.slice(0, end)]: text.slice(end + 1) };
}
