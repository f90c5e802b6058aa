/**
 * Type errors of a program, by TypeScript's own compiler.
 *
 * A file beside the generated declarations holds each export against what the
 * world asks for. The project's own settings count, where it has a
 * `tsconfig.json`: but for what the engine has and has not.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { CompileError, type Diagnostic } from "../diagnostic.ts";
import { writeChanged } from "../output.ts";
import { WORLD_MODULE } from "./declarations.ts";
import { globalsOf } from "./editor-types.ts";
import type { Engine } from "./engine.ts";
import { hintForName } from "./missing-names.ts";
import type { ProgramExport } from "./program.ts";

export interface CheckInput {
  /** Absolute path of the app. */
  readonly app: string;
  /** Folder of the generated declarations, where the check's own files go. */
  readonly types: string;
  readonly engine: Engine;
  /** Without WASI. */
  readonly isAlone: boolean;
  readonly exports: readonly ProgramExport[];
  /** Folder of the package. */
  readonly typescript: string;
}

const CHECK = "check.ts";
/** One thing that TypeScript says: place, code and text, whose further lines are indented. */
const ERROR = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*(?:\n {2,}.*)*)/gm;

/** @throws CompileError with all that TypeScript says. */
export async function checkTypes(input: CheckInput): Promise<void> {
  const { app, types, exports, typescript } = input;
  const checks = checksOf(exports);
  await writeChanged(join(types, CHECK), checkText(app, types, checks));
  await writeChanged(join(types, "check.json"), `${JSON.stringify(settings(input), null, 2)}\n`);
  const said = await compile(typescript, types);
  const found = [...said.matchAll(ERROR)].map((match) => diagnosticOf(match, input, checks));
  if (found.length > 0) throw new CompileError(found);
  if (said.trim() !== "")
    throw new CompileError([{ file: app, construct: "types", message: said.trim(), hint: "" }]);
}

/** An export, or one of its members, and what TypeScript calls the two sides. */
interface Check {
  readonly name: string;
  readonly wanted: string;
}

function checksOf(exports: readonly ProgramExport[]): Check[] {
  return exports.flatMap(({ name, from, spread }) =>
    spread
      ? from.map((one) => ({ name: one, wanted: `Exports["${name}"]["${one}"]` }))
      : [{ name, wanted: `Exports["${name}"]` }],
  );
}

/** The check of the i-th export is line i + `FIRST`. */
function checkText(app: string, types: string, checks: readonly Check[]): string {
  const path = relative(types, app).replaceAll("\\", "/");
  return [
    "// Whether the program is what its world asks for.",
    `import type { Exports } from "${WORLD_MODULE}";`,
    `import * as app from ${JSON.stringify(path)};`,
    ...checks.map(({ name, wanted }, i) => `export const check${i}: ${wanted} = app.${name};`),
    "",
  ].join("\n");
}
const FIRST = 4;

/** What holds whatever the project says. */
function settings({ app, types, engine, isAlone }: CheckInput): unknown {
  const project = projectSettings(dirname(app));
  return {
    ...(project !== undefined && { extends: relative(types, project) }),
    compilerOptions: {
      ...(project === undefined && { strict: true }),
      target: "esnext",
      module: "esnext",
      moduleResolution: "bundler",
      lib: engine === "quickjs" ? ["esnext"] : ["esnext", "webworker"],
      types: [],
      noEmit: true,
      allowImportingTsExtensions: true,
      resolveJsonModule: true,
      skipLibCheck: true,
      composite: false,
      incremental: false,
      declaration: false,
      isolatedDeclarations: false,
    },
    files: [CHECK, "world.d.ts", ...globalsOf(engine, isAlone).map((name) => `../${name}`)],
    include: [],
  };
}

/** The nearest `tsconfig.json`, unless it is made for lean apps, whose types are others. */
function projectSettings(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "tsconfig.json");
    if (existsSync(path)) return readFileSync(path, "utf8").includes("build/bindings") ? undefined : path;
    if (existsSync(join(at, "package.json")) || dirname(at) === at) return undefined;
  }
}

function compile(typescript: string, folder: string): Promise<string> {
  const program = join(typescript, "bin/tsc");
  const args = [program, "-p", "check.json", "--pretty", "false"];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") fail(error);
      else done(stdout + stderr);
    });
  });
}

function diagnosticOf(match: RegExpExecArray, input: CheckInput, checks: readonly Check[]): Diagnostic {
  const [, path = "", line = "", column = "", code = "", text = ""] = match;
  const { app, types, engine, isAlone } = input;
  const file = resolve(types, path);
  const check = basename(file) === CHECK ? checks[Number(line) - FIRST] : undefined;
  if (check === undefined) {
    const hint = hintForName(text, engine, isAlone);
    return { ...placed(file, Number(line), Number(column), code, text), hint };
  }
  const { name, wanted } = check;
  const message = `\`${name}\` is not what the world asks for: ${text}`;
  const hint = `\`${wanted}\` is in ${relative(process.cwd(), join(types, "world.d.ts"))}.`;
  return { ...placed(app, ...declarationOf(app, name), code, message), construct: "export", hint };
}

function placed(file: string, line: number, column: number, code: string, message: string): Diagnostic {
  const source = existsSync(file) ? readFileSync(file, "utf8").split("\n")[line - 1] : undefined;
  const length = /^[\w$]+/.exec(source?.slice(column - 1) ?? "")?.[0].length ?? 1;
  return {
    file,
    line,
    column,
    construct: `TypeScript ${code}`,
    message,
    hint: "",
    length,
    ...(source !== undefined && { source }),
  };
}

/** Line and column of an exported name, from 1; of the file's begin where it comes from elsewhere. */
function declarationOf(app: string, name: string): [number, number] {
  const lines = readFileSync(app, "utf8").split("\n");
  const declaration = new RegExp(
    String.raw`^\s*export\s+(?:async\s+)?(?:function\*?|const|let|var|class)\s+${name}\b`,
  );
  const line = lines.findIndex((text) => declaration.test(text));
  return line < 0 ? [1, 1] : [line + 1, (lines[line] ?? "").lastIndexOf(name, 80) + 1];
}
