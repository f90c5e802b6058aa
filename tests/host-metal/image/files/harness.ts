/** The C device `atoll:device/files`, alone in a program under sanitizers, on what a bare machine has or on files of Linux. */
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, WARNINGS } from "../../../../host-metal/hal/build.ts";
import { ABI_HEADER, abiHeader } from "../../../../host-metal/image/abi-header.ts";
import { fileTables } from "../../../../host-metal/image/emit/files.ts";
import { RUNTIME } from "../../../../host-metal/image/objects.ts";
import { packFiles } from "../../../../host-metal/image/packed-files.ts";

/** Where files lie: in memory, as packed from a folder; or in Linux. */
export type Store = "tree" | "linux";

/** Compiles it into `folder`. `base` has the directories `data` and `texts`, which a tree begins with. */
export function harness(store: Store, folder: string, base: string): string {
  const output = join(folder, store);
  writeFileSync(join(folder, ABI_HEADER), abiHeader());
  compile([
    "-std=gnu11",
    "-O0",
    "-g",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    ...WARNINGS,
    `-I${RUNTIME}`,
    `-I${join(RUNTIME, "include")}`,
    `-I${folder}`,
    "-o",
    output,
    join(import.meta.dirname, "harness.c"),
    ...sources("files", /\.c$/),
    ...sources("devices", /^files(-names|-attributes)?\.c$/),
    join(RUNTIME, "utf8.c"),
    ...(store === "linux"
      ? sources("linux", /^(files|folder)\.c$/)
      : sources("metal", /^tree(-(?!limit).*)?\.c$/)),
    ...(store === "tree" ? [tables(folder, base)] : []),
  ]);
  return output;
}

function sources(folder: string, names: RegExp): string[] {
  return readdirSync(join(RUNTIME, folder))
    .filter((name) => names.test(name))
    .map((name) => join(RUNTIME, folder, name));
}

function tables(folder: string, base: string): string {
  const granted = ["data", "texts"].map((path) => ({ process: "test", path }));
  const packed = packFiles(granted, base);
  const [contents, source] = [join(folder, "contents"), join(folder, "tables.c")];
  writeFileSync(contents, packed.contents);
  writeFileSync(source, fileTables(packed, contents));
  return source;
}

/** What it says of each line. `kibibytes`: what may be written. */
export function answers(
  program: string,
  lines: readonly string[],
  base: string,
  kibibytes = 65_536,
): string[] {
  const { stdout, stderr, status, signal } = spawnSync(program, [String(kibibytes)], {
    input: lines.map((line) => `${line}\n`).join(""),
    encoding: "utf8",
    env: { ATOLL_FOLDER: base },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return stdout.split("\n").slice(0, -1);
  throw new Error(`the harness ended with ${signal ?? status}:\n${stdout.slice(-2000)}\n${stderr}`);
}
