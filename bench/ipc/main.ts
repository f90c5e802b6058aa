/** `atoll bench ipc`. */
import { runCommand } from "../harness/command-line.ts";
import { IPC } from "./benchmark.ts";

await runCommand(IPC);
