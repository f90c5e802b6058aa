/** `atoll bench NAME`: options in, report out. Exit code 1 when a peer broke or did the wrong work. */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import type { Benchmark } from "./benchmark.ts";
import { FULL, QUICK } from "./measure.ts";
import { NotInstalled } from "./peer.ts";
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

/** Does what the process's arguments say. */
export async function runCommand(benchmark: Benchmark): Promise<void> {
  const { name, description, examples, groups = [] } = benchmark;
  const command = new Command(`atoll bench ${name}`)
    .description(description)
    .option(
      "--only <names>",
      "cases and transports, by name, separated by commas; x* is every name that begins with x",
    )
    .option("--quick", "short samples: for trying things, not for quoting")
    .option(
      "--profile <folder>",
      "write a .cpuprofile of each peer that runs in Node (Chrome DevTools, Performance)",
    )
    .option("--json", "print the report as JSON: nanoseconds")
    .option("--svg <file>", "write the chart")
    .option("--markdown <file>", `renew the table between <!-- bench:${name} --> and <!-- /bench:${name} -->`)
    .addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`)
    .action((options: Options) => bench(benchmark, options));
  for (const group of groups) command.option(`--${group.name}`, group.is);
  try {
    await command.parseAsync();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const known = error instanceof UnknownName || error instanceof NotInstalled;
    process.stderr.write(`atoll bench ${name}: ${known ? message : (error as Error).stack}\n`);
    if (error instanceof NotInstalled) process.stderr.write(`  To have it: ${error.hint}\n`);
    process.exitCode = 1;
  }
}

async function bench(benchmark: Benchmark, options: Options): Promise<void> {
  const terminal = process.stderr.isTTY;
  const asked = (benchmark.groups ?? []).map(({ name }) => name).filter((name) => name in options);
  const report = await run(benchmark, {
    ...select(benchmark, options.only, asked),
    ...(options.profile !== undefined && { profile: options.profile }),
    effort: options.quick ? QUICK : { ...FULL, ...(benchmark.samples && { samples: benchmark.samples }) },
    progress: (step) => void process.stderr.write(terminal ? `\r\x1b[K${step} …` : ""),
  });
  if (terminal) process.stderr.write("\r\x1b[K");
  process.stdout.write(
    options.json ? `${JSON.stringify(report, undefined, 2)}\n` : terminalReport(benchmark, report),
  );
  if (options.markdown !== undefined) renewPage(benchmark, options.markdown, report);
  if (options.svg !== undefined) writeFileSync(options.svg, await chart(benchmark, report));
  if (report.failed.length > 0) process.exitCode = 1;
}
