/**
 * What the command line says when something is wrong: one message, exit code 1.
 *
 * Errors of the toolchain and the host are written for the user as they stand.
 * Anything else is a defect of Atoll, and says so; the stack is for whoever asks.
 */
import { styleText } from "node:util";

/** Wrong use of the command line itself: what was expected, what was found. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  constructor(message: string, hint?: string) {
    super(hint === undefined ? message : `${message}\n${hint}`);
  }
}

/** By name, so that a message does not load the whole toolchain. */
const FOR_THE_USER: ReadonlySet<string> = new Set([
  "UsageError",
  "AbiError",
  "BootError",
  "CompileError",
  "HostError",
  "ImageError",
  "LinkError",
  "PlanError",
  "ValueError",
  "WasmError",
  "WaveError",
]);

/** Prints the message and lets the process end with exit code 1. */
export function reportError(error: unknown): void {
  fail(messageOf(error));
  if (process.env["ATOLL_DEBUG"] !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
}

/** Prints a message that is already for the user; the process will end with exit code 1. */
export function fail(message: string): void {
  process.stderr.write(`${styleText("red", "atoll:", { stream: process.stderr })} ${message}\n`);
  if (wantsJson()) printJson({ errors: [{ message }] });
  process.exitCode = 1;
}

/** Whoever asked for JSON finds the message there as well, also when the options cannot be read. */
function wantsJson(): boolean {
  const end = process.argv.indexOf("--");
  return (end < 0 ? process.argv : process.argv.slice(0, end)).includes("--json");
}

export function warn(message: string): void {
  process.stderr.write(`${styleText("yellow", "atoll: note:", { stream: process.stderr })} ${message}\n`);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `a defect of Atoll: ${String(error)}`;
  if (FOR_THE_USER.has(error.name)) return error.message;
  const hint = "This is a defect of Atoll. ATOLL_DEBUG=1 prints where it happened; please report it.";
  return `${error.name}: ${error.message}\n${hint}`;
}

/** Writes to standard output; a reader who went away is no error. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Whether a stream is a terminal that shows colours; NO_COLOR and FORCE_COLOR count. */
export function showsColours(stream: NodeJS.WriteStream): boolean {
  return styleText("red", "x", { stream }) !== "x";
}

/** For headings on standard output. */
export function bold(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}

/** For what matters less, on standard output. */
export function dim(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}
