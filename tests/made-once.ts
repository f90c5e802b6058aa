/**
 * What several suites need and takes long to make: one makes it, the others, at the same time or later, wait.
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Milliseconds after which somebody who makes it must have been ended. */
const STALE = 120_000;

/** Makes `folder`, which appears whole. `make` is given the path of one that is not there yet. */
export function madeOnce(folder: string, make: (folder: string) => void): void {
  mkdirSync(dirname(folder), { recursive: true });
  while (!existsSync(folder)) makeOrWait(folder, make);
}

function makeOrWait(folder: string, make: (folder: string) => void): void {
  const lock = `${folder}.lock`;
  try {
    mkdirSync(lock);
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > STALE) rmSync(lock, { recursive: true, force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    return;
  }
  try {
    if (existsSync(folder)) return;
    const own = `${folder}.${process.pid}`;
    rmSync(own, { recursive: true, force: true });
    make(own);
    renameSync(own, folder);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
