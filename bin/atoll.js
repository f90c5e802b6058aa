#!/usr/bin/env node
// Starts Atoll's command line on a Node that can run it: 26 or newer. An older
// Node starts the one that the npm package `node` brings and stands in for it:
// same streams, same signals, same end. From a checkout the TypeScript sources
// run as they are; a package carries dist/.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as modules from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NEEDED = 26;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= NEEDED) {
  keepCompiled();
  const source = join(here, "../cli/main.ts");
  const main = existsSync(source) ? source : join(here, "../dist/cli/main.js");
  await import(pathToFileURL(main).href);
} else {
  const node = newerNode();
  if (node === undefined) {
    console.error(
      `atoll: Node ${NEEDED} or newer is needed, this is ${process.versions.node}, and the npm package "node" is not installed.\n` +
        `Install it beside atoll-os (npm install node@${NEEDED}), or start atoll with a newer Node.`,
    );
    process.exit(1);
  }
  standInFor(node);
}

/**
 * What was stripped of types and compiled once is not again, here and in threads: half the time of most commands.
 * In the user's own cache: code is run from there, and a folder for temporary files is everybody's.
 */
function keepCompiled() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const { directory } = modules.enableCompileCache(process.env.NODE_COMPILE_CACHE || join(cache, "atoll"));
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
}

function newerNode() {
  try {
    const binary = join(
      dirname(modules.createRequire(import.meta.url).resolve("node/package.json")),
      "bin/node",
    );
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} node */
function standInFor(node) {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: "inherit" });
  // A terminal sends Ctrl-C to the child as well: passing it on would be a second one.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !atTerminal) child.kill(signal);
    });
  }
  child.once("error", (error) => {
    console.error(`atoll: ${node} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
