/** One job of componentize-qjs or componentize-js: it comes and is answered by a message of the parent process. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Engine } from "./engine.ts";

export interface ComponentizeJob {
  readonly engine: Engine;
  /** Folder of the engine's package. */
  readonly folder: string;
  /** JavaScript, one module. */
  readonly code: string;
  /** Path of the WIT, a file. */
  readonly wit: string;
  readonly world: string;
  /** Without WASI: what it is asked for by the engine traps. */
  readonly isAlone: boolean;
  /** Of StarlingMonkey: what the program can do without. */
  readonly without: readonly string[];
}

/** `refused`: what the tools or the program said. */
export type ComponentizeAnswer = { readonly component: Uint8Array } | { readonly refused: string };

interface QuickJs {
  readonly componentize: (options: {
    readonly witPath: string;
    readonly jsSource: string;
    readonly world: string;
    readonly sync: boolean;
    readonly optSize: boolean;
    readonly stubWasi: boolean;
  }) => Promise<{ readonly component: Uint8Array }>;
}

interface StarlingMonkey {
  readonly componentize: (
    source: string,
    options: {
      readonly witPath: string;
      readonly worldName: string;
      readonly sourceName: string;
      readonly disableFeatures: readonly string[];
    },
  ) => Promise<{ readonly component: Uint8Array }>;
}

process.once("message", (job) => {
  void answer(job as ComponentizeJob).then((said) => process.send?.(said, () => process.exit()));
});

async function answer(job: ComponentizeJob): Promise<ComponentizeAnswer> {
  try {
    const { component } = await (job.engine === "quickjs" ? quickJs(job) : starlingMonkey(job));
    return { component: new Uint8Array(component) };
  } catch (error) {
    return { refused: reasonOf(error) };
  }
}

function quickJs({ folder, code, wit, world, isAlone }: ComponentizeJob): Promise<{ component: Uint8Array }> {
  const { componentize } = createRequire(join(folder, "package.json"))(folder) as QuickJs;
  const options = { sync: true, optSize: true, stubWasi: isAlone };
  return componentize({ witPath: wit, jsSource: code, world, ...options });
}

async function starlingMonkey(job: ComponentizeJob): Promise<{ component: Uint8Array }> {
  const entry = pathToFileURL(join(job.folder, "src/componentize.js")).href;
  const { componentize } = (await import(entry)) as StarlingMonkey;
  const { code, wit, world, without } = job;
  return componentize(code, {
    witPath: wit,
    worldName: world,
    sourceName: "app.js",
    disableFeatures: without,
  });
}

/** Without what the tools put around it. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^: Failed to evaluate user JavaScript module: /, "")
    .replace(/^Failed to finish JavaScript module evaluation: /, "")
    .replace(/^Failed to initialize component:\n/, "");
}
