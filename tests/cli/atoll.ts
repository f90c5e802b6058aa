/** Starts the command line as a user does, in a folder of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const ATOLL = join(ROOT, "bin/atoll.js");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once the output contains the text. */
  readonly said: (text: string) => Promise<void>;
}

export interface Setting {
  readonly cwd: string;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** For Node, before the program. */
  readonly node?: readonly string[];
}

/** A folder with a fixture's files, where builds can write. */
export function workFolder(fixture?: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "atoll-cli-"));
  if (fixture !== undefined) cpSync(join(ROOT, "tests/fixtures/cli", fixture), path, { recursive: true });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs to the end. */
export function atoll(args: readonly string[], setting: Setting): Promise<Ended> {
  const { child, ended } = start(args, setting);
  child.stdin?.end(setting.input ?? "");
  return ended;
}

/** Starts, with standard input open. */
export function start(args: readonly string[], { cwd, env, node = [] }: Setting): Started {
  const child = spawn(process.execPath, [...node, ATOLL, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, NODE_OPTIONS: undefined, ...env },
  });
  let stdout = "";
  let stderr = "";
  const waiting: { text: string; resolve: () => void }[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    for (const { text, resolve } of waiting) if (stdout.includes(text)) resolve();
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on("error", () => {});
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (stdout.includes(text)) resolve();
      waiting.push({ text, resolve });
      void ended.then(({ stderr }) => reject(new Error(`it ended without saying ${text}: ${stderr}`)));
    });
  return { child, ended, said };
}
