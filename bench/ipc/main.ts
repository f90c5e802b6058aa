/** `atoll bench ipc`: options in, report out. Exit code 1 when a peer broke or did the wrong work. */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { FULL, QUICK } from "./measure.ts";
import { NotInstalled } from "./peers/peer.ts";
import { chart } from "./report/chart.ts";
import { renewPage } from "./report/markdown.ts";
import { terminalReport } from "./report/table.ts";
import { run } from "./run.ts";
import { select, UnknownName } from "./selection.ts";

interface Options {
  readonly only?: string;
  readonly quick?: true;
  readonly json?: true;
  readonly profile?: string;
  readonly svg?: string;
  readonly markdown?: string;
}

const EXAMPLES = `
Examples:
  atoll bench ipc                                  everything, about a minute
  atoll bench ipc --quick --only u32x2,string-64   two cases, a few seconds
  atoll bench ipc --only 'bytes-4k-in,atoll*,jco*' one case, some transports
  atoll bench ipc --json > ipc.json                for a program
  atoll bench ipc --svg docs/images/ipc.svg --markdown README.md`;

const command = new Command("atoll bench ipc")
  .description("Measures calls between components against other ways to talk, in one run.")
  .option(
    "--only <names>",
    "cases and transports, by name, separated by commas; jco* is every name that begins so",
  )
  .option("--quick", "short samples: for trying things, not for quoting")
  .option(
    "--profile <folder>",
    "write a .cpuprofile of each peer that runs in Node (Chrome DevTools, Performance)",
  )
  .option("--json", "print the report as JSON: nanoseconds per round trip")
  .option("--svg <file>", "write the chart")
  .option("--markdown <file>", "renew the table between <!-- bench:ipc --> and <!-- /bench:ipc -->")
  .addHelpText("after", EXAMPLES)
  .action(bench);

async function bench(options: Options): Promise<void> {
  const terminal = process.stderr.isTTY;
  const report = await run({
    ...select(options.only),
    ...(options.profile !== undefined && { profile: options.profile }),
    effort: options.quick ? QUICK : FULL,
    progress: (step) => void process.stderr.write(terminal ? `\r\x1b[K${step} …` : ""),
  });
  if (terminal) process.stderr.write("\r\x1b[K");
  process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : terminalReport(report));
  if (options.markdown !== undefined) renewPage(options.markdown, report);
  if (options.svg !== undefined) writeFileSync(options.svg, await chart(report));
  if (report.failed.length > 0) process.exitCode = 1;
}

try {
  await command.parseAsync();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof UnknownName || error instanceof NotInstalled;
  process.stderr.write(`atoll bench ipc: ${known ? message : (error as Error).stack}\n`);
  if (error instanceof NotInstalled) process.stderr.write(`  To have it: ${error.hint}\n`);
  process.exitCode = 1;
}
