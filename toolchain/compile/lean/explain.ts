/**
 * AssemblyScript's diagnostics, told in terms of the author's program.
 *
 * A missing construct is named with a way to write it; type errors keep
 * AssemblyScript's words with its internal paths taken out; an error inside
 * generated bindings or the standard library is put where the program uses it.
 */
import { type DiagnosticMessage, isError, type Program, Range } from "assemblyscript";
import { CompileError, type Diagnostic } from "../diagnostic.ts";
import { type FileOf, placeOf } from "./place.ts";
import { beginsWithKeptWord, missingConstruct } from "./missing.ts";

const IDENTIFIER_EXPECTED = 1003;
const FILE_NOT_FOUND = 6054;
const NO_SUCH_EXPORT = 2305;
const NO_SUCH_PROPERTY = 2339;
const USED_BEFORE_ASSIGNED = 2454;
const MUST_RETURN = 2355;
/** After so many a reader starts at the top again anyway. */
const MOST = 20;

/** Throws if AssemblyScript found errors; warnings concern its own module exports and are dropped. */
export function throwErrors(program: Program, fileOf: FileOf): void {
  const errors = program.diagnostics.filter((message) => isError(message));
  if (errors.length === 0) return;
  const explained = errors.map((message) => explain(message, fileOf, program));
  throw new CompileError(withoutEchoes(explained, errors).slice(0, MOST));
}

function explain(message: DiagnosticMessage, fileOf: FileOf, program: Program): Diagnostic {
  const range = authorsRange(message, fileOf);
  if (range === null) return unplaced(message);
  const place = placeOf(message.code === IDENTIFIER_EXPECTED ? atName(range) : range, fileOf);
  if (message.code === FILE_NOT_FOUND) return { ...place, ...missingFile(message.message) };
  if (range.source.normalizedPath.startsWith("build/bindings/") || place.file.includes("/build/bindings/")) {
    return { ...place, construct: "bindings", message: inUserTerms(message.message), hint: IN_BINDINGS };
  }
  const missing = missingConstruct({
    code: message.code,
    message: message.message,
    line: place.source,
    before: place.source.slice(0, place.column - 1),
    rest: place.source.slice(place.column - 1),
  });
  if (missing !== undefined) {
    const { construct, hint } = missing;
    return { ...place, construct, message: missing.message, hint };
  }
  const hint = whatThereIs(message, program);
  return { ...place, construct: kindOf(message.code), message: inUserTerms(message.message), hint };
}

/** A place in a file of the author, if the message has one; generated files come second. */
function authorsRange(message: DiagnosticMessage, fileOf: FileOf): Range | null {
  const ranges = [message.range, message.relatedRange].filter((range) => range !== null);
  const known = ranges.filter((range) => fileOf(range.source.normalizedPath) !== undefined);
  return known.find((range) => !range.source.normalizedPath.startsWith("~lib/")) ?? known[0] ?? null;
}

const IN_BINDINGS =
  "The line is generated for a function or type of the program: the class that it names cannot be made or read like this.\n" +
  "Give it public fields and a constructor that takes exactly these, in their order.";

/** AssemblyScript points at the token before a word that cannot be a name: point at the word. */
function atName(range: Range): Range {
  const after = range.source.text.slice(range.end);
  const start = range.end + after.length - after.trimStart().length;
  const text = after.trimStart();
  if (!beginsWithKeptWord(text)) return range;
  const word = new Range(start, start + (/^\w+/.exec(text)?.[0].length ?? 0));
  word.source = range.source;
  return word;
}

function unplaced(message: DiagnosticMessage): Diagnostic {
  const where = message.range?.source.normalizedPath ?? "the program";
  return {
    file: where,
    construct: kindOf(message.code),
    message: inUserTerms(message.message),
    hint:
      "The error is in AssemblyScript's library, for the types that the program uses it with:\n" +
      "look for a Map key, a sort or an `==` on a type that has no such operation.",
  };
}

function missingFile(said: string): { construct: string; message: string; hint: string } {
  const path = /'(.*)' not found/.exec(said)?.[1] ?? "";
  const specifier = path.replace(/^~lib\//, "").replace(/\.ts$/, "");
  if (!path.startsWith("~lib/")) {
    return {
      construct: "import",
      message: `there is no file ${path}.`,
      hint: "Check the path; it has no extension.",
    };
  }
  if (specifier.startsWith("node:")) {
    return {
      construct: "import of Node.js",
      message: `"${specifier}" does not exist in a component: nothing is ambient.`,
      hint: 'Import a device, such as `import { writeLine } from "atoll:device/console"`, and grant it in system.ts.',
    };
  }
  if (specifier === "atoll-os") {
    return {
      construct: "system",
      message: 'only a description of a system imports "atoll-os", and this file has no default export.',
      hint: 'In system.ts write `export default defineSystem({ … })`; an app imports "atoll".',
    };
  }
  return {
    construct: "import of a package",
    message: `the package "${specifier}" was not found, and lean runs no JavaScript packages.`,
    hint: 'Imports are "./file", "atoll", "atoll/http", "atoll/json", or an interface such as "search:index/api".\nPackages of npm run in the full dialect: write // @dialect full at the top (docs/full.md).',
  };
}

/** For a name that a module or a type does not have: the names that it has. */
function whatThereIs({ code, message }: DiagnosticMessage, program: Program): string {
  if (code === NO_SUCH_EXPORT) return whatItExports(message, program);
  return code === NO_SUCH_PROPERTY ? whatItHas(message, program) : "";
}

/** The public members of a class, or the values of an enum. */
function whatItHas(said: string, program: Program): string {
  const type = /type '([^']*)'/.exec(said)?.[1] ?? "";
  const classes = [...program.managedClasses.values()];
  const found = classes.find((one) => one.internalName === type) ?? program.elementsByName.get(type);
  const names = [...(found?.members?.keys() ?? [])].filter(
    (name) => /^(?!__)\w+$/.test(name) && name !== "constructor",
  );
  return names.length === 0 ? "" : `It has ${names.join(", ")}.`;
}

/** The names of a module of which a name was asked that it does not have. */
function whatItExports(said: string, program: Program): string {
  const path = /^Module '([^']*)'/.exec(said)?.[1] ?? "";
  const file = program.filesByName.get(path);
  const names = [file, ...(file?.exportsStar ?? [])].flatMap((one) => [...(one?.exports?.keys() ?? [])]);
  return names.length === 0 ? "" : `It exports ${names.join(", ")}.`;
}

function kindOf(code: number): string {
  if (code === 100) return "not in lean";
  return code >= 1000 && code < 2000 ? "syntax" : code >= 2000 && code < 3000 ? "type" : "error";
}

/** `~lib/string/String` → `string`, `app/Hit` → `Hit`, as the author spells them. */
function inUserTerms(message: string): string {
  return message
    .replaceAll("~lib/string/String", "string")
    .replaceAll(/(?:~lib\/|\.\.?\/)?(?:[\w.@:-]+\/)+(\w+)/g, "$1")
    .replace(/\.?$/, ".");
}

/** One mistake often gives several messages: keep the first of each line, and not the guess beside a closure. */
function withoutEchoes(
  diagnostics: readonly Diagnostic[],
  errors: readonly DiagnosticMessage[],
): Diagnostic[] {
  const closures = new Set(diagnostics.filter((d) => d.construct === "closure").map(lineOf));
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic, i) => {
    const line = lineOf(diagnostic);
    if (errors[i]?.code === USED_BEFORE_ASSIGNED && closures.has(line)) return false;
    // What follows from an error has no type of its own.
    if (seen.size > 0 && (errors[i]?.code === MUST_RETURN || errors[i]?.message.includes("'auto'")))
      return false;
    if (seen.has(line)) return false;
    seen.add(line);
    return true;
  });
}

function lineOf(diagnostic: Diagnostic): string {
  return `${diagnostic.file}:${diagnostic.line ?? 0}`;
}
