/** `atoll-lean`: the system in guests/, linked by `atoll link` and run by `atoll run`, as a user would. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Peer } from "../../harness/peer.ts";
import { httpHash, ROOT, toolchainHash, type Workspace } from "../../harness/workspace.ts";

const HERE = import.meta.dirname;
const GUESTS = join(HERE, "../guests");
const ATOLL = join(ROOT, "bin/atoll.js");

export const atoll: Peer = {
  prepare: async (_, workspace) => {
    const plan = join(await linked(workspace), "http.atoll");
    return {
      program: process.execPath,
      arguments: [join(HERE, "serve.ts"), process.execPath, ATOLL, "run", "--no-tags", plan],
    };
  },
};

function linked(workspace: Workspace): Promise<string> {
  const system = join(GUESTS, "system.ts");
  const sources = [system, join(GUESTS, "web.ts")].map((file) => readFileSync(file));
  return workspace.made("http-atoll", [...sources, toolchainHash(), httpHash()], async (folder) => {
    const link = spawnSync(process.execPath, [ATOLL, "link", system, "-o", join(folder, "http.atoll")], {
      encoding: "utf8",
    });
    if (link.status !== 0) throw new Error(link.stderr.trim());
  });
}
