/**
 * The search example by itself in a folder, where builds start from nothing and files may be changed.
 *
 * Its texts are Atoll's own documents: the same few on every machine, and no more than an image may hold.
 */
import { cpSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./workspace.ts";

const EXAMPLE = "components/examples/search";

export interface SearchExample {
  readonly folder: string;
  readonly system: string;
  /** Bytes of all files that the corpus may read. */
  readonly textBytes: number;
}

/** Lays it out as in a checkout, so that what it takes for texts is the folder that a checkout has there. */
export function searchExample(parent: string): SearchExample {
  const folder = join(parent, EXAMPLE);
  const texts = join(parent, "node_modules");
  cpSync(join(ROOT, EXAMPLE), folder, { recursive: true, filter: isSource });
  cpSync(join(ROOT, "docs"), texts, { recursive: true });
  return { folder, system: join(folder, "system.ts"), textBytes: bytesIn(texts) };
}

function isSource(path: string): boolean {
  return !path.endsWith("/build");
}

function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
