/**
 * Refuses what AssemblyScript would import from a JavaScript host.
 *
 * `console.log`, `Date.now()` and `Math.random()` compile to imports from `env`.
 * A component has only the imports of its world, so they are found here, with
 * the device to use in their place.
 */
import type { Program } from "assemblyscript";
import binaryen from "assemblyscript/binaryen";
import { CompileError, type Diagnostic } from "../diagnostic.ts";
import type { App } from "./app.ts";

interface Ambient {
  /** How a program writes it. */
  readonly written: RegExp;
  readonly instead: string;
}

const CONSOLE = 'import { writeLine } from "atoll:device/console"';
const CLOCK = 'import { now, wallTime } from "atoll:device/clock"';
const ENTROPY = 'import { bytes, randomU64 } from "atoll:device/entropy"';

const AMBIENT: readonly Ambient[] = [
  { written: /\bconsole\s*\.\s*\w+/, instead: CONSOLE },
  { written: /\btrace\s*\(/, instead: CONSOLE },
  { written: /\bprocess\s*\.\s*\w+/, instead: CONSOLE },
  { written: /\bDate\s*\.\s*now|\bnew\s+Date\s*\(\s*\)|\bperformance\s*\.\s*now/, instead: CLOCK },
  { written: /\bMath\s*\.\s*(random|seedRandom)|\bcrypto\s*\.\s*\w+/, instead: ENTROPY },
];

/** Throws if the compiled module imports what is not of the component model. */
export function checkAmbient(program: Program, module: binaryen.Module, app: App): void {
  const imports = hostImports(module);
  if (imports.length === 0) return;
  const found = program.sources
    .filter(({ isLibrary }) => !isLibrary)
    .flatMap(({ normalizedPath, text }) =>
      Array.from(uses(app.fileOf(normalizedPath) ?? normalizedPath, text)),
    );
  if (found.length > 0) throw new CompileError(found);
  throw new CompileError(imports.map((one) => hostImport(app, one)));
}

interface HostImport {
  readonly kind: "function" | "value";
  /** Such as `app.now`. */
  readonly name: string;
}

/** What would come from AssemblyScript's own host; WIT modules have a colon or are `$root`. */
function hostImports(module: binaryen.Module): HostImport[] {
  const found: HostImport[] = [];
  const add = (kind: HostImport["kind"], from: string | null | undefined, base: string | null): void => {
    if (from === "" || from === null || from === undefined) return;
    if (!from.includes(":") && from !== "$root") found.push({ kind, name: `${from}.${base ?? ""}` });
  };
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const info = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    add("function", info.module, info.base);
  }
  for (let i = 0; i < module.getNumGlobals(); i++) {
    const info = binaryen.getGlobalInfo(module.getGlobalByIndex(i));
    add("value", info.module, info.base);
  }
  return found;
}

/** A function that the program declares without a body, or a variable without a value. */
function hostImport(app: App, { kind, name }: HostImport): Diagnostic {
  const short = name.slice(name.indexOf(".") + 1);
  const missing = kind === "function" ? "body" : "value";
  const problem = {
    construct: `host ${kind}`,
    message: `\`${short}\` has no ${missing}, so it would be a ${kind} of a JavaScript host, which a component does not have.`,
    hint: `Import an interface, such as \`import { writeLine } from "atoll:device/console"\`, or write the ${missing}.`,
  };
  for (const { path, text } of app.sources.values()) {
    const at = text.search(new RegExp(`\\b${short.replaceAll(/\W/g, "\\$&")}\\b`));
    if (at < 0) continue;
    const before = text.slice(0, at).split("\n");
    const column = (before.at(-1) ?? "").length + 1;
    const source = text.split("\n")[before.length - 1] ?? "";
    return {
      file: app.fileOf(path) ?? path,
      line: before.length,
      column,
      source,
      length: short.length,
      ...problem,
    };
  }
  return { file: app.file, ...problem };
}

function* uses(file: string, text: string): Generator<Diagnostic> {
  const lines = text
    .replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, " "))
    .split("\n");
  for (const [i, line] of lines.entries()) {
    for (const { written, instead } of AMBIENT) {
      const match = written.exec(line);
      if (match === null) continue;
      yield {
        file,
        line: i + 1,
        column: match.index + 1,
        construct: "ambient function",
        message: `\`${match[0]}\`: a component has no ambient authority: nothing reaches outside except what it imports.`,
        hint: `Write \`${instead}\` and grant the device in system.ts.`,
        source: text.split("\n")[i] ?? "",
        length: match[0].length,
      };
    }
  }
}
