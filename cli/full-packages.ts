/**
 * The packages of the full dialect, on request: a person at a terminal is asked,
 * others are told what to type.
 */
import { createInterface } from "node:readline/promises";
import type { FullPackage } from "../toolchain/compile/index.ts";
import { withProgress } from "./progress.ts";

/** Does the work; where packages are missing for it and may be installed, installs them and does it again. */
export async function withPackages<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { MissingPackages } = await import("../toolchain/compile/index.ts");
    if (!(error instanceof MissingPackages) || !(await mayInstall(error.packages))) throw error;
    await installAll(error.packages);
    return withPackages(work);
  }
}

/** Says what it does. */
export async function installAll(packages: readonly FullPackage[]): Promise<void> {
  const { installPackage } = await import("../toolchain/compile/index.ts");
  await withProgress(async ({ say }) => {
    for (const one of packages) {
      say(`Installing ${one.name} ${one.version} (${one.megabytes} MB)`);
      await installPackage(one);
    }
  });
}

async function mayInstall(packages: readonly FullPackage[]): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const { cacheText, listOf } = await import("../toolchain/compile/index.ts");
  process.stderr.write(`The full dialect needs packages that are not installed:\n${listOf(packages)}\n`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`Install them into ${cacheText()}? [y/N] `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}
