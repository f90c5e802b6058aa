// @wit search:corpus/api
//
// The texts. This app alone holds the grant to the directory: the others see
// what it hands out, and cannot name a file.
import { list, readText, Kind } from "atoll:device/directory";

const LARGEST: u64 = 1 << 20; // a text of over 1 MiB is left out
const DEEPEST = 24;

/** Paths of all texts below the granted directory, sorted within each folder. */
export function paths(): string[] {
  const found: string[] = [];
  collect("", found, 0);
  return found;
}

/** The text at a path from `paths`; empty if it can no longer be read as UTF-8. */
export function read(path: string): string {
  const text = readText(path);
  return text.isOk ? text.value : "";
}

/** A stretch of a text around a position, on one line, at most `length` UTF-16 units. */
export function excerpt(path: string, position: u32, length: u32): string {
  const text = read(path);
  const from = <i32>Math.max(0, <f64>position - <f64>(length / 3));
  return text.substr(from, length).replaceAll("\n", " ").replaceAll("\r", " ").replaceAll("\t", " ").trim();
}

function collect(folder: string, found: string[], depth: i32): void {
  const listing = list(folder);
  if (!listing.isOk || depth > DEEPEST) return;
  const entries = listing.value;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const path = folder.length > 0 ? folder + "/" + entry.name : entry.name;
    if (entry.kind == Kind.Directory) collect(path, found, depth + 1);
    else if (isText(entry.name) && entry.size <= LARGEST) found.push(path);
  }
}

function isText(name: string): bool {
  const lower = name.toLowerCase();
  return lower.endsWith(".md") || lower.endsWith(".markdown") || lower.endsWith(".txt");
}
