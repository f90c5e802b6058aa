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

const BENCHMARKS = {
  ipc: "calls between components, beside jco, Linux processes and Node's own ways",
  kernel: "what the kernel does (calls of processes, restarts, notices), beside Erlang/OTP",
  wasi: "what WASI costs a program (clock, random numbers, output, files), beside Node's own interfaces",
  http: "requests that a service answers in a second, beside a plain HTTP server of Node",
  boot: "how long a virtual machine takes to an app's first output, beside QEMU alone and Linux",
};

/** `atoll bench ipc …`; the options of a benchmark are its own. */
export function benchCommand(): Command {
  const bench = new Command("bench").description(
    "Measure Atoll against other ways to do the same (from a checkout).",
  );
  for (const [name, description] of Object.entries(BENCHMARKS)) {
    bench
      .command(name)
      .description(description)
      .argument("[options...]", `see: atoll bench ${name} --help`)
      .helpOption(false)
      .allowUnknownOption()
      .action((options: string[]) => runBenchmark(`${name}/main.ts`, options));
  }
  return bench.addHelpText(
    "after",
    "\nExamples:\n  atoll bench ipc --quick --only u32x2,string-64\n  atoll bench ipc --json > ipc.json\n  atoll bench kernel --quick --only mailbox-call\n  atoll bench wasi                           targets, and whether they are reached\n  atoll bench http --only first-request\n  atoll bench boot --json > boot.json\n  atoll bench http --help                    options of a benchmark",
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
