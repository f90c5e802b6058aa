/** What a check of limits is told on its command line; what it cannot use ends it with one line and exit code 1. */
import { basename } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

type Values<O extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

export function optionsOf<const O extends ParseArgsOptionsConfig>(options: O): Values<O> {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** A whole number above 0, of the option `--name`. */
export function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  return refuse(`--${name}: expected a whole number above 0, found ${JSON.stringify(text)}`);
}

function refuse(message: string): never {
  process.stderr.write(`${basename(process.argv[1] ?? "", ".ts")}: ${message}\n`);
  process.exit(1);
}
