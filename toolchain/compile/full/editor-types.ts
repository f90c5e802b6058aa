/**
 * What an editor needs to understand programs of the full dialect, in `build/types/`.
 *
 * A `tsconfig.json` beside the programs extends the one there, which names the
 * declarations of each program's world and of what the engine has.
 */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { existsSync } from "node:fs";
import { writeChanged } from "../output.ts";
import type { Engine } from "./engine.ts";

const GLOBALS = ["quickjs.d.ts", "quickjs-wasi.d.ts"] as const;

/** Files in `build/types/` that declare what a program has beside JavaScript itself and the library of the web. */
export function globalsOf(engine: Engine, isAlone: boolean): readonly string[] {
  if (engine === "starlingmonkey") return [];
  return isAlone ? GLOBALS.slice(0, 1) : GLOBALS;
}

/** @param types Folder of one program, `build/types/NAME`. */
export async function writeEditorTypes(types: string, engine: Engine, declarations: string): Promise<void> {
  const root = dirname(types);
  await writeChanged(join(types, "world.d.ts"), declarations);
  for (const name of GLOBALS)
    await writeChanged(join(root, name), await readFile(join(import.meta.dirname, "runtime", name)));
  const programs = readdirSync(root).filter((name) => existsSync(join(root, name, "world.d.ts")));
  const config = {
    compilerOptions: {
      target: "esnext",
      module: "esnext",
      moduleResolution: "bundler",
      lib: engine === "quickjs" ? ["esnext"] : ["esnext", "webworker"],
      types: [],
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    },
    files: [
      ...globalsOf(engine, false).map((name) => `./${name}`),
      ...programs.sort().map((name) => `./${name}/world.d.ts`),
    ],
  };
  await writeChanged(join(root, "tsconfig.json"), `${JSON.stringify(config, null, 2)}\n`);
}
