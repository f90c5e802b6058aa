/** A machine as a peer: its console on its standard output, and the text that shows that it works. */
import { join } from "node:path";
import { EMULATOR } from "../../../host-metal/boot/emulator.ts";
import { commandLine, type Machine } from "../../../host-metal/boot/machine.ts";
import type { Command } from "../../harness/peer.ts";

const SERVE = join(import.meta.dirname, "../serve.ts");

/** What all peers say. */
export const LINE = "Hello, Atoll!";

/** `written`: to the device that ends QEMU, which makes of it 2 * written + 1. By QEMU's translator, which all have. */
export function machinePeer(machine: Omit<Machine, "serial">, written: number): Command {
  const status = `${2 * written + 1}`;
  const qemu = [EMULATOR, ...commandLine({ ...machine, serial: "stdio" })];
  return { program: process.execPath, arguments: [SERVE, status, LINE, ...qemu] };
}
