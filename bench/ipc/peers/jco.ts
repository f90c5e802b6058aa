/**
 * `jco-*`: two components composed, and transpiled by jco.
 *
 * Its guests use UTF-8: it cannot transpile a call between two UTF-16 components
 * at all (1.35 ends with "not implemented: utf16 copier"). They are the lean apps
 * with their text as UTF-8 bytes, for comparison with lean on Atoll; `-wat` runs
 * the minimal hand-written ones. 1.16.1 is the last release before the
 * bookkeeping for asynchronous calls, and the fastest.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { composed } from "../composition.ts";
import type { GuestKind } from "../guests.ts";
import { NotInstalled } from "../../harness/peer.ts";
import { ROOT, type Workspace } from "../../harness/workspace.ts";
import { type HostedPeer, hosted } from "./peer.ts";

interface Options {
  /** Under which name bench/package.json installs it. */
  readonly package: string;
  readonly multiMemory: boolean;
  /** One pair of each kind. */
  readonly guests: readonly GuestKind[];
}
const OPTIONS: Record<string, Options> = {
  "jco-1.35": { package: "jco-1-35", multiMemory: false, guests: ["lean-utf8"] },
  "jco-1.35-mm": { package: "jco-1-35", multiMemory: true, guests: ["lean-utf8"] },
  "jco-1.16-mm": { package: "jco-1-16", multiMemory: true, guests: ["lean-utf8"] },
  "jco-1.16-mm-wat": { package: "jco-1-16", multiMemory: true, guests: ["wat", "cells"] },
};

/** The callers' loops by interface and function. */
type Exports = Readonly<Record<string, Record<string, (...values: number[]) => number>>>;

/** What jco writes with `instantiation: "async"`. */
interface Transpiled {
  instantiate(compile: (file: string) => Promise<WebAssembly.Module>, imports: object): Promise<Exports>;
}

export const jco: HostedPeer = {
  async prepare(transport, workspace) {
    const { guests, ...options } = OPTIONS[transport]!;
    for (const kind of guests) await transpiled(kind, options, workspace);
    return hosted(transport, workspace);
  },
  async open(transport, workspace) {
    const { guests, ...options } = OPTIONS[transport]!;
    const callers = guests.map(async (kind) => exportsOf(await transpiled(kind, options, workspace)));
    const exported = Object.assign({}, ...(await Promise.all(callers))) as Exports;
    return (c, rounds) => {
      const runs = exported[camelCase(c.run.interface ?? "runs")]!;
      return runs[camelCase(c.run.function)]!(...c.run.arguments, rounds);
    };
  },
};

async function exportsOf(folder: string): Promise<Exports> {
  const app = (await import(pathToFileURL(join(folder, "app.js")).href)) as Transpiled;
  return app.instantiate((file) => WebAssembly.compile(readFileSync(join(folder, file))), {});
}

/** The version of an installed jco, for the report; undefined when there is none. */
export function jcoVersion(name: string): string | undefined {
  const manifest = join(ROOT, "bench/node_modules", name, "package.json");
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

async function transpiled(
  kind: GuestKind,
  options: Omit<Options, "guests">,
  workspace: Workspace,
): Promise<string> {
  const version = jcoVersion(options.package);
  if (version === undefined)
    throw new NotInstalled(`${options.package} is not installed in bench/`, "npm run bench");
  const component = await composed(kind, workspace);
  const inputs = [component, version, String(options.multiMemory)];
  return workspace.made(options.package, inputs, async (folder) => {
    writeFileSync(join(folder, "composed.wasm"), component);
    // In a process of its own: a panic would poison the transpiler's instance.
    const script = join(import.meta.dirname, "jco-transpile.ts");
    const job = spawnSync(process.execPath, [script, options.package, folder, String(options.multiMemory)], {
      encoding: "utf8",
    });
    if (job.status !== 0)
      throw new NotInstalled(
        `${options.package} ${version} could not transpile: ${job.stderr.trim().split("\n").at(-1)}`,
        "npm run bench",
      );
  });
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
