/** Writes what a build makes: files keep their time when nothing changed. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file unless it has this content already. */
export async function writeChanged(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const before = await readFile(path).catch(() => undefined);
  if (before !== undefined && before.equals(bytes)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
