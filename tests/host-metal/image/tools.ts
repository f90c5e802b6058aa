/** Whether images can be made here: where they cannot, tests say why, and are skipped. */
import { createRequire } from "node:module";
import { missingCompiler } from "../../../host-metal/hal/build.ts";

export const MISSING: string | undefined = missingCompiler() ?? missingTranslator();
if (MISSING !== undefined) console.warn(`Tests of images are skipped: ${MISSING}.`);

function missingTranslator(): string | undefined {
  try {
    createRequire(import.meta.url).resolve("wabt/package.json");
    return undefined;
  } catch {
    return "the npm package wabt is not installed (npm install)";
  }
}
