/**
 * The entry of a program's bundle: it exports what the world asks for, each function guarded.
 *
 * A program may export an interface as an object, `export const api = { … }`, as
 * the engines have it, or its functions by themselves, as a lean app does.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { FunctionType, Interface, World } from "../../abi/index.ts";
import { type Diagnostic, CompileError } from "../diagnostic.ts";
import { exportName, interfacesOf } from "./declarations.ts";
import { camelCase, pascalCase } from "./type-text.ts";

/** Modules that the bundler finds in `runtime/`. */
export const GUARD_MODULE = "atoll:full/guard";
export const TURN_MODULE = "atoll:full/turn";

/** One export of the component. */
export interface ProgramExport {
  /** As the engine looks for it. */
  readonly name: string;
  /** The names that the program has for it: one with an object, or one for each function and class. */
  readonly from: readonly string[];
  /** Whether `from` are the members of it. */
  readonly spread: boolean;
  /** Functions whose result has an error case, as `guard.js` names them, and whether the error has a value. */
  readonly results: Readonly<Record<string, boolean>>;
  /** Of a command: what it throws is told, for its error has no value. */
  readonly tells?: boolean;
}

/** @throws CompileError where the program does not export all that the world asks for. */
export function exportsOf(app: string, { exports }: World, found: readonly string[]): ProgramExport[] {
  const text = readFileSync(app, "utf8");
  const isFunction = (name: string): boolean =>
    new RegExp(String.raw`^\s*export\s+(?:async\s+)?function\s+${name}\b`, "m").test(text);
  const missing: Diagnostic[] = [];
  const made = interfacesOf(exports).map(({ name, interface: it }) => {
    const own = exportName(name);
    const members = memberNames(it);
    // A function may have the name of its interface, as `run` has.
    const isObject = found.includes(own) && !(members.includes(own) && isFunction(own));
    const spread = !isObject && members.some((member) => found.includes(member));
    const wanted = spread ? members : [own];
    const absent = wanted.filter((one) => !found.includes(one));
    if (absent.length > 0) missing.push(missingExport(app, name, absent, found, own));
    const tells = name.startsWith("wasi:cli/run@");
    return { name: own, from: wanted, spread, results: resultsOf(it), tells };
  });
  const functions = exports.filter((item) => item.kind === "function");
  const alone = functions.map(({ name, type }) => {
    const own = camelCase(name);
    if (!found.includes(own)) missing.push(missingExport(app, name, [own], found));
    return { name: own, from: [own], spread: false, results: errorCases([[own, type]]) };
  });
  if (missing.length > 0) throw new CompileError(missing);
  return [...made, ...alone];
}

/** JavaScript. */
export function entryText(app: string, exports: readonly ProgramExport[]): string {
  const lines = exports.map(({ name, from, spread, results, tells }) => {
    const value = spread ? `{ ${from.map((one) => `${one}: app.${one}`).join(", ")} }` : `app.${name}`;
    const args = [value, JSON.stringify(results), JSON.stringify(name)];
    if (tells === true) args.push("(text) => console.error(text)");
    return `export const ${name} = guardExport(${args.join(", ")});`;
  });
  const imports = [
    `import { guardExport } from "${GUARD_MODULE}";`,
    `import * as app from ${JSON.stringify(`./${basename(app)}`)};`,
  ];
  return [...imports, ...lines, ""].join("\n");
}

function memberNames({ types, functions }: Interface): string[] {
  const classes = types.flatMap(({ name, type }) => (type.kind === "resource" ? [pascalCase(name)] : []));
  const plain = functions.filter(({ name }) => !name.startsWith("["));
  return [...plain.map(({ name }) => camelCase(name)), ...classes];
}

/** By `run`, `Counter.add`. */
function resultsOf({ functions }: Interface): ProgramExport["results"] {
  return errorCases(
    functions.map(({ name, type }) => {
      const [, resource, member] = /^\[(?:method|static)\]([^.]*)\.(.*)$/.exec(name) ?? [];
      const own = resource === undefined ? name : (member ?? "");
      return [resource === undefined ? camelCase(own) : `${pascalCase(resource)}.${camelCase(own)}`, type];
    }),
  );
}

function errorCases(functions: readonly (readonly [string, FunctionType])[]): ProgramExport["results"] {
  return Object.fromEntries(
    functions.flatMap(([name, { result }]) =>
      result?.kind === "result" ? [[name, result.err !== undefined] as const] : [],
    ),
  );
}

function missingExport(
  file: string,
  wanted: string,
  absent: readonly string[],
  found: readonly string[],
  object?: string,
): Diagnostic {
  const names = absent.map((name) => `\`${name}\``).join(", ");
  const has = found.length === 0 ? "it exports nothing" : `it exports ${found.join(", ")}`;
  const example = object === undefined ? absent[0] : object;
  const hint =
    object === undefined
      ? `Write: export function ${example}(…) { … }`
      : `Write: export const ${object} = { … }; or export each function of the interface.`;
  return {
    file,
    construct: "export",
    message: `the world exports ${wanted}: expected ${names}, and ${has}.`,
    hint,
  };
}
