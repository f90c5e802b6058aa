/** Starts the command line as a user does, in a folder of its own. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { madeOnce } from "../made-once.ts";

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
  /** Resolves once its output, or what it says on standard error, contains the text. */
  readonly said: (text: string) => Promise<void>;
}

export interface Setting {
  readonly cwd: string;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** For Node, before the program. */
  readonly node?: readonly string[];
  /** The Node that starts it; this one unless told. */
  readonly program?: string;
}

/** A folder with a fixture's files, where builds can write. */
export function workFolder(fixture?: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "atoll-cli-"));
  if (fixture !== undefined) cpSync(join(ROOT, "tests/fixtures/cli", fixture), path, { recursive: true });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * A folder with a fixture's files and what `atoll build` makes of its system's apps, which is made once for all
 * suites: the command takes it for its own, or builds again, by what is in the files.
 */
export function builtFolder(fixture: string): { path: string; remove: () => void } {
  const folder = workFolder(fixture);
  const sources = readdirSync(folder.path).filter((name) => name.endsWith(".ts"));
  const hash = createHash("sha256");
  for (const name of sources) hash.update(readFileSync(join(folder.path, name)));
  for (const file of compilerFiles()) hash.update(readFileSync(file));
  const kept = join(ROOT, "tests/fixtures/cli/build", `${fixture}-${hash.digest("hex").slice(0, 16)}`);
  madeOnce(kept, (path) => {
    // In a folder like those that use it: what is beside an app names its inputs by their way from there.
    const { status, stderr } = spawnSync(process.execPath, [ATOLL, "build"], { cwd: folder.path });
    if (status !== 0) throw new Error(stderr.toString());
    cpSync(join(folder.path, "build"), path, { recursive: true });
  });
  cpSync(kept, join(folder.path, "build"), { recursive: true });
  return folder;
}

function compilerFiles(): string[] {
  return ["abi", "bindgen", "compile", "wasm"].flatMap((name) => {
    const folder = join(ROOT, "toolchain", name);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    return files.filter((file) => file.endsWith(".ts")).map((file) => join(folder, file));
  });
}

/** A Node on the path that is too old to run Atoll; undefined where there is none. */
export function olderNode(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => !folder.includes("node_modules"));
  return folders
    .map((folder) => join(folder, "node"))
    .find((node) => {
      if (!existsSync(node)) return false;
      const version = spawnSync(node, ["--version"]).stdout.toString();
      return Number(/^v(\d+)/.exec(version)?.[1] ?? 99) < 26;
    });
}

/** Runs to the end. */
export function atoll(args: readonly string[], setting: Setting): Promise<Ended> {
  const { child, ended } = start(args, setting);
  child.stdin?.end(setting.input ?? "");
  return ended;
}

/** Starts, with standard input open. */
export function start(
  args: readonly string[],
  { cwd, env, node = [], program = process.execPath }: Setting,
): Started {
  const child = spawn(program, [...node, ATOLL, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, NODE_OPTIONS: undefined, ...env },
  });
  let stdout = "";
  let stderr = "";
  const waiting: { text: string; resolve: () => void }[] = [];
  const hasSaid = (text: string): boolean => stdout.includes(text) || stderr.includes(text);
  const listen = (): void => {
    for (const { text, resolve } of waiting) if (hasSaid(text)) resolve();
  };
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    listen();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    listen();
  });
  child.stdin.on("error", () => {});
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (hasSaid(text)) resolve();
      waiting.push({ text, resolve });
      void ended.then(({ stderr }) => reject(new Error(`it ended without saying ${text}: ${stderr}`)));
    });
  return { child, ended, said };
}
