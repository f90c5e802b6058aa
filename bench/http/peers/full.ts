/**
 * `atoll-quickjs`, `atoll-starlingmonkey`: handlers in the full dialect, run by `atoll run`;
 * `jco-serve`: the very component of the latter, served by jco.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { installedPackage } from "../../../toolchain/compile/index.ts";
import { NotInstalled, type Peer } from "../../harness/peer.ts";
import { httpHash, ROOT, toolchainHash, type Workspace } from "../../harness/workspace.ts";

type Engine = "quickjs" | "starlingmonkey";

const HERE = import.meta.dirname;
const GUESTS = join(HERE, "../guests");
const ATOLL = join(ROOT, "bin/atoll.js");
const JCO = join(ROOT, "bench/node_modules/jco-1-35/dist/jco.js");

/** The peer of an engine: a system that is linked before. */
export function full(engine: Engine): Peer {
  return {
    prepare: async (_, workspace) => {
      const plan = join(await made(engine, workspace), "http.atoll");
      return {
        program: process.execPath,
        arguments: [join(HERE, "serve.ts"), process.execPath, ATOLL, "run", "--no-tags", plan],
      };
    },
  };
}

export const jco: Peer = {
  prepare: async (_, workspace) => {
    if (!existsSync(JCO)) throw new NotInstalled("jco 1.35 is not installed", "npm run bench installs it");
    const component = join(await made("starlingmonkey", workspace), "web.wasm");
    return {
      program: process.execPath,
      arguments: [join(HERE, "serve.ts"), process.execPath, join(HERE, "jco-server.ts"), JCO, component],
    };
  },
};

/** A folder with the component, `web.wasm`, and the linked system, `http.atoll`. */
function made(engine: Engine, workspace: Workspace): Promise<string> {
  const app = join(GUESTS, `${engine}.ts`);
  const missing = (["esbuild", "typescript", engine] as const).some(
    (key) => installedPackage(key, app) === undefined,
  );
  if (missing) {
    const hint = `node bin/atoll.js setup full --engine ${engine}`;
    throw new NotInstalled("the packages of the full dialect are not installed", hint);
  }
  const system = join(GUESTS, "full.ts");
  const sources = [app, system].map((file) => readFileSync(file));
  return workspace.made(`http-${engine}`, [...sources, toolchainHash(), httpHash()], async (folder) => {
    atoll("build", app, "-o", join(folder, "web.wasm"));
    atoll("link", system, "-o", join(folder, "http.atoll"), "--", engine);
  });
}

function atoll(...words: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [ATOLL, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim());
}
