/** Installs the packages of the full dialect: by npm, exact versions, each in a folder of its own. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failure } from "../diagnostic.ts";
import { type FullPackage, packageFolder } from "./packages.ts";

/** @throws CompileError with npm's own words. */
export async function installPackage(wanted: FullPackage): Promise<void> {
  const folder = packageFolder(wanted);
  await mkdir(dirname(folder), { recursive: true });
  // Whoever looks for it finds all of it or nothing.
  const temporary = await mkdtemp(join(dirname(folder), ".new-"));
  try {
    const { name, version, overrides = {} } = wanted;
    const manifest = { private: true, dependencies: { [name]: version, ...overrides }, overrides };
    await writeFile(join(temporary, "package.json"), JSON.stringify(manifest));
    await npmInstall(temporary, `${name} ${version}`);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function npmInstall(folder: string, what: string): Promise<void> {
  const npm = spawn("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  npm.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    const refuse = (reason: string): void =>
      reject(
        failure(
          "npm install",
          what,
          `it could not be installed: ${reason}`,
          "Try again when npm reaches its registry.",
        ),
      );
    npm.once("error", (error) => refuse(`npm did not start (${error.message}).`));
    npm.once("close", (code) => (code === 0 ? resolve() : refuse(said.trim() || `npm ended with ${code}.`)));
  });
}
