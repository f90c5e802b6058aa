/** Kernels with one planted bug each: tests/fixtures/kernel-bugs, a change of one place in one file. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../fixtures/kernel-bugs");

export interface PlantedBug {
  readonly name: string;
  readonly patch: (path: string, text: string) => string;
}

export function plantedBugs(): PlantedBug[] {
  return readdirSync(FOLDER).map((file) => readBug(file.replace(/\.diff$/, ""), join(FOLDER, file)));
}

/** A line that says what is wrong, `--- FILE`, lines with `-` to be replaced by those with `+`. */
function readBug(name: string, path: string): PlantedBug {
  const [, head = "", ...changes] = readFileSync(path, "utf8").trimEnd().split("\n");
  const target = head.slice("--- ".length);
  const of = (sign: string): string =>
    changes
      .filter((line) => line.startsWith(sign))
      .map((line) => line.slice(1))
      .join("\n");
  return {
    name,
    patch: (file, text) => {
      if (file !== target) return text;
      const parts = text.split(of("-"));
      if (parts.length !== 2) {
        throw new Error(
          `${name}.diff: its text stands ${parts.length - 1} times in kernel/${target}, not once`,
        );
      }
      return parts.join(of("+"));
    },
  };
}
