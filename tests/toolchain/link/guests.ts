/**
 * Components for tests: core modules in WAT with a world in WIT, or component text.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import type { Grant } from "../../../toolchain/link/plan.ts";
import type { SystemConfig } from "../../../toolchain/link/index.ts";
import { link, LinkError, type LinkInput, type LinkResult } from "../../../toolchain/link/index.ts";
import { AFTER_RESET } from "../../after-reset/pool.ts";
import { inOneDomain } from "../../fused/mode.ts";

export type Encoding = "utf8" | "utf16" | "compact-utf16";

/** Memory with a bump allocator, as guests without a runtime have it; shrinks in place. */
export const ALLOCATOR = `
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
    (if (i32.and (i32.ne (local.get $size) (i32.const 0)) (i32.le_u (local.get $new) (local.get $size)))
      (then (return (local.get $old))))
    (global.set $top (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (memory.copy (global.get $top) (local.get $old) (local.get $size))
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (local.get $new))))`;

/** Wraps a core module in WAT into a component with the only world of the WIT text. */
export async function component(wit: string, wat: string, encoding: Encoding = "utf16"): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-link-"));
  try {
    writeFileSync(join(folder, "world.wit"), wit);
    copyPackages(join(folder, "deps"));
    const binary = await parse(wat);
    return await componentNew(await componentEmbed({ binary, witPath: folder, stringEncoding: encoding }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Those of Atoll's own packages that apps may use: a folder for each. */
function copyPackages(into: string): void {
  const wit = new URL("../../../wit/", import.meta.url);
  for (const file of readdirSync(wit).filter((name) => name.endsWith(".wit"))) {
    mkdirSync(join(into, basename(file, ".wit")), { recursive: true });
    cpSync(new URL(file, wit), join(into, basename(file, ".wit"), file));
  }
}

/** A component, or a core module, in the text format. */
export async function text(source: string): Promise<Uint8Array> {
  return await parse(source);
}

export const CONSOLE: Grant = { device: "atoll:device/console" };
export const CLOCK: Grant = { device: "atoll:device/clock" };

/** Processes whose components are given as bytes. */
export type Guests = Readonly<
  Record<string, { readonly bytes: Uint8Array } & Omit<SystemConfig["processes"][string], "component">>
>;

/** Links processes whose components are given as bytes; a process's file is `./<name>.wasm`. */
export function linked(
  processes: Guests,
  entry?: SystemConfig["entry"],
  options: Pick<LinkInput, "reset" | "called" | "optimised" | "shims"> = {},
): LinkResult {
  return link(inOneDomain({ ...inputOf(processes, entry), reset: AFTER_RESET, ...options }));
}

/** The same under the kernel; `kernel` is what `builtKernel` returns. */
export function supervised(
  processes: Guests,
  options: Pick<SystemConfig, "entry" | "supervisor" | "control"> &
    Pick<LinkInput, "reset" | "called" | "kernel" | "meter">,
): LinkResult {
  const { entry, supervisor = {}, control, ...rest } = options;
  const { config, components } = inputOf(processes, entry);
  const kernel = { supervisor, ...(control !== undefined && { control }) };
  return link({ config: { ...config, ...kernel }, components, ...rest });
}

/** A system of them, without anything around it. */
export function inputOf(processes: Guests, entry: SystemConfig["entry"]): LinkInput {
  const components = new Map(Object.entries(processes).map(([name, { bytes }]) => [`./${name}.wasm`, bytes]));
  const config = Object.entries(processes).map(([name, process]) => {
    const rest: { bytes?: Uint8Array } = { ...process };
    delete rest.bytes;
    return [name, { component: `./${name}.wasm`, ...rest }];
  });
  return {
    config: { name: "test", processes: Object.fromEntries(config), ...(entry !== undefined && { entry }) },
    components,
  };
}

/** The error that linking throws, as `code: message`. */
export function refused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LinkError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "linked";
}
