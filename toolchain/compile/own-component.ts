/**
 * Components that Atoll itself has: as the package was built with them, or compiled from the sources of a checkout.
 *
 * A checkout compiles one when it is first needed and keeps it under `build/`, named
 * by a hash of all that it depends on, so that nobody has to think of building it and
 * a changed source is never missed.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LeanOptions } from "./lean.ts";

export interface OwnComponent {
  /** Such as `driver`, unlike all others of its folder. */
  readonly name: string;
  /** Folder of its sources, relative to the checkout, such as `components/http`; in the package the component lies there. */
  readonly folder: string;
  /** A program in the lean dialect; or a core module, with its world. */
  readonly source: Pick<LeanOptions, "app" | "wit" | "world"> | OwnModule;
}

interface OwnModule {
  readonly module: () => Uint8Array;
  readonly wit: string;
  readonly world: string;
}

/** `dist/` in the package, where nothing is compiled. */
const ROOT = join(import.meta.dirname, "../..");

const known = new Map<string, Promise<Uint8Array>>();

/** The component's bytes. @throws Error where the sources do not compile, or a package lacks it. */
export function ownComponent(own: OwnComponent): Promise<Uint8Array> {
  const key = `${own.folder}/${own.name}`;
  const found = known.get(key) ?? readOrCompile(own);
  known.set(key, found);
  return found;
}

async function readOrCompile({ name, folder, source }: OwnComponent): Promise<Uint8Array> {
  const packed = join(ROOT, folder, `${name}.wasm`);
  if (existsSync(packed)) return new Uint8Array(await readFile(packed));
  const kept = join(ROOT, "build", folder, keyOfSources(folder));
  const path = join(kept, `${name}.wasm`);
  if (existsSync(path)) return new Uint8Array(await readFile(path));
  await mkdir(kept, { recursive: true });
  // Nobody reads half a file, and whoever compiles at the same time writes the same.
  const output = join(kept, `${name}.${randomUUID()}`);
  const component = "module" in source ? await wrapped(source, output) : await compiled(source, output);
  await rename(output, path);
  return component;
}

async function compiled(
  source: Pick<LeanOptions, "app" | "wit" | "world">,
  output: string,
): Promise<Uint8Array> {
  const { compileLean } = await import("./index.ts");
  return (await compileLean({ ...source, output })).component;
}

async function wrapped({ module, wit, world }: OwnModule, output: string): Promise<Uint8Array> {
  const { makeModule } = await import("./preview1/make.ts");
  const { component } = await makeModule({ file: output, module: module(), wit, world });
  await writeFile(output, component);
  return component;
}

/** Of the sources, the interfaces, and the compiler. */
function keyOfSources(own: string): string {
  const hash = createHash("sha256");
  const folders = [own, "wit", ...["abi", "bindgen", "compile", "wasm"].map((name) => `toolchain/${name}`)];
  for (const folder of folders) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => /^(?!build\b).*\.(ts|wit)$/.test(name)).sort()) {
      hash.update(file).update(readFileSync(join(ROOT, folder, file)));
    }
  }
  const compiler = join(ROOT, "node_modules/assemblyscript/package.json");
  if (existsSync(compiler)) hash.update(readFileSync(compiler));
  return hash.digest("hex").slice(0, 16);
}
