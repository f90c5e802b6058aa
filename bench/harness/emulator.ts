/** Which QEMU carries a peer that is a machine. */
import { spawnSync } from "node:child_process";
import { EMULATOR } from "../../host-metal/boot/emulator.ts";
import type { Accelerator } from "../../host-metal/boot/machine.ts";

/** Such as `7.2.22 (tcg)`; undefined where there is none. */
export function emulatorVersion(accelerator: Accelerator): string | undefined {
  const { status, stdout } = spawnSync(EMULATOR, ["--version"], { encoding: "utf8" });
  const version = status === 0 ? /version (\S+)/.exec(stdout)?.[1] : undefined;
  return version && `${version} (${accelerator})`;
}
