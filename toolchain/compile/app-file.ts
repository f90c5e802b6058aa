/** Whether a path can be an app's at all: told before the compiler is loaded. */
import { statSync } from "node:fs";
import { failure } from "./diagnostic.ts";

/** @param file Absolute path. @throws CompileError */
export function checkAppFile(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw failure(
      file,
      "app",
      "there is no such file.",
      "Give the path of an app, such as `atoll build tokenizer.ts`.",
    );
  if (!file.endsWith(".ts"))
    throw failure(file, "app", "an app is a TypeScript file.", "Give a file that ends in .ts.");
}
