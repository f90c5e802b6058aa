/** `pipe` … `tcp`: two Linux processes in C, compiled on the spot with `cc -O2`. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NotInstalled, onPath, type Peer } from "../../harness/peer.ts";
import type { Workspace } from "../../harness/workspace.ts";

const NATIVE = join(import.meta.dirname, "../native");
const FLAGS = ["-O2", "-std=gnu11", "-Wall"];

export const linuxProcesses: Peer = {
  prepare: async (transport, workspace) => ({
    program: await compiled(workspace),
    arguments: [transport],
  }),
};

async function compiled(workspace: Workspace): Promise<string> {
  if (process.platform !== "linux")
    throw new NotInstalled(`this peer is for Linux, this is ${process.platform}`, "run it on Linux");
  if (!onPath("cc"))
    throw new NotInstalled("no C compiler: `cc` is not on the path", "apt-get install gcc libc6-dev");
  const files = readdirSync(NATIVE).sort();
  const texts = files.map((file) => readFileSync(join(NATIVE, file), "utf8"));
  const folder = await workspace.made("native", [...FLAGS, ...files, ...texts], async (folder) => {
    const sources = files.filter((file) => file.endsWith(".c")).map((file) => join(NATIVE, file));
    const cc = spawnSync("cc", [...FLAGS, "-o", join(folder, "ipc"), ...sources], { encoding: "utf8" });
    if (cc.status !== 0)
      throw new NotInstalled(
        `cc could not compile the peer: ${cc.stderr.trim().split("\n")[0]}`,
        "apt-get install gcc libc6-dev",
      );
  });
  return join(folder, "ipc");
}

/** Such as `12.2.0`, with the name that the compiler gives itself where `cc` is not its own. */
export function compilerVersion(): string | undefined {
  const { status, stdout } = spawnSync("cc", ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0]?.replace(/^cc /, "") : undefined;
}
