/** `atoll kill` and `atoll stop`: an operator ends processes of a running system. */
import { Command } from "commander";
import { ControlClient } from "./control-client.ts";
import { print, printJson } from "./report.ts";

interface Options {
  readonly json?: boolean;
  readonly folder?: string;
}

const KILL_EXAMPLES = `
Its supervisor takes it for a failure and does what it does then: mostly it starts the process again.
The system has to grant it: control: "./run.sock" in system.ts.

Examples:
  atoll kill store                 of the system of ./system.ts
  atoll kill room#7 chat/run.sock  one that was spawned
  atoll kill 65538                 by its pid, as atoll ps shows it`;

const STOP_EXAMPLES = `
It is asked to end, killed when its deadline is over, and not started again.
The system has to grant it: control: "./run.sock" in system.ts.

Examples:
  atoll stop store                 of the system of ./system.ts
  atoll stop rooms chat/run.sock   a supervisor, with all below it
  atoll stop chat                  the root, which has the system's name: all of it`;

export function killCommand(): Command {
  return order("kill", "Kill a process of a running system, as a failure would.", KILL_EXAMPLES);
}

export function stopCommand(): Command {
  return order("stop", "Stop a process of a running system for good, or the whole system.", STOP_EXAMPLES);
}

function order(name: "kill" | "stop", description: string, examples: string): Command {
  return new Command(name)
    .description(description)
    .argument("PROCESS", "its name or pid")
    .argument("[SYSTEM]", "a system (.ts or .atoll), or its control socket", "system.ts")
    .option("--folder <DIR>", "where a linked system's relative paths start (default: here)")
    .option("--json", "print as JSON what it was")
    .addHelpText("after", examples)
    .action((process: string, system: string, options: Options) => give(name, process, system, options));
}

/** What is longer is no number that JSON carries. */
const PID = /^\d{1,10}$/;

async function give(name: "kill" | "stop", process: string, system: string, options: Options): Promise<void> {
  const client = await ControlClient.open(system, options.folder);
  try {
    const was = await client.ask(name, { process: PID.test(process) ? Number(process) : process });
    if (options.json === true) return printJson(was);
    print(`${was.name} (pid ${was.pid}) was ${was.state}: ${name === "kill" ? "killed" : "stopped"}`);
  } finally {
    client.close();
  }
}
