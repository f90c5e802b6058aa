/** Where a build writes, and how: files keep their time when nothing changed. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** Writes a file unless it has this content already. */
export async function writeChanged(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const before = await readFile(path).catch(() => undefined);
  if (before !== undefined && before.equals(bytes)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** The component of an app: `build/<app>.wasm` beside it unless told. */
export function outputOf(app: string, output?: string): string {
  return resolve(output ?? join(dirname(app), "build", `${basename(app, ".ts")}.wasm`));
}
