/**
 * The Wasm that the peers share: guests and adapters from WAT, and components.
 *
 * Every Wasm peer runs the same two hand-written guests, or the same two lean
 * ones. The lean guests are ordinary Atoll apps; the floor joins the core
 * module that lies inside their components.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NotInstalled } from "../harness/peer.ts";
import { toolchainHash, type Workspace } from "../harness/workspace.ts";
import { coreModule } from "./core-module.ts";

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

/** A source file by its path below this folder. */
function source(path: string): string {
  return readFileSync(join(import.meta.dirname, path), "utf8");
}

/** A core module from a WAT file below bench/ipc/. */
export async function assembled(path: string, workspace: Workspace): Promise<Uint8Array> {
  return assembledText(source(path), workspace);
}

async function assembledText(text: string, workspace: Workspace): Promise<Uint8Array> {
  const folder = await workspace.made("wat", [text], async (folder) => {
    const { parse } = await wasmTools();
    writeFileSync(join(folder, "module.wasm"), await parse(text));
  });
  return readFileSync(join(folder, "module.wasm"));
}

/**
 * Which guests: `wat` are the hand-written ones, UTF-8; `lean` the apps of
 * guests/lean, UTF-16; `lean-utf8` the same apps with text as UTF-8 bytes;
 * `text` a hand-written caller in UTF-8 and the hand-written callee in UTF-16;
 * `cells` and `lean-cells` those whose callee has a resource; `guarded` and
 * `guarded-cells` the hand-written ones with a caller that imports the guarded view.
 */
export type GuestKind =
  | "wat"
  | "lean"
  | "lean-utf8"
  | "text"
  | "cells"
  | "lean-cells"
  | "guarded"
  | "guarded-cells";
export type Side = "callee" | "caller";
/** In the order of building: the caller imports what the callee exports. */
const SIDES: readonly Side[] = ["callee", "caller"];

/** Between the guests, and what the caller's loops are exported as. */
export function interfacesOf(kind: GuestKind): { readonly between: string; readonly runs: string } {
  switch (kind) {
    case "cells":
    case "lean-cells":
    case "guarded-cells":
      return { between: "bench:ipc/cells", runs: "bench:ipc/cell-runs" };
    case "text":
      return { between: "bench:ipc/ops", runs: "bench:ipc/texts" };
    case "wat":
    case "lean":
    case "lean-utf8":
    case "guarded":
  }
  return { between: "bench:ipc/ops", runs: "bench:ipc/runs" };
}

export async function guestComponent(kind: GuestKind, side: Side, workspace: Workspace): Promise<Uint8Array> {
  switch (kind) {
    case "wat":
      return handWritten(side, side, "utf8", workspace);
    case "text":
      return side === "caller"
        ? handWritten("text-caller", "text-caller", "utf8", workspace)
        : handWritten("callee", "callee", "utf16", workspace);
    case "cells":
      return handWritten(`cells-${side}`, `cells-${side}`, "utf8", workspace);
    case "guarded":
      return side === "callee"
        ? handWritten("callee", "callee", "utf8", workspace)
        : embedded(
            await guardedCaller("caller", "guarded-ops", workspace),
            { world: "guarded-caller" },
            workspace,
          );
    case "guarded-cells":
      return side === "callee"
        ? handWritten("cells-callee", "cells-callee", "utf8", workspace)
        : embedded(
            await guardedCaller("cells-caller", "guarded-cells", workspace),
            { world: "guarded-cells-caller" },
            workspace,
          );
    case "lean":
      return leanComponent(LEAN, "utf16", side, workspace);
    case "lean-cells":
      return leanComponent(LEAN_CELLS, "utf16", side, workspace);
    case "lean-utf8":
      return embedded(
        coreModule(await leanComponent(LEAN, "utf8", side, workspace), `${kind} ${side}`),
        { world: side },
        workspace,
      );
  }
}

/** A hand-written caller whose imports are functions that call over guarded bindings. */
function guardedCaller(caller: string, imports: string, workspace: Workspace): Promise<Uint8Array> {
  const own = source(`guests/wat/${caller}.wat`);
  const module = own
    .replaceAll(/^ *\(import .*\n/gm, "")
    .replace("(module\n", `(module\n${source(`guests/wat/${imports}.wat`)}`);
  return assembledText(module, workspace);
}

async function handWritten(
  file: string,
  world: string,
  encoding: "utf8" | "utf16",
  workspace: Workspace,
): Promise<Uint8Array> {
  return embedded(await assembled(`guests/wat/${file}.wat`, workspace), { world, encoding }, workspace);
}

/** The core modules of the two guests, as their components hold them. */
export async function coreModules(kind: GuestKind, workspace: Workspace): Promise<Record<Side, Uint8Array>> {
  const core = async (side: Side): Promise<Uint8Array> =>
    coreModule(await guestComponent(kind, side, workspace), `${kind} ${side}`);
  return { caller: await core("caller"), callee: await core("callee") };
}

/** A core module as a component of guests/ops.wit, strings UTF-8 unless said. */
async function embedded(
  core: Uint8Array,
  { world, encoding = "utf8" }: { readonly world: string; readonly encoding?: "utf8" | "utf16" },
  workspace: Workspace,
): Promise<Uint8Array> {
  const inputs = [core, source("guests/ops.wit"), encoding];
  const folder = await workspace.made(world, inputs, async (folder) => {
    const { componentEmbed, componentNew } = await wasmTools();
    const witPath = join(import.meta.dirname, "guests/ops.wit");
    const embedded = await componentEmbed({ binary: core, witPath, stringEncoding: encoding, world });
    writeFileSync(join(folder, "component.wasm"), await componentNew(embedded));
  });
  return readFileSync(join(folder, "component.wasm"));
}

/** Sources below guests/lean/, without `.ts`; also names of worlds. */
type LeanApps = Readonly<Record<Side, string>>;
const LEAN: LeanApps = { callee: "callee", caller: "caller" };
const LEAN_CELLS: LeanApps = { callee: "cells-callee", caller: "cells-caller" };

/**
 * A lean guest as a component: an Atoll app, built as `atoll build` does. With
 * `utf8` its text is `StaticArray<u8>`, so its component has lists of bytes
 * where the other has strings; the core module is that of UTF-8 strings. The
 * caller's world is written in WIT: an inferred one would import the guarded view.
 */
async function leanComponent(
  apps: LeanApps,
  text: "utf16" | "utf8",
  side: Side,
  workspace: Workspace,
): Promise<Uint8Array> {
  const sources = SIDES.map((side) => source(`guests/lean/${apps[side]}.ts`));
  const textType = source(`guests/lean/${text}.ts`);
  const ops = source("guests/ops.wit");
  const wit = text === "utf8" ? ops.replaceAll(/(?<=: |-> |<)string\b/g, "list<u8>") : ops;
  const inputs = [...sources, textType, wit, toolchainHash()];
  const folder = await workspace.made("lean", inputs, async (folder) => {
    const { compileLean } = await import("../../toolchain/compile/index.ts");
    writeFileSync(join(folder, "text.ts"), textType);
    writeFileSync(join(folder, "ops.wit"), wit);
    for (const [i, side] of SIDES.entries()) {
      const app = join(folder, `${side}.ts`);
      writeFileSync(app, sources[i]!);
      const world = side === "caller" ? { wit: join(folder, "ops.wit"), world: apps.caller } : {};
      await compileLean({ app, ...world });
    }
  });
  return readFileSync(join(folder, `build/${side}.wasm`));
}
