/** The list of what does not pass yet: `FILE:LINE REASON`, in `not-yet.txt`. */
import { readFileSync, writeFileSync } from "node:fs";

const LIST = new URL("not-yet.txt", import.meta.url);
/** What a reason may begin with. */
const ALLOWED = /^async: /;

/** Lines of the list, without the explanation at its head. */
export function readList(): string[] {
  return readFileSync(LIST, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Reasons that are not allowed. */
export function wrongReasons(lines: readonly string[]): string[] {
  return lines.filter((line) => !ALLOWED.test(line.slice(line.indexOf(" ") + 1)));
}

/** Writes the list anew under its head, for `ATOLL_BLESS=1`. */
export function writeList(lines: readonly string[]): void {
  const head = readFileSync(LIST, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("#"));
  writeFileSync(LIST, [...head, ...lines, ""].join("\n"));
}
