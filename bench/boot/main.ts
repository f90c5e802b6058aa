/** `atoll bench boot`. */
import { runCommand } from "../harness/command-line.ts";
import { BOOT } from "./benchmark.ts";

await runCommand(BOOT);
