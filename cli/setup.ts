/** `atoll setup`: installs what is not installed with Atoll, ahead of its first use. */
import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import type { Engine } from "../toolchain/compile/index.ts";
import { installAll } from "./full-packages.ts";
import { print } from "./report.ts";

interface Options {
  readonly engine: Engine;
}

const EXAMPLES = `
The full dialect is TypeScript with npm packages, in a JavaScript engine: see docs/full.md. What builds it is
installed once for all projects, exact versions, below ~/.cache/atoll (XDG_CACHE_HOME counts).

Examples:
  atoll setup full                             for QuickJS, the default
  atoll setup full --engine starlingmonkey     for programs that serve or ask by wasi:http`;

export function setupCommand(): Command {
  return new Command("setup")
    .description("Install the packages that a part of Atoll needs, and that are not installed with it.")
    .addArgument(new Argument("<PART>", "which part").choices(["full"]))
    .addOption(
      new Option("--engine <ENGINE>", "the JavaScript engine of the full dialect")
        .choices(["quickjs", "starlingmonkey"])
        .default("quickjs"),
    )
    .addHelpText("after", EXAMPLES)
    .action(setup);
}

async function setup(_: string, { engine }: Options): Promise<void> {
  const { cacheText, installedPackage, PACKAGES } = await import("../toolchain/compile/index.ts");
  const here = join(process.cwd(), "app.ts");
  const keys = ["esbuild", "typescript", engine] as const;
  const missing = keys.filter((key) => installedPackage(key, here) === undefined);
  await installAll(missing.map((key) => PACKAGES[key]));
  for (const key of keys) {
    const { name, version } = PACKAGES[key];
    print(`${name} ${version}  ${missing.includes(key) ? `installed in ${cacheText()}` : "was there"}`);
  }
}
