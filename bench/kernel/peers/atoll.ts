/** `atoll`: lean apps under the kernel, built and linked by `atoll link`, run by the Linux host. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensureBuilt } from "../../../toolchain/compile/index.ts";
import { loadSystem } from "../../../toolchain/link/index.ts";
import type { Command, Peer } from "../../harness/peer.ts";
import { ROOT, toolchainHash, type Workspace } from "../../harness/workspace.ts";
import { CASES } from "../cases.ts";

const SYSTEMS = join(import.meta.dirname, "../systems");
const GUESTS = join(import.meta.dirname, "../guests");
const KERNEL = join(ROOT, "kernel");
const SERVE = join(import.meta.dirname, "serve.ts");
const ATOLL = join(ROOT, "bin/atoll.js");

/** Systems are linked when the peer has to have them. */
export const atoll: Peer = {
  prepare: async (_, workspace) => serving([...new Set(CASES.map(({ system }) => system))], workspace),
};

/** A process that answers for these systems: `call` for systems/call-system.ts. */
export async function serving(systems: readonly string[], workspace: Workspace): Promise<Command> {
  const plans: string[] = [];
  for (const system of systems) plans.push(await linked(system, workspace));
  return { program: process.execPath, arguments: [SERVE, ...plans] };
}

/** Path of its plan, `call.atoll`. */
async function linked(system: string, workspace: Workspace): Promise<string> {
  const file = join(SYSTEMS, `${system}-system.ts`);
  const sources = [GUESTS, KERNEL].flatMap(textsOf);
  const inputs = [readFileSync(file, "utf8"), ...sources, toolchainHash()];
  const folder = await workspace.made(`kernel-${system}`, inputs, async (folder) => {
    const output = join(folder, `${system}.atoll`);
    await buildApps(file);
    const link = spawnSync(process.execPath, [ATOLL, "link", file, "-o", output], { encoding: "utf8" });
    if (link.status !== 0) throw new Error(`${system}-system.ts: ${link.stderr.trim()}`);
  });
  return join(folder, `${system}.atoll`);
}

/** In this process, which loads the compiler once for all systems: `atoll link` finds them up to date. */
async function buildApps(system: string): Promise<void> {
  const { config, folder } = await loadSystem(system);
  const apps = Object.values(config.processes).map(({ component }) => resolve(folder, component));
  await ensureBuilt([...new Set(apps)]);
}

/** Of the sources below a folder. */
function textsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.startsWith("build/"))
    .sort()
    .flatMap((path) => [path, readFileSync(join(folder, path), "utf8")]);
}
