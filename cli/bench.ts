/**
 * `atoll bench`: starts the benchmarks of the repository.
 *
 * They compare Atoll with peers that nobody needs to run a system, so they are
 * no part of the package: bench/ runs as a program of its own, from a checkout.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { standIn } from "./stand-in.ts";

/** `atoll bench ipc …`; the options of a benchmark are its own. */
export function benchCommand(): Command {
  const bench = new Command("bench").description(
    "Measure Atoll against other ways to do the same (from a checkout).",
  );
  bench
    .command("ipc")
    .description("calls between components, beside jco, Linux processes and Node's own ways")
    .argument("[options...]", "see: atoll bench ipc --help")
    .helpOption(false)
    .allowUnknownOption()
    .action((options: string[]) => runBenchmark("ipc/main.ts", options));
  return bench.addHelpText(
    "after",
    "\nExamples:\n  atoll bench ipc --quick --only u32x2,string-64\n  atoll bench ipc --json > ipc.json",
  );
}

/** Ends this process with the benchmark's exit code. */
async function runBenchmark(program: string, options: readonly string[]): Promise<void> {
  // Beside this file in a checkout; nowhere in an installed package.
  const path = join(import.meta.dirname, "../bench", program);
  if (!existsSync(path)) {
    process.stderr.write(
      "atoll bench: expected the folder bench/ beside the sources, found none.\n" +
        "The benchmarks are not part of the installed package: run them from a checkout of the repository, by npm run bench.\n",
    );
    process.exitCode = 1;
    return;
  }
  await standIn([path, ...options]);
}
