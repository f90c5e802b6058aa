/** Where a build writes, and how: files keep their time when nothing changed. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { failure } from "./diagnostic.ts";
import { basename, dirname, join, resolve } from "node:path";

/** Writes a file unless it has this content already. */
export async function writeChanged(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const before = await readFile(path).catch(() => undefined);
  if (before !== undefined && before.equals(bytes)) return;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw failure(
      path,
      "output",
      `it cannot be written (${code}).`,
      "Make the folder writable, or choose another with -o.",
    );
  }
}

/** The component of an app: `build/<app>.wasm` beside it unless told. */
export function outputOf(app: string, output?: string): string {
  return resolve(output ?? join(dirname(app), "build", `${basename(app, ".ts")}.wasm`));
}
