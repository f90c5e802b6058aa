/**
 * Components of other people's toolchains: C by clang, JavaScript by componentize-qjs; and lean ones beside them.
 *
 * Each source implements a world of `trio.wit` that has its name. `npm test`
 * installs the compilers, or says what to type where it may not; what is not
 * there is skipped with the reason.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";
import { compileLean, installedPackage, PACKAGES } from "../../toolchain/compile/index.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const WIT = join(HERE, "trio.wit");
export const COMPILER = "clang-19";

export type TrioWorld = "provider" | "relay" | "counter-provider" | "counter-user" | "failing-provider";

/** How C code has its strings, as a number that its sources know: `ENCODING` in `c/guest.h`. */
const ENCODINGS = { utf8: 8, utf16: 16, "compact-utf16": 1 } as const;
export type Encoding = keyof typeof ENCODINGS;

/** Debian's `wasi-libc` and `libclang-rt-19-dev-wasm32`. */
const LIBRARIES = [
  "/usr/lib/wasm32-wasi/libc.a",
  "/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a",
];

/** Why there are no guests of a language here; undefined when there are. */
export function missing(language: "C" | "C with wasi-libc" | "JavaScript"): string | undefined {
  if (language === "JavaScript") {
    const there = existsSync(join(HERE, "node_modules/componentize-qjs/package.json"));
    return there ? undefined : "componentize-qjs is not installed: node scripts/setup.mjs --tests";
  }
  const missing = [COMPILER, "wasm-ld-19"].find((tool) => spawnSync(tool, ["--version"]).status !== 0);
  const absent =
    missing ?? (language === "C" ? undefined : LIBRARIES.find((library) => !existsSync(library)));
  return absent && `${absent} is not installed: node scripts/setup.mjs --tests`;
}

/** Where the tests find the packages of the full dialect: `ATOLL_FULL_PACKAGES`. */
export const FULL_PACKAGES: string =
  process.env["ATOLL_FULL_PACKAGES"] ?? [HERE, join(HERE, "../..")].join(delimiter);

/** Why no program of the full dialect can be built here; undefined when it can. */
export function missingForFull(engine: "quickjs" | "starlingmonkey" = "quickjs"): string | undefined {
  process.env["ATOLL_FULL_PACKAGES"] = FULL_PACKAGES;
  const missing = (["esbuild", "typescript", engine] as const).find(
    (key) => installedPackage(key, tmpdir()) === undefined,
  );
  if (missing === undefined) return undefined;
  const type =
    missing === "starlingmonkey"
      ? "node bin/atoll.js setup full --engine starlingmonkey"
      : "node scripts/setup.mjs --tests";
  return `${PACKAGES[missing].name} ${PACKAGES[missing].version} is not installed: ${type}`;
}

const made = new Map<string, Promise<Uint8Array>>();

function once(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}

const KEPT = join(HERE, "build");
/** Says which component tools there are. */
const TOOLS = join(HERE, "../../package-lock.json");

/** From an earlier run, if it was made of the same: other people's compilers take a while. */
export async function kept(
  key: string,
  inputs: readonly (string | Uint8Array)[],
  make: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const hash = createHash("sha256").update(JSON.stringify(key));
  for (const input of [readFileSync(WIT), readFileSync(TOOLS), ...inputs]) hash.update(input);
  const file = join(KEPT, `${hash.digest("hex")}.wasm`);
  if (existsSync(file)) return readFileSync(file);
  const bytes = await make();
  mkdirSync(KEPT, { recursive: true });
  // Other test files may look for it at the same time.
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  return bytes;
}

export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-guests-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A freestanding program: no C library, no WASI. */
export function cGuest(world: TrioWorld, stringEncoding: Encoding): Promise<Uint8Array> {
  const options = ["--target=wasm32", "-std=c11", "-O2", "-nostdlib", "-mbulk-memory", "-Wl,--no-entry"];
  const strict = ["-Wall", "-Wextra", "-Werror", `-DENCODING=${ENCODINGS[stringEncoding]}`];
  const sources = [`${world}.c`, "runtime.c"].map((name) => join(HERE, "c", name));
  const headers = ["guest.h", "echo.h"].map((name) => join(HERE, "c", name));
  const build = (): Promise<Uint8Array> =>
    inFolder(async (folder) => {
      const output = join(folder, "guest.wasm");
      const { status, stderr } = spawnSync(COMPILER, [...options, ...strict, "-o", output, ...sources]);
      if (status !== 0) throw new Error(`${COMPILER}: ${String(stderr)}`);
      const binary = readFileSync(output);
      return await componentNew(await componentEmbed({ binary, witPath: WIT, world, stringEncoding }));
    });
  const key = `C ${world} ${stringEncoding}`;
  const inputs = [...options, ...strict, ...[...sources, ...headers].map((file) => readFileSync(file))];
  return once(key, () => kept(key, inputs, build));
}

/**
 * A core module for WASI preview 1: C sources compiled with wasi-libc.
 *
 * @param sources Absolute paths; `options` are the compiler's, `reads` further files that the result depends on.
 */
function wasiModule(
  sources: readonly string[],
  options: readonly string[] = [],
  reads: readonly string[] = [],
): Promise<Uint8Array> {
  const all = ["--target=wasm32-wasi", "--sysroot=/usr", "-O2", ...options];
  const build = (): Promise<Uint8Array> =>
    inFolder((folder) => {
      const output = join(folder, "module.wasm");
      const { status, stderr } = spawnSync(COMPILER, [...all, "-o", output, ...sources]);
      if (status !== 0) throw new Error(`${COMPILER}: ${String(stderr)}`);
      return Promise.resolve(new Uint8Array(readFileSync(output)));
    });
  const key = `WASI ${sources.join(" ")} ${all.join(" ")}`;
  return once(key, () =>
    kept(
      key,
      [...sources, ...reads].map((file) => readFileSync(file)),
      build,
    ),
  );
}

/** One of the programs and libraries in `c/wasi`, by its name. */
export function wasiGuest(name: string, options: readonly string[] = []): Promise<Uint8Array> {
  return wasiModule(
    [join(HERE, "c/wasi", `${name}.c`)],
    ["-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", ...options],
  );
}

interface Componentize {
  componentize: (options: {
    readonly witPath: string;
    readonly jsSource: string;
    readonly world: string;
    readonly stubWasi: boolean;
    readonly sync: boolean;
    readonly optSize: boolean;
  }) => Promise<{ readonly component: Uint8Array }>;
}

/** QuickJS with the program in it; strings are UTF-8. */
export function jsGuest(world: TrioWorld): Promise<Uint8Array> {
  const key = `JavaScript ${world}`;
  const jsSource = readFileSync(join(HERE, "js", `${world}.js`), "utf8");
  const build = async (): Promise<Uint8Array> => {
    const { componentize } = createRequire(import.meta.url)("componentize-qjs") as Componentize;
    const options = { witPath: WIT, jsSource, world, stubWasi: true, sync: true, optSize: true };
    return (await componentize(options)).component;
  };
  return once(key, () => kept(key, [jsSource, readFileSync(join(HERE, "package.json"))], build));
}

export function leanGuest(world: TrioWorld): Promise<Uint8Array> {
  return once(`lean ${world}`, () =>
    inFolder(async (folder) => {
      const app = join(folder, `${world}.ts`);
      cpSync(join(HERE, "lean", `${world}.ts`), app);
      return (await compileLean({ app, wit: WIT, world })).component;
    }),
  );
}
