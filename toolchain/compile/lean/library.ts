/**
 * The source libraries that programs import besides "atoll": "atoll/http", "atoll/json".
 *
 * They are ordinary lean sources, compiled into the program that imports them, and may
 * import interfaces, which are then imports of that program. So an app's reader reads
 * them as it reads the app's own files.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface LibraryFile {
  /** As programs import it, such as `atoll/http/router`. */
  readonly module: string;
  /** Path below the folder of the libraries, such as `http/router.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Beside `toolchain/`, in a checkout as in the package. */
const FOLDER = join(import.meta.dirname, "../../../components/http/library");

let known: readonly LibraryFile[] | undefined;

/** All files of the libraries, sorted by path. */
export function libraryFiles(): readonly LibraryFile[] {
  known ??= readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => ({
      path,
      module: `atoll/${path.replace(/\.ts$/, "")}`,
      text: readFileSync(join(FOLDER, path), "utf8"),
    }));
  return known;
}

/** Undefined for what no library has. */
export function libraryFile(module: string): LibraryFile | undefined {
  return libraryFiles().find((file) => file.module === module);
}
