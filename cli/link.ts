/** `atoll link`: a system and its components in one file, which a host runs. */
import { dirname, join } from "node:path";
import { Command } from "commander";
import { planOf } from "./plan-source.ts";
import { UsageError, print, printJson } from "./report.ts";
import { readSource } from "./source.ts";
import { writeOutput } from "./write-output.ts";

interface Options {
  readonly output?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  atoll link system.ts                     writes build/system.atoll beside it
  atoll link system.ts -o hello.atoll
  atoll link system.ts -- ./texts          what the description is a function of
  atoll run hello.atoll                    needs no compiler and no sources`;

export function linkCommand(): Command {
  return new Command("link")
    .description(
      "Link a system: build the programs in it that are not up to date, check every wire, write one file.",
    )
    .argument("SYSTEM", "the description of the system, system.ts")
    .argument("[ARGS...]", "after --: arguments for a system.ts that is a function of them")
    .option("-o, --output <FILE>", "where to write (default: build/system.atoll beside SYSTEM)")
    .option("--json", "print what was written as JSON")
    .addHelpText("after", EXAMPLES)
    .action(link);
}

async function link(file: string, args: readonly string[], { output, json = false }: Options): Promise<void> {
  const source = await readSource(file);
  if (source.kind !== "system") {
    const found = {
      plan: "a system that is linked already",
      component: "a component",
      app: "no default export",
    }[source.kind];
    throw new UsageError(
      `${file}: expected a system, found ${found}.`,
      "A system is a .ts file with: export default defineSystem({ … })",
    );
  }
  const { plan } = await planOf(source, { arguments: args });
  const { serialisePlan } = await import("../toolchain/link/plan-file.ts");
  const path = output ?? join(dirname(file), "build", "system.atoll");
  const bytes = serialisePlan(plan);
  await writeOutput(path, bytes);
  const { processes } = plan.root;
  const { blastSets, capabilityGraph, describePlan, printBlastSets, printMessages, printSupervision } =
    await import("../toolchain/link/index.ts");
  const sets = blastSets(capabilityGraph(plan));
  const description = describePlan(plan);
  const { supervision } = description;
  if (json) {
    printJson({
      output: path,
      bytes: bytes.length,
      system: plan.system,
      processes: processes.map(({ name }) => name),
      ...(supervision && { supervision }),
      blastSets: Object.fromEntries(sets.map(({ process, falls }) => [process, falls])),
    });
  } else {
    const count = `${processes.length} ${processes.length === 1 ? "process" : "processes"}`;
    print(`${path}: system ${plan.system}, ${count}, ${bytes.length.toLocaleString("en-US")} bytes`);
    if (supervision) print(`${printSupervision(supervision)}${printMessages(description).trimEnd()}`);
    if (processes.length > 1) print(printBlastSets(sets).trimEnd());
  }
}
