/** `atoll inspect`: what a component offers and asks for, or what a system is made of. */
import { Command } from "commander";
import { UsageError, print, printJson } from "./report.ts";
import { planOf } from "./plan-source.ts";
import { readSource, type Source } from "./source.ts";
import { writeOutput } from "./write-output.ts";

interface Options {
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
  atoll inspect build/system.atoll --json`;

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("Show a component's interfaces and sizes, or a system's processes, bindings and grants.")
    .argument("FILE", "a component (.wasm), a program or system (.ts), or a linked system (.atoll)")
    .option("--wit", "only the WIT of the component")
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
  const { data, text } = isSystem ? await describeSystem(source) : await describeComponent(source);
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

interface Description {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}

async function describeSystem(source: Source): Promise<Description> {
  const { describePlan, printDescription } = await import("../toolchain/link/index.ts");
  const { plan } = await planOf(source);
  const description = describePlan(plan);
  return { data: { ...description }, text: printDescription(description) };
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
