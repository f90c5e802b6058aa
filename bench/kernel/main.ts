/** `atoll bench kernel`. */
import { runCommand } from "../harness/command-line.ts";
import { KERNEL } from "./benchmark.ts";

await runCommand(KERNEL);
