/** Where the numbers come from: the machine, and the version of everything measured. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
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

/** Of Atoll and what it runs on; a benchmark adds its peers'. What is not installed has no entry. */
export function versions(peers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const found: Record<string, string | undefined> = {
    atoll: manifestVersion(join(ROOT, "package.json")),
    node: process.versions.node,
    v8: process.versions.v8,
    assemblyscript: packageVersion("assemblyscript"),
    ...peers,
  };
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
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
