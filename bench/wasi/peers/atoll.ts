/** `atoll`: the system in guests/, linked by `atoll link` and run by `atoll run`, as a user would. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Peer } from "../../harness/peer.ts";
import { ROOT, shimHash, toolchainHash, type Workspace } from "../../harness/workspace.ts";

const HERE = import.meta.dirname;
const GUESTS = join(HERE, "../guests");
const ATOLL = join(ROOT, "bin/atoll.js");
const FILES = ["system.ts", "worker.ts"].map((name) => join(GUESTS, name));

export const atoll: Peer = {
  prepare: async (_, workspace) => {
    const folder = await linked(workspace);
    const run = [ATOLL, "run", "--no-tags", join(folder, "wasi.atoll"), "--folder", folder];
    const file = join(folder, "scratch/chunks");
    return {
      program: process.execPath,
      arguments: [join(HERE, "serve.ts"), file, process.execPath, ...run],
    };
  },
};

function linked(workspace: Workspace): Promise<string> {
  const inputs = [...FILES.map((file) => readFileSync(file)), toolchainHash(), shimHash()];
  return workspace.made("wasi-atoll", inputs, async (folder) => {
    mkdirSync(join(folder, "scratch"));
    const link = spawnSync(process.execPath, [ATOLL, "link", FILES[0]!, "-o", join(folder, "wasi.atoll")], {
      encoding: "utf8",
    });
    if (link.status !== 0) throw new Error(link.stderr.trim());
  });
}
