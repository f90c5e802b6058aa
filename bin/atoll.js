#!/usr/bin/env node
// Starts Atoll's command line on a Node that can run it: 26 or newer. An older
// Node re-executes with the one that the npm package `node` brings. From a
// checkout the TypeScript sources run as they are; a package carries dist/.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NEEDED = 26;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= NEEDED) {
  const source = join(here, "../cli/main.ts");
  await import(pathToFileURL(existsSync(source) ? source : join(here, "../dist/cli/main.js")).href);
} else {
  const node = newerNode();
  if (node === undefined) {
    console.error(
      `atoll: Node ${NEEDED} or newer is needed, this is ${process.versions.node}, and the npm package "node" is not installed.\n` +
        `Install it beside atoll-os (npm install node@${NEEDED}), or start atoll with a newer Node.`,
    );
    process.exit(1);
  }
  const child = spawnSync(
    node,
    [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: "inherit",
    },
  );
  process.exit(child.status ?? 1);
}

function newerNode() {
  try {
    const binary = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin/node");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
