/** `atoll tree`: the supervision tree of a running system, as it is now. */
import { Command } from "commander";
import type { ProcessRecord, SystemRecords } from "../host-linux/index.ts";
import { ControlClient } from "./control-client.ts";
import { print, printJson } from "./report.ts";

interface Options {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly folder?: string;
}

const EXAMPLES = `
The system has to grant it: control: "./run.sock" in system.ts.

Examples:
  atoll tree                       the system of ./system.ts
  atoll tree chat/system.ts --all  with every child of dynamic supervisors
  atoll tree chat/run.sock --json`;

export function treeCommand(): Command {
  return new Command("tree")
    .description("Draw the supervision tree of a running system.")
    .argument("[SYSTEM]", "a system (.ts or .atoll), or its control socket", "system.ts")
    .option("--all", "draw every child of a dynamic supervisor, not only the first 20")
    .option("--folder <DIR>", "where a linked system's relative paths start (default: here)")
    .option("--json", "print as JSON")
    .addHelpText("after", EXAMPLES)
    .action(tree);
}

async function tree(system: string, options: Options): Promise<void> {
  const client = await ControlClient.open(system, options.folder);
  try {
    const records = await client.ask("processes");
    if (options.json === true) return printJson(nested(records));
    const { treeText } = await import("../host-linux/index.ts");
    print(treeText(records, options.all === true ? { most: Infinity } : {}));
  } finally {
    client.close();
  }
}

interface Branch extends ProcessRecord {
  readonly children: Branch[];
}

/** Each process with its children; the root is the whole. */
function nested({ processes }: SystemRecords): Branch | undefined {
  const branches = new Map(processes.map((one) => [one.pid, { ...one, children: [] as Branch[] }]));
  for (const branch of branches.values()) branches.get(branch.parent ?? 0)?.children.push(branch);
  return [...branches.values()].find(({ parent }) => parent === undefined);
}
