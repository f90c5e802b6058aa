/**
 * Loads a user's `system.ts`: runs it, checks what it exports.
 *
 * Node strips the types itself. `"atoll-os"` resolves to this very package
 * wherever the file lies, so that a system needs no `node_modules` beside it.
 */
import { registerHooks } from "node:module";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LinkError } from "../error.ts";
import type { Launch, SystemConfig } from "./system.ts";
import { validateSystem } from "./validate.ts";

export interface LoadedSystem {
  /** Absolute path of `system.ts`. */
  readonly file: string;
  /** Its folder, which paths in it are relative to. */
  readonly folder: string;
  readonly config: SystemConfig;
}

/**
 * @param file Path of a `system.ts` (or `.js`, `.mjs`), relative to the working directory.
 * @param launch What a system that is a function is called with.
 * @throws LinkError (`config`), with file and line where the file itself fails.
 */
export async function loadSystem(file: string, launch: Launch = NO_LAUNCH): Promise<LoadedSystem> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new LinkError(
      "config",
      `${file}: there is no such file`,
      "Name the file that describes the system; `atoll new` makes one.",
    );
  }
  const module = await run(path, file, launch);
  if (!("default" in module)) {
    const others = Object.keys(module);
    throw new LinkError(
      "config",
      `${file}: expected a default export, found ${others.length > 0 ? `only ${others.join(", ")}` : "no export"}`,
      "Write: export default defineSystem({ … });",
    );
  }
  return { file: path, folder: dirname(path), config: validateSystem(module["default"], file) };
}

const NO_LAUNCH: Launch = { arguments: [], terminal: false };

/** The module's exports, the default one called if it is a function. */
async function run(path: string, file: string, launch: Launch): Promise<Record<string, unknown>> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "atoll-os"
        ? {
            url: ownDoor(),
            format: ownDoor().endsWith(".ts") ? "module-typescript" : "module",
            shortCircuit: true,
          }
        : next(specifier, context),
  });
  try {
    return await settled(exportsOf(path, launch));
  } catch (cause) {
    throw new LinkError("config", `${lineOf(cause, path, file)}: ${messageOf(cause)}`, undefined, { cause });
  } finally {
    hooks.deregister();
  }
}

async function exportsOf(path: string, launch: Launch): Promise<Record<string, unknown>> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const system = module["default"];
  return typeof system === "function" ? { ...module, default: await system(launch) } : module;
}

/** Rejects where nothing is left that could settle the promise: Node would end with a code of its own. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  const idle = Promise.withResolvers<never>();
  const giveUp = (): void =>
    idle.reject(new Error("it waits (by `await`) for something that will never happen"));
  process.once("beforeExit", giveUp);
  try {
    return await Promise.race([promise, idle.promise]);
  } finally {
    process.off("beforeExit", giveUp);
  }
}

/** `index.ts` in a checkout, `dist/index.js` in a package: the extension that this file has, too. */
function ownDoor(): string {
  const own = import.meta.url;
  return new URL(`../../../index${own.slice(own.lastIndexOf("."))}`, own).href;
}

/** `file:line:column` of the innermost frame in the user's own file, or just the file. */
function lineOf(cause: unknown, path: string, file: string): string {
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  for (const name of [pathToFileURL(path).href, path]) {
    const at = stack.indexOf(`${name}:`);
    const position = at < 0 ? null : /^:(\d+(?::\d+)?)/.exec(stack.slice(at + name.length));
    if (position !== null) return `${file}:${position[1]}`;
  }
  const imported = POSITION.exec(stack);
  if (imported === null || imported[0].includes(import.meta.url)) return file;
  const [, where = "", line = ""] = imported;
  return `${file}, ${where.startsWith("file:") ? fileURLToPath(where) : where}${line}`;
}

/** The first position in a stack: of a file that the user's file imports. */
const POSITION = /((?:file:\/\/)?\/[^\s:()]+\.[cm]?[jt]s)((?::\d+){1,2})/;

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return `threw ${String(cause)}`;
  const [message = ""] = cause.message.split("\n");
  // What a grant's own function refuses is said as by the linker itself.
  return cause.name === "LinkError" ? message : `${cause.name}: ${message}`;
}
