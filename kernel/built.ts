/**
 * The kernel's modules: as the package was built with them, or compiled from the sources of a checkout.
 *
 * A checkout compiles them once and keeps them under `build/`, named by a hash of
 * all that they depend on, so that nobody has to think of building a kernel and a
 * changed source is never missed.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What `link` is given for a system under supervision. */
export interface KernelModules {
  /** kernel.wasm: the state machine. */
  readonly kernel: Uint8Array;
  /** mail.wasm: messages in flight. */
  readonly mail: Uint8Array;
}

const HERE = import.meta.dirname;
const FILES = { kernel: "kernel.wasm", mail: "mail.wasm" };

/** @throws Error where the sources do not compile, or a package lacks them. */
export async function builtKernel(): Promise<KernelModules> {
  if (existsSync(join(HERE, FILES.kernel))) return readFrom(HERE);
  const folder = join(HERE, "../build/kernel", await keyOfSources());
  if (!existsSync(join(folder, FILES.mail))) await compileInto(folder);
  return readFrom(folder);
}

async function readFrom(folder: string): Promise<KernelModules> {
  const [kernel, mail] = await Promise.all(
    [FILES.kernel, FILES.mail].map(async (file) => new Uint8Array(await readFile(join(folder, file)))),
  );
  if (kernel === undefined || mail === undefined) throw new TypeError("two files were read");
  return { kernel, mail };
}

async function compileInto(folder: string): Promise<void> {
  const { compileKernel, compileMail } = await import("./compile.ts");
  const [kernel, mail] = [await compileKernel(), await compileMail()];
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, FILES.kernel), kernel);
  // Last: who finds it finds both.
  await writeWhole(join(folder, FILES.mail), mail);
}

/** Nobody reads half a file, and whoever compiles at the same time writes the same. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, bytes);
  await rename(own, path);
}

/** Of the sources, how they are compiled, and by which compiler. */
async function keyOfSources(): Promise<string> {
  const hash = createHash("sha256");
  const names = ["abi.ts", "compile.ts"];
  for (const folder of ["core", "mail"]) {
    names.push(...(await readdir(join(HERE, folder))).sort().map((name) => `${folder}/${name}`));
  }
  for (const name of names) hash.update(name).update(await readFile(join(HERE, name)));
  const compiler = join(dirname(HERE), "node_modules/assemblyscript/package.json");
  if (existsSync(compiler)) hash.update(await readFile(compiler));
  return hash.digest("hex").slice(0, 16);
}
