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
import { source, type Workspace } from "./workspace.ts";

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

/** A lean guest as a component: an Atoll app, strings UTF-16. */
async function leanComponent(_side: Side, _workspace: Workspace): Promise<Uint8Array> {
  throw new Error("not yet");
}

export function guestComponent(kind: GuestKind, side: Side, workspace: Workspace): Promise<Uint8Array> {
  return kind === "lean" ? leanComponent(side, workspace) : watComponent(side, workspace);
}
