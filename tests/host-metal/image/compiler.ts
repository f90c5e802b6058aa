/** Whether there is a C compiler: without one, tests that need it say so and are skipped. */
import { spawnSync } from "node:child_process";

export const COMPILER: boolean = spawnSync("cc", ["--version"]).status === 0;
if (!COMPILER)
  console.warn("There is no C compiler: tests of images are skipped (apt-get install gcc libc6-dev).");
