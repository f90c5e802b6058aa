/** `atoll bench http`. */
import { runCommand } from "../harness/command-line.ts";
import { HTTP } from "./benchmark.ts";

await runCommand(HTTP);
