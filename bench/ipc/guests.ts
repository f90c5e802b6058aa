/**
 * The Wasm that the peers share: guests and adapters from WAT, and components.
 *
 * Every Wasm peer runs the same two hand-written guests, or the same two lean
 * ones. The lean guests are ordinary Atoll apps; the floor joins the core
 * module that lies inside their components.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NotInstalled } from "./peers/peer.ts";
import { source, toolchainHash, type Workspace } from "./workspace.ts";

type WasmTools = typeof import("@bytecodealliance/jco-transpile/wasm-tools");

/** What assembles WAT and makes components; what building apps needs has it. */
async function wasmTools(): Promise<WasmTools> {
  try {
    return await import("@bytecodealliance/jco-transpile/wasm-tools");
  } catch {
    throw new NotInstalled(
      "the package @bytecodealliance/jco-transpile is not installed",
      "npm install (without --omit=optional) in the project's folder",
    );
  }
}

/** A core module from a WAT file below bench/ipc/. */
export async function assembled(path: string, workspace: Workspace): Promise<Uint8Array> {
  const text = source(path);
  const folder = await workspace.made("wat", [text], async (folder) => {
    const { parse } = await wasmTools();
    writeFileSync(join(folder, "module.wasm"), await parse(text));
  });
  return readFileSync(join(folder, "module.wasm"));
}

export type GuestKind = "lean" | "wat";
export type Side = "callee" | "caller";
/** In the order of building: the caller imports what the callee exports. */
const SIDES: readonly Side[] = ["callee", "caller"];

/** A hand-written guest as a component, strings UTF-8. */
export async function watComponent(side: Side, workspace: Workspace): Promise<Uint8Array> {
  const core = await assembled(`guests/wat/${side}.wat`, workspace);
  const folder = await workspace.made(`${side}-wat`, [core, source("guests/ops.wit")], async (folder) => {
    const { componentEmbed, componentNew } = await wasmTools();
    const witPath = join(import.meta.dirname, "guests/ops.wit");
    const embedded = await componentEmbed({ binary: core, witPath, stringEncoding: "utf8", world: side });
    writeFileSync(join(folder, "component.wasm"), await componentNew(embedded));
  });
  return readFileSync(join(folder, "component.wasm"));
}

/** A lean guest as a component: an Atoll app, built as `atoll build` does, strings UTF-16. */
async function leanComponent(side: Side, workspace: Workspace): Promise<Uint8Array> {
  const sources = SIDES.map((side) => source(`guests/lean/${side}.ts`));
  const folder = await workspace.made("lean", [...sources, toolchainHash()], async (folder) => {
    const { compileLean } = await import("../../toolchain/compile/index.ts");
    const siblings: { file: string; wit: string }[] = [];
    for (const [i, side] of SIDES.entries()) {
      const app = join(folder, `${side}.ts`);
      writeFileSync(app, sources[i]!);
      const { exported } = await compileLean({ app, siblings });
      siblings.push({ file: app, wit: exported });
    }
  });
  return readFileSync(join(folder, `build/${side}.wasm`));
}

export function guestComponent(kind: GuestKind, side: Side, workspace: Workspace): Promise<Uint8Array> {
  return kind === "lean" ? leanComponent(side, workspace) : watComponent(side, workspace);
}
