/** `qemu-floor`: the machine with nothing in it but a line that it says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMPILE } from "../../../host-metal/hal/build.ts";
import type { Peer } from "../../harness/peer.ts";
import { compiled } from "./c.ts";
import { machinePeer } from "./machine.ts";

const SOURCE = join(import.meta.dirname, "../floor/floor.S");
/** Where images begin (host-metal/hal/x86_64/link.ld). */
const PLACE = ["-Wl,-Ttext=0x200000", "-Wl,-e,start", "-Wl,-z,noseparate-code", "-Wl,--build-id=none"];

export const floor: Peer = {
  prepare: async (_, workspace) => {
    const args = [...COMPILE, "-static", "-no-pie", "-nostdlib", ...PLACE];
    const folder = await workspace.made("floor", [readFileSync(SOURCE), ...args], async (folder) =>
      compiled([...args, "-o", join(folder, "floor.elf"), SOURCE]),
    );
    const from = { kind: "kernel", file: join(folder, "floor.elf"), words: "" } as const;
    return machinePeer({ memory: 64, from }, 0);
  },
};
