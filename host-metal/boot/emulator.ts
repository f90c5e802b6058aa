/** Finds QEMU, and says what to install where it is not there. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import type { Accelerator } from "./machine.ts";

export const EMULATOR = "qemu-system-x86_64";

/** Why nothing can be booted here; undefined when it can. */
export function missingEmulator(): string | undefined {
  if (spawnSync(EMULATOR, ["--version"]).status === 0) return undefined;
  return `${EMULATOR} is not installed (Debian: qemu-system-x86)`;
}

/** Why a virtual machine cannot use the processor itself; undefined when it can. */
export function missingKvm(device: string = "/dev/kvm", modules: string = "/sys/module"): string | undefined {
  if (process.arch !== "x64") return `this machine's processor is ${process.arch}, and images are for x86-64`;
  if (!existsSync(device)) return `there is no ${device}`;
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
  } catch {
    return `${device} may not be opened by this user (Debian: the group kvm)`;
  }
  // With the same device, but without the processor's help: code in ring 0 is emulated, slower than by QEMU.
  const helped = ["kvm_intel", "kvm_amd"].some((name) => existsSync(`${modules}/${name}`));
  return helped ? undefined : "KVM is there without the processor's virtualisation (kvm_intel, kvm_amd)";
}

/** KVM where it works well, else QEMU's own translator. */
export function bestAccelerator(): Accelerator {
  return missingKvm() === undefined ? "kvm" : "tcg";
}
