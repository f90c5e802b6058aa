/** The world of a program in the full dialect: written in WIT, or told from the program. */
import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { printWorld, type World } from "../../abi/index.ts";
import { type CompileError, failure } from "../diagnostic.ts";
import { compose } from "../wit/compose.ts";
import { type GivenWorld, givenWorld, readGiven } from "../wit/given-world.ts";
import { WitLibrary } from "../wit/find.ts";
import { loadGivenWit, loadText } from "../wit/packages.ts";
import { parseWorld } from "../wit/parse.ts";
import { importsInText, viewTypesAlone } from "../wit/view-types.ts";
import { LAST_WORDS_WIT } from "./last-words.ts";
import { type Surface, tellWorld } from "./told-world.ts";

/** What the world that is built is called in its text. */
export const BUILT_WORLD = "atoll-program";

export interface ProgramWorld {
  readonly world: World;
  /** WIT of a world `BUILT_WORLD` with all packages that it reaches: this one, and what a bundle imports besides. */
  readonly withImports: (imports: readonly string[]) => Promise<string>;
  /** Absolute paths of the WIT files that were read. */
  readonly inputs: readonly string[];
  /** How it was found, for people. */
  readonly origin: string;
}

export interface WorldOptions {
  readonly wit?: string;
  readonly world?: string;
}

/**
 * @param app Absolute path.
 * @param surface What the program exports and imports, for a world that is nowhere written.
 * @throws CompileError
 */
export async function programWorld(
  app: string,
  options: WorldOptions,
  surface: () => Promise<Surface>,
): Promise<ProgramWorld> {
  const beside = join(dirname(app), "wit");
  if (options.wit !== undefined) return written(app, resolve(options.wit), options.world);
  if (options.world !== undefined && !existsSync(beside))
    throw failure(
      app,
      "--world",
      "a world is chosen from WIT.",
      "Give the WIT with --wit, or in wit/ beside the program.",
    );
  const worlds = existsSync(beside) ? loadGivenWit(beside).packages.flatMap((one) => one.worlds) : [];
  const name = options.world ?? worlds.find((one) => one === ownName(app));
  if (name !== undefined) return written(app, beside, name);
  const told = tellWorld(app, await surface());
  if (told === undefined && worlds.length === 0) throw unknownWorld(app, (await surface()).exports);
  const other = told === undefined || worlds.length === 1 ? await written(app, beside, undefined) : undefined;
  // The only world there may be that of another program.
  const isOwn = other?.world.exports.some((item) => item.name.replace(/@.*/, "") === told?.main) ?? false;
  if (other !== undefined && (told === undefined || isOwn)) return other;
  if (told === undefined) throw new TypeError("then there is another");
  const given = givenWorld(loadText("world.wit", told.text), app, undefined);
  if (given === undefined) throw new TypeError("the text has a world");
  return read(app, given, told.origin, undefined, []);
}

/** Of several worlds beside several programs, the one with the program's name. */
function ownName(app: string): string {
  return basename(app, ".ts").toLowerCase().replaceAll("_", "-");
}

async function written(app: string, wit: string, name: string | undefined): Promise<ProgramWorld> {
  const loaded = loadGivenWit(wit);
  const given = givenWorld(loaded, wit, name);
  if (given === undefined)
    throw failure(wit, "WIT", "it has no world for the program.", "Write one: world NAME { export …; }");
  const origin = `${relative(process.cwd(), wit)}, world ${given.world}`;
  return read(
    app,
    given,
    origin,
    wit,
    loaded.files.map(({ file }) => file),
  );
}

function unknownWorld(app: string, exports: readonly string[]): CompileError {
  const has = exports.length === 0 ? "exports nothing" : `exports ${exports.join(", ")}`;
  return failure(
    app,
    "world",
    `nothing says what its component imports and exports: it ${has}, and there is no WIT.`,
    "Write the world: wit/world.wit beside the program, or --wit PATH; or name an interface that it exports: // @export ns:pkg/iface. Without either a program exports `handle` (atoll:http), `incomingHandler` (wasi:http) or `run` (wasi:cli).",
  );
}

async function read(
  app: string,
  given: GivenWorld,
  origin: string,
  wit: string | undefined,
  files: readonly string[],
): Promise<ProgramWorld> {
  const folder = dirname(app);
  const own = { folder, siblings: [], output: "", written: true } as const;
  const library = new WitLibrary({ ...own, ...(wit !== undefined && { wit }) });
  const asked = importsInText(given.package, given.world);
  const world = viewTypesAlone((await readGiven(given, library)).world, asked);
  return {
    world,
    origin,
    withImports: (imports) => printWith(given, library, imports, asked),
    inputs: [...new Set([...files, ...library.inputs.files])],
  };
}

/** The given world with what a bundle imports besides, and no more than all that needs. */
async function printWith(
  given: GivenWorld,
  library: WitLibrary,
  imports: readonly string[],
  asked: (id: string) => boolean,
): Promise<string> {
  const lines = imports.map((name) => `  import ${name};\n`);
  const own = `\nworld ${BUILT_WORLD} {\n  include %${given.world};\n${lines.join("")}}\n`;
  const composed = compose({ ...given.package, body: given.package.body + own }, library);
  const text = `${composed.text}\n${LAST_WORDS_WIT}`;
  const world = await parseWorld({ ...composed, text }, BUILT_WORLD, given.path);
  return printWorld(viewTypesAlone(world, asked));
}
