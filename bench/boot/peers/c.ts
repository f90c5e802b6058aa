/** The C compiler, for what peers have in their machines. */
import { spawnSync } from "node:child_process";
import { missingCompiler } from "../../../host-metal/hal/build.ts";
import { NotInstalled } from "../../harness/peer.ts";

/** Runs `cc`. */
export function compiled(args: readonly string[]): void {
  const missing = missingCompiler();
  if (missing !== undefined) throw new NotInstalled(missing, "apt-get install gcc libc6-dev");
  const { status, stderr } = spawnSync("cc", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`cc failed: ${stderr.trim()}`);
}
