/** `atoll bench wasi`. */
import { runCommand } from "../harness/command-line.ts";
import { WASI } from "./benchmark.ts";

await runCommand(WASI);
