/** `atoll inspect`: what a component offers and asks for, or what a system is made of. */
import { Command } from "commander";
import { describeSystem, systemViews, type Description, type SystemViewOptions } from "./inspect-system.ts";
import { UsageError, print, printJson } from "./report.ts";
import { readSource, type Source } from "./source.ts";
import { writeOutput } from "./write-output.ts";

interface Options extends SystemViewOptions {
  readonly wit?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  atoll inspect build/greeter.wasm               its interfaces and sizes
  atoll inspect greeter.ts --wit                 only the WIT, inferred from the program
  atoll inspect greeter.ts --wit -o greeter.wit  written to a file
  atoll inspect system.ts                        processes, bindings, who may call whom
  atoll inspect system.ts --who-may-call tokenizer
  atoll inspect system.ts --who-may-call "search:index/api#search"
  atoll inspect system.ts --who-may-call directory
  atoll inspect system.ts --reachable-from query
  atoll inspect system.ts --blast tokenizer      who falls when it traps
  atoll inspect system.ts --svg system.svg
  atoll inspect build/system.atoll --graph --json`;

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("Show a component's interfaces and sizes, or a system's processes, bindings and grants.")
    .argument("FILE", "a component (.wasm), a program or system (.ts), or a linked system (.atoll)")
    .option("--wit", "only the WIT of the component")
    .option("--who-may-call <X>", "who may call a process, device, interface or interface#function")
    .option("--reachable-from <PROCESS>", "all that a process can reach, and how")
    .option("--blast <PROCESS>", "which processes fall when it traps")
    .option("--graph", "the capability graph of a system, as text")
    .option("--svg <FILE>", "write the capability graph as a picture")
    .option("--modules", "list every module of a system")
    .option("-o, --output <FILE>", "write the text to a file")
    .option("--json", "print as JSON")
    .addHelpText("after", EXAMPLES)
    .action(inspect);
}

async function inspect(file: string, options: Options): Promise<void> {
  const source = await readSource(file);
  const isSystem = source.kind === "plan" || source.kind === "system";
  if (isSystem && options.wit === true) {
    throw new UsageError(
      `${file}: --wit is for one component, and this is a system.`,
      "Name one of its components.",
    );
  }
  const [view] = systemViews(options);
  if (!isSystem && view !== undefined) {
    throw new UsageError(
      `${file}: ${view} is for a system, and this is one component.`,
      "Name a system.ts, or what was linked from it.",
    );
  }
  const { data, text } = isSystem ? await describeSystem(source, options) : await describeComponent(source);
  const shown = options.wit === true ? { wit: data["wit"] } : data;
  const plain = options.wit === true ? String(data["wit"]) : text;
  if (options.output !== undefined) {
    await writeOutput(
      options.output,
      options.json === true ? `${JSON.stringify(shown, undefined, 2)}\n` : withLineEnd(plain),
    );
  } else if (options.json === true) printJson(shown);
  else print(plain.trimEnd());
}

async function describeComponent(source: Source): Promise<Description> {
  const { componentBytes } = await import("./components.ts");
  const { describeComponent, printComponent } = await import("./describe-component.ts");
  const description = describeComponent(source.file, await componentBytes(source));
  return { data: { ...description }, text: printComponent(description) };
}

function withLineEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
