/** `atoll build`: the command. */
import { Command, Option } from "commander";
import type { BuildOptions } from "./build-apps.ts";

const EXAMPLES = `
The world is inferred from what the app exports, unless --wit gives one:
exported functions become an interface, local:NAME/api after the file's name,
or as its first line says: // @wit search:tokenizer/api@0.1.0
The world, as WIT, and readable bindings are left in build/bindings/NAME/.

Examples:
  atoll build greeter.ts                    build/greeter.wasm
  atoll build corpus.ts index.ts query.ts   each sees the interfaces of the others
  atoll build system.ts                     all apps of a system (as without arguments)
  atoll build --wit world.wit greeter.ts    the app has to fit the world
  atoll build --interface my:app/api a.ts   name the exported interface
  atoll build --dialect full app.ts         TypeScript with npm packages, in a JavaScript engine
  atoll build tool.wasm                     a C, Rust, Go or Zig program for WASI preview 1, as a component
  atoll build --wit world.wit lib.wasm      a library, which has to fit the world`;

export function buildCommand(): Command {
  return new Command("build")
    .description("Compile TypeScript apps to components; make components of core modules that use WASI.")
    .argument(
      "[apps...]",
      "apps (.ts), core modules (.wasm), or a system.ts that names them (default: ./system.ts)",
    )
    .option("--wit <path>", "WIT file, folder or component: the world to fit, or interfaces to import")
    .option("--world <name>", "world in the WIT, if it has several")
    .option("--interface <id>", "id of the exported interface, such as search:index/api@0.1.0")
    .option("-o, --output <file>", "where to write the component (default: build/NAME.wasm beside the app)")
    .addOption(
      new Option(
        "--dialect <DIALECT>",
        "what the apps are written in: see docs/full.md (default: lean)",
      ).choices(["lean", "full"]),
    )
    .addOption(
      new Option(
        "--engine <ENGINE>",
        "JavaScript engine of the full dialect (default: what the world needs)",
      ).choices(["quickjs", "starlingmonkey"]),
    )
    .option("--debug", "compile without optimisation")
    .option("--json", "print the result, or what is wrong, as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: BuildOptions) =>
      (await import("./build-apps.ts")).build(paths, options),
    );
}
