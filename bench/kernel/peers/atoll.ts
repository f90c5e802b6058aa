/** `atoll`: lean apps under the kernel, built and linked by `atoll link`, run by the Linux host. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Peer } from "../../harness/peer.ts";
import { ROOT, toolchainHash, type Workspace } from "../../harness/workspace.ts";

const SYSTEMS = join(import.meta.dirname, "../systems");
const GUESTS = join(import.meta.dirname, "../guests");
const KERNEL = join(ROOT, "kernel");
const SERVE = join(import.meta.dirname, "serve.ts");
const ATOLL = join(ROOT, "bin/atoll.js");

export const atoll: Peer = {
  prepare: async (_, workspace) => ({
    program: process.execPath,
    arguments: [SERVE, await linked(workspace)],
  }),
};

/** Folder of the plans: `call.atoll` of call-system.ts. */
async function linked(workspace: Workspace): Promise<string> {
  const sources = [SYSTEMS, GUESTS, KERNEL].flatMap(textsOf);
  return workspace.made("kernel", [...sources, toolchainHash()], async (folder) => {
    for (const file of readdirSync(SYSTEMS)) {
      const output = join(folder, file.replace("-system.ts", ".atoll"));
      const link = spawnSync(process.execPath, [ATOLL, "link", join(SYSTEMS, file), "-o", output], {
        encoding: "utf8",
      });
      if (link.status !== 0) throw new Error(`${file}: ${link.stderr.trim()}`);
    }
  });
}

/** Of the sources below a folder. */
function textsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.startsWith("build/"))
    .sort()
    .flatMap((path) => [path, readFileSync(join(folder, path), "utf8")]);
}
