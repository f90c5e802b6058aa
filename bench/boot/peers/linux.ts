/**
 * `linux-vm`: Debian's kernel for clouds, from its package, which is downloaded and unpacked, never installed.
 *
 * Its machine has what the others have, and its only program does what they do.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NotInstalled, onPath, type Peer } from "../../harness/peer.ts";
import type { Workspace } from "../../harness/workspace.ts";
import { compiled } from "./c.ts";
import { type Entry, cpio } from "./cpio.ts";
import { machinePeer } from "./machine.ts";

/** Depends on the package of the newest version. */
const NEWEST = "linux-image-cloud-amd64";
const INIT = join(import.meta.dirname, "../linux/init.c");
/** No line but the program's; the first of the two serial ports is the console. */
const WORDS = "console=ttyS0 quiet loglevel=0 panic=-1";
const [REGULAR, FOLDER, CHARACTERS] = [0o100755, 0o40755, 0o20600];

export const linux: Peer = {
  prepare: async (_, workspace) => {
    const kernel = await kernelIn(workspace);
    const root = await rootIn(workspace);
    const from = { kind: "kernel", file: kernel, words: WORDS } as const;
    return machinePeer({ from, memory: 256, more: ["-initrd", root] }, 0);
  },
};

/** Such as `linux-image-6.1.0-9-cloud-amd64`; undefined where there is no Debian that knows one. */
export function linuxVersion(): string | undefined {
  const { status, stdout } = spawnSync("apt-cache", ["depends", NEWEST], { encoding: "utf8" });
  return status === 0 ? /Depends: (linux-image-\S+)/.exec(stdout)?.[1] : undefined;
}

/** Path of the kernel. */
async function kernelIn(workspace: Workspace): Promise<string> {
  const name = linuxVersion();
  if (name === undefined || !onPath("dpkg-deb"))
    throw new NotInstalled(`apt knows no package ${NEWEST}`, "apt-get update, on Debian for x86-64");
  const folder = await workspace.made("linux", [name], async (folder) => {
    asked("apt-get", ["download", "-q", name], folder);
    const file = readdirSync(folder).find((it) => it.endsWith(".deb"));
    asked("dpkg-deb", ["-x", join(folder, file!), folder], folder);
  });
  return join(
    folder,
    "boot",
    readdirSync(join(folder, "boot")).find((it) => it.startsWith("vmlinuz"))!,
  );
}

function asked(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0)
    throw new NotInstalled(`${program} ${args[0]} failed: ${stderr.trim().split("\n")[0]}`, "apt-get update");
}

/** Path of the archive with the only program. */
async function rootIn(workspace: Workspace): Promise<string> {
  const folder = await workspace.made("linux-root", [readFileSync(INIT)], async (folder) => {
    const program = join(folder, "init");
    compiled(["-O2", "-static", "-s", "-o", program, INIT]);
    const entries: Entry[] = [
      { name: "dev", mode: FOLDER },
      { name: "dev/console", mode: CHARACTERS, device: [5, 1] },
      { name: "init", mode: REGULAR, contents: readFileSync(program) },
    ];
    writeFileSync(join(folder, "root.cpio"), cpio(entries));
  });
  return join(folder, "root.cpio");
}
