/** Writes what a command was told to write with `-o`. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { UsageError } from "./report.ts";

/** Makes the folder too. Throws UsageError that names the file. */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  if (path.endsWith(".ts"))
    throw new UsageError(
      `${path}: this is no TypeScript: it would overwrite a program. Give -o another name.`,
    );
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path}: it cannot be written (${code ?? String(error)}).`);
  }
}
