/** Where the numbers come from: the machine, and the version of everything measured. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { jcoVersion } from "./peers/jco.ts";
import { ROOT } from "./workspace.ts";

export interface Machine {
  /** The processor's name for itself. */
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly architecture: string;
  /** Such as `Linux 6.1.0`. */
  readonly kernel: string;
}

export function machine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() || "unknown",
    cores: cores.length,
    memory: totalmem(),
    architecture: process.arch,
    kernel: `${process.platform === "linux" ? "Linux" : process.platform} ${release()}`,
  };
}

/** What is not installed has no entry. */
export function versions(): Record<string, string> {
  const found: Record<string, string | undefined> = {
    atoll: manifestVersion(join(ROOT, "package.json")),
    node: process.versions.node,
    v8: process.versions.v8,
    assemblyscript: packageVersion("assemblyscript"),
    "jco-1.35": jcoVersion("jco-1-35"),
    "jco-1.16": jcoVersion("jco-1-16"),
    cc: compilerVersion(),
  };
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Such as `12.2.0`, with the name that the compiler gives itself where `cc` is not its own. */
function compilerVersion(): string | undefined {
  const { status, stdout } = spawnSync("cc", ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0]?.replace(/^cc /, "") : undefined;
}

function packageVersion(name: string): string | undefined {
  try {
    return manifestVersion(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
function manifestVersion(path: string): string {
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
