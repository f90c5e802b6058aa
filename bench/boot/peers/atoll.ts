/** `atoll-*`: the system in hello/, made by `atoll image`, as a user would. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineName } from "../../../host-metal/boot/machine.ts";
import type { Peer } from "../../harness/peer.ts";
import { imageHash, ROOT, toolchainHash, type Workspace } from "../../harness/workspace.ts";
import { machinePeer } from "./machine.ts";

const HELLO = join(import.meta.dirname, "../hello");
const FILES = ["system.ts", "hello.ts"].map((name) => join(HELLO, name));

export function atoll(machine: MachineName): Peer {
  return {
    prepare: async (_, workspace) => {
      const file = await helloImage(workspace);
      return machinePeer({ machine, memory: 64, from: { kind: "kernel", file, words: "" } }, 0);
    },
  };
}

/** Path of the image. */
async function helloImage(workspace: Workspace): Promise<string> {
  const inputs = [...FILES.map((file) => readFileSync(file)), toolchainHash(), imageHash()];
  const folder = await workspace.made("hello-metal", inputs, async (folder) => {
    const args = ["image", "--target", "metal", FILES[0]!, "-o", join(folder, "hello.elf")];
    const image = spawnSync(process.execPath, [join(ROOT, "bin/atoll.js"), ...args], { encoding: "utf8" });
    if (image.status !== 0) throw new Error(image.stderr.trim());
  });
  return join(folder, "hello.elf");
}
