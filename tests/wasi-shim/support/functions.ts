/** Every function of WASI 0.2.12, read from its WIT, the unstable ones too. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface WasiFunction {
  /** Such as `wasi:io/poll`. */
  readonly interface: string;
  /** `wasi:io/poll#poll`, `wasi:io/poll#pollable.ready`; a constructor is `…#fields.constructor`. */
  readonly id: string;
  /** The feature that has to be switched on for it: tools leave it out otherwise. */
  readonly unstable?: string;
}

const DEPS = new URL("../../../wasi-shim/wit/deps/", import.meta.url).pathname;

/** In the order of the specification's packages. */
const PACKAGES = ["io", "cli", "clocks", "random", "filesystem", "sockets", "http"];

export function wasiFunctions(): WasiFunction[] {
  return PACKAGES.flatMap((name) => {
    const files = readdirSync(join(DEPS, name)).filter((file) => file.endsWith(".wit"));
    return files.sort().flatMap((file) => functionsIn(name, readFileSync(join(DEPS, name, file), "utf8")));
  });
}

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly unstable: string | undefined;
}

/** Marks, what opens a block or is a function, and what ends either. */
const TOKEN =
  /@unstable\(feature = ([\w-]+)\)|\b(interface|world|resource)\s+%?([\w-]+)\s*\{|%?([\w-]+)\s*:\s*(?:static\s+)?func\b|\b(constructor)\s*\(|[{};]/g;

function functionsIn(name: string, text: string): WasiFunction[] {
  const found: WasiFunction[] = [];
  const blocks: Block[] = [];
  let mark: string | undefined;
  for (const [token, feature, kind, opened, named, constructor] of text
    .replaceAll(/\/\/.*/g, "")
    .matchAll(TOKEN)) {
    const member = named ?? constructor;
    if (feature !== undefined) mark = feature;
    else if (kind !== undefined) blocks.push({ kind, name: opened ?? "", unstable: mark });
    else if (member !== undefined) found.push(...functionOf(name, blocks, member, mark));
    else if (token === "{") blocks.push({ kind: "", name: "", unstable: undefined });
    else if (token === "}") blocks.pop();
    if (feature === undefined && member === undefined) mark = undefined;
  }
  return found;
}

/** None for what a world has. */
function functionOf(name: string, blocks: readonly Block[], member: string, mark?: string): WasiFunction[] {
  const face = blocks.find(({ kind }) => kind === "interface");
  if (face === undefined) return [];
  const resource = blocks.find(({ kind }) => kind === "resource")?.name;
  const unstable = mark ?? blocks.find((block) => block.unstable !== undefined)?.unstable;
  const owner = `wasi:${name}/${face.name}`;
  const id = `${owner}#${resource === undefined ? "" : `${resource}.`}${member}`;
  return [{ interface: owner, id, ...(unstable !== undefined && { unstable }) }];
}
