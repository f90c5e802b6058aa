/**
 * SQLite's shell, as its authors publish it, compiled for WASI preview 1.
 *
 * The sources are in the npm package `sqlite3`, which nothing else here uses.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPILER, inFolder, kept, missing } from "./make.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PACKAGED = join(HERE, "node_modules/sqlite3/deps");

/** Of wasi-libc: what POSIX has and WASI does not. */
const EMULATED = ["signal", "process-clocks", "getpid", "mman"];
/** Not optimised: that takes half a minute. */
const OPTIONS = [
  "--target=wasm32-wasi",
  "--sysroot=/usr",
  "-O0",
  "-w",
  "-Wl,-z,stack-size=1048576",
  "-Wl,--stack-first",
  ...EMULATED.map((name) => `-D_WASI_EMULATED_${name.toUpperCase().replace("-", "_")}`),
  "-DSQLITE_THREADSAFE=0",
  "-DSQLITE_OMIT_LOAD_EXTENSION",
  "-DSQLITE_NOHAVE_SYSTEM",
  "-Dchmod(a,b)=0",
  "-Drealpath(a,b)=((char*)0)",
];

/** SQL of a table with 4,500 rows, an index and changes. */
export const FILL_NOTES = `create table notes(id integer primary key, title text not null, body text);
create index by_title on notes(title);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
  insert into notes select i, 'note ' || (i % 100), hex(zeroblob(50)) from n;
update notes set body = 'changed' where id % 7 = 0;
delete from notes where id % 10 = 0;
`;

/** Why it cannot be compiled here; undefined when it can. */
export function missingSqlite(): string | undefined {
  if (sources() === undefined) return "the package sqlite3 is not installed: node scripts/setup.mjs --tests";
  return missing("C with wasi-libc");
}

/** A core module. */
export function sqliteShell(): Promise<Uint8Array> {
  const archive = sources();
  if (archive === undefined) throw new Error("missingSqlite says that it is not there");
  return kept(`SQLite ${OPTIONS.join(" ")}`, [readFileSync(archive)], () =>
    inFolder((folder) => {
      run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
      const files = ["shell.c", "sqlite3.c"].map((name) => join(folder, name));
      const libraries = EMULATED.map((name) => `-lwasi-emulated-${name}`);
      const output = join(folder, "sqlite.wasm");
      run(COMPILER, [...OPTIONS, "-o", output, ...files, ...libraries]);
      return Promise.resolve(new Uint8Array(readFileSync(output)));
    }),
  );
}

/** The archive of the sources. */
function sources(): string | undefined {
  if (!existsSync(PACKAGED)) return undefined;
  const archive = readdirSync(PACKAGED).find((name) => /^sqlite-autoconf-\d+\.tar\.gz$/.test(name));
  return archive && join(PACKAGED, archive);
}

function run(tool: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(tool, args);
  if (status !== 0) throw new Error(`${tool}: ${String(stderr)}`);
}
