/**
 * The world of a program in the full dialect: written in WIT, or told from what it exports.
 *
 * A program's types say too little for a world of its own: a `number` may be any
 * of ten types. But there are worlds that everybody means the same by.
 */
import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { printWorld, type World } from "../../abi/index.ts";
import { failure } from "../diagnostic.ts";
import { compose } from "../wit/compose.ts";
import { type GivenWorld, givenWorld, readGiven } from "../wit/given-world.ts";
import { WitLibrary } from "../wit/find.ts";
import { loadGivenWit, loadText } from "../wit/packages.ts";
import { parseWorld } from "../wit/parse.ts";
import { importsInText, viewTypesAlone } from "../wit/view-types.ts";
import { LAST_WORDS_WIT } from "./last-words.ts";

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

/** Worlds by an export that only they have. */
const WELL_KNOWN: Readonly<Record<string, { readonly text: string; readonly origin: string }>> = {
  handle: {
    origin: "it exports `handle`: atoll:http",
    text: "package atoll:program;\nworld program { export atoll:http/handler@0.1.0; }",
  },
  incomingHandler: {
    origin: "it exports `incomingHandler`: wasi:http",
    text: `package atoll:program;
world program {
  import wasi:http/types@0.2.12;
  import wasi:http/outgoing-handler@0.2.12;
  import wasi:cli/environment@0.2.12;
  import wasi:clocks/monotonic-clock@0.2.12;
  import wasi:random/random@0.2.12;
  export wasi:http/incoming-handler@0.2.12;
}`,
  },
  run: {
    origin: "it exports `run`: wasi:cli",
    text: `package atoll:program;
world program {
  import wasi:cli/environment@0.2.12;
  import wasi:cli/exit@0.2.12;
  import wasi:cli/stdin@0.2.12;
  import wasi:cli/stdout@0.2.12;
  import wasi:cli/stderr@0.2.12;
  import wasi:io/streams@0.2.12;
  import wasi:clocks/monotonic-clock@0.2.12;
  import wasi:clocks/wall-clock@0.2.12;
  import wasi:random/random@0.2.12;
  import wasi:filesystem/preopens@0.2.12;
  import wasi:filesystem/types@0.2.12;
  export wasi:cli/run@0.2.12;
}`,
  },
};

/**
 * @param app Absolute path.
 * @param exports Names that the program exports, for a world that is nowhere written.
 * @throws CompileError
 */
export async function programWorld(
  app: string,
  options: WorldOptions,
  exports: () => Promise<readonly string[]>,
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
  return existsSync(beside) && hasWorld(beside)
    ? written(app, beside, options.world ?? namedAfter(app, beside))
    : wellKnown(app, await exports());
}

function hasWorld(folder: string): boolean {
  return loadGivenWit(folder).packages.some(({ worlds }) => worlds.length > 0);
}

/** Of several worlds beside several programs, the one with the program's name. */
function namedAfter(app: string, folder: string): string | undefined {
  const [main] = loadGivenWit(folder).packages;
  const own = basename(app, ".ts").toLowerCase().replaceAll("_", "-");
  return main?.worlds.includes(own) === true ? own : undefined;
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

async function wellKnown(app: string, exports: readonly string[]): Promise<ProgramWorld> {
  const found = Object.entries(WELL_KNOWN).find(([name]) => exports.includes(name))?.[1];
  if (found === undefined) {
    const has = exports.length === 0 ? "exports nothing" : `exports ${exports.join(", ")}`;
    throw failure(
      app,
      "world",
      `nothing says what its component imports and exports: it ${has}, and there is no WIT.`,
      "Write the world: wit/world.wit beside the program, or --wit PATH. Without WIT a program exports `handle` (atoll:http), `incomingHandler` (wasi:http) or `run` (wasi:cli).",
    );
  }
  const loaded = loadText("world.wit", found.text);
  const given = givenWorld(loaded, app, undefined);
  if (given === undefined) throw new TypeError("the text has a world");
  return read(app, given, found.origin, undefined, []);
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
