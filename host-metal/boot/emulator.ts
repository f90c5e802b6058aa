/** Finds QEMU, and says what to install where it is not there. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import type { Accelerator } from "./machine.ts";

export const EMULATOR = "qemu-system-x86_64";
const KVM = "/dev/kvm";

/** Why nothing can be booted here; undefined when it can. */
export function missingEmulator(): string | undefined {
  if (spawnSync(EMULATOR, ["--version"]).status === 0) return undefined;
  return `${EMULATOR} is not installed (Debian: qemu-system-x86)`;
}

/** Why a virtual machine cannot have the processor itself; undefined when it can. */
export function missingKvm(device: string = KVM): string | undefined {
  if (process.arch !== "x64") return `this machine's processor is ${process.arch}, and images are for x86-64`;
  if (!existsSync(device)) return `there is no ${device}`;
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
  } catch {
    return `${device} may not be opened by this user (Debian: the group kvm)`;
  }
  return undefined;
}

/**
 * KVM where the processor helps, else QEMU's own translator: a KVM that has no such help,
 * which looks the same but for the modules of Linux that are loaded, emulates the code of ring 0.
 */
export function bestAccelerator(device: string = KVM, modules: string = "/sys/module"): Accelerator {
  const isHelped = ["kvm_intel", "kvm_amd"].some((name) => existsSync(`${modules}/${name}`));
  return isHelped && missingKvm(device) === undefined ? "kvm" : "tcg";
}
