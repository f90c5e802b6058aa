/**
 * The folder of what the peers need built: guests, adapters, a C program.
 *
 * A file is made once for the same inputs: its folder is named by their hash,
 * so nothing is ever stale and nothing needs to be cleaned. The folder lies in
 * the project's `build/`, which version control ignores.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

export const ROOT: string = join(import.meta.dirname, "../..");

export interface Workspace {
  readonly folder: string;
  /**
   * The folder `<name>-<hash of inputs>`, filled by `make` when it is not there
   * yet. Inputs are what decides the result: sources, versions, options.
   */
  made(
    name: string,
    inputs: readonly (string | Uint8Array)[],
    make: (folder: string) => Promise<void>,
  ): Promise<string>;
}

export function openWorkspace(folder: string = join(ROOT, "build/bench")): Workspace {
  return {
    folder,
    async made(name, inputs, make) {
      const hash = createHash("sha256");
      for (const input of inputs) hash.update(`${input.length}\n`).update(input);
      const target = join(folder, `${name}-${hash.digest("hex").slice(0, 16)}`);
      if (existsSync(target)) return target;
      const draft = `${target}.${process.pid}`;
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(draft, { recursive: true });
      try {
        await make(draft);
        if (!existsSync(target)) renameSync(draft, target);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
      return target;
    },
  };
}

/** Of Atoll's own build-time code: an input of everything that it makes. */
export function toolchainHash(): string {
  return folderHash("toolchain", /\.ts$/);
}

/** Of the WASI shim. */
export function shimHash(): string {
  return folderHash("wasi-shim", /\.(ts|wit)$/);
}

/** Of the libraries, the driver and the pool of HTTP services. */
export function httpHash(): string {
  return folderHash("components/http", /\.ts$/);
}

/** Of what makes images, and of what is in them. */
export function imageHash(): string {
  return folderHash("host-metal", /\.(ts|c|h|S|ld)$/);
}

function folderHash(name: string, files: RegExp): string {
  const hash = createHash("sha256");
  const folder = join(ROOT, name);
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (files.test(path)) hash.update(`${path}\n`).update(readFileSync(join(folder, path)));
  }
  return hash.digest("hex");
}
