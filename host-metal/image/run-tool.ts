/**
 * Runs a program that the build needs, and keeps what it says.
 */
import { spawn } from "node:child_process";

export interface ToolResult {
  /** Undefined when there is no such program. */
  readonly status: number | undefined;
  /** Standard output and standard error together. */
  readonly text: string;
}

export async function runTool(program: string, args: readonly string[]): Promise<ToolResult> {
  const { promise, resolve } = Promise.withResolvers<ToolResult>();
  const child = spawn(program, [...args], { stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.once("error", () => resolve({ status: undefined, text: "" }));
  child.once("close", (status) =>
    resolve({ status: status ?? 1, text: Buffer.concat(chunks).toString("utf8") }),
  );
  return promise;
}
