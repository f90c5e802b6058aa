/**
 * Pass: the two ends of a wire agree on every function that crosses it.
 */
import { compareFunctions, printFunction, type FunctionType, type SameResource } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import type { Port } from "./process.ts";

/** One end of a wire; `process` is absent for a device. */
export interface End {
  readonly process?: string;
  /** Where the types come from, for messages. */
  readonly file: string;
  readonly port: Port;
  /** The types are those of a view of what the end has. */
  readonly view?: "guarded" | "process";
}

/**
 * `same` says which resources of the two ends are one; the consumer's comes first.
 *
 * @throws LinkError (`type`) with both types, and where they first differ.
 */
export function checkTypes(consumer: End, provider: End, same: SameResource): void {
  const alone = consumer.port.kind === "function";
  for (const { name, type } of consumer.port.functions) {
    const offered = alone ? provider.port.functions[0] : provider.port.functions.find((f) => f.name === name);
    if (offered === undefined) throw missing(consumer, provider, name);
    const difference = compareFunctions(type, offered.type, same);
    if (difference === undefined) continue;
    const width = Math.max(label(consumer).length, label(provider).length);
    const lines = [
      `  ${`${label(consumer)} imports`.padEnd(width + 8)}  ${expanded(type)}`,
      `  ${`${label(provider)} exports`.padEnd(width + 8)}  ${expanded(offered.type)}${provider.view === undefined ? "" : `, in the ${provider.view} view of it`}`,
      `  They differ${difference.path === "" ? "" : ` at ${difference.path}`}: ${difference.left} there, ${difference.right} here.`,
    ];
    const what = alone ? `"${name}"` : `"${name}" of "${consumer.port.name}"`;
    throw new LinkError(
      "type",
      `${end(consumer)} and ${end(provider)} have different types for the function ${what}:\n${lines.join("\n")}`,
      "Build both against the same interface.",
    );
  }
}

function missing(consumer: End, provider: End, name: string): LinkError {
  const names = provider.port.functions.map((f) => f.name).join(", ");
  return new LinkError(
    "type",
    `${end(consumer)} imports the function "${name}" of "${consumer.port.name}", and ${end(provider)} does not have it in "${provider.port.name}". It has: ${names}.`,
    "Build both against the same interface.",
  );
}

function end({ process, file }: End): string {
  return process === undefined ? file : `process "${process}" (${file})`;
}

function label({ process, file }: End): string {
  return process ?? file;
}

/** Nothing hidden behind a name: two types of one name may differ. */
function expanded(type: FunctionType): string {
  return printFunction(type, () => undefined);
}
