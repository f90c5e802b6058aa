/**
 * Link plans written by hand in WAT, so that the host is tested without a linker.
 *
 * A system here is named modules plus what `LinkPlan` says of them; helpers fill
 * in what most tests have alike: a transfer memory, one process, its devices.
 */
import { createHash } from "node:crypto";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import {
  PLAN_VERSION,
  type Edge,
  type Entry,
  type Grant,
  type LinkPlan,
  type PlanModule,
  type Process,
  type Source,
  type Template,
} from "../../toolchain/link/plan.ts";

export interface ModuleText {
  /** Without `(module $name` and the last parenthesis. */
  readonly wat: string;
  readonly role?: PlanModule["role"];
  readonly sourceMap?: string;
}

export async function planOf(
  modules: Readonly<Record<string, ModuleText>>,
  templates: readonly Template[],
  root: { processes: readonly Process[]; edges?: readonly Edge[]; entry?: Entry; transfer?: number },
): Promise<LinkPlan> {
  const made: PlanModule[] = [];
  for (const [name, { wat, role = "guest", sourceMap }] of Object.entries(modules)) {
    const bytes = await assemble(`(module $${JSON.stringify(name)} ${wat})`);
    const hash = createHash("sha256").update(bytes).digest("hex");
    made.push({ name, role, hash, bytes, ...(sourceMap !== undefined && { sourceMap }) });
  }
  return {
    version: PLAN_VERSION,
    system: "hand-made",
    modules: made,
    templates,
    root: { edges: [], ...root },
  };
}

export async function assemble(wat: string): Promise<Uint8Array> {
  return new Uint8Array(await parse(wat));
}

/** A template of one core instance; `imports` are its holes, a slot for each function, in order. */
export function template(
  name: string,
  module: number,
  imports: Readonly<Record<string, readonly string[]>> = {},
): Template {
  let entry = 0;
  const holes = Object.entries(imports).map(([name, functions]) => ({
    name,
    functions: functions.map((name) => ({
      name,
      type: "func()",
      async: false,
      slots: [{ instance: 0, entry: entry++ }],
    })),
  }));
  return {
    name,
    component: "0".repeat(64),
    wit: "",
    instances: [{ module, imports: [] }],
    initialisers: [],
    holes,
    exports: [],
    memories: "guarded",
    quotas: {},
  };
}

/** A bump allocator over one page that grows. */
export const TRANSFER: ModuleText = {
  role: "transfer",
  wat: `
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 16))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
        (then (if (i32.eq (i32.const -1)
            (memory.grow (i32.add (i32.const 1) (i32.div_u (local.get $size) (i32.const 65536)))))
          (then unreachable))))
      local.get $at)
    (func (export "reset") (global.set $next (i32.const 16)))`,
};

/** Imports that every adapter below needs. */
const TRANSFER_IMPORTS = `
  (import "transfer" "memory" (memory $transfer 1))
  (import "transfer" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))`;

/** `write-line` for a guest with `memory`, `read-line` that returns the length or -1, `now`. */
const CONSOLE_ADAPTER: ModuleText = {
  role: "adapter",
  wat: `
    (import "guest" "memory" (memory $guest 1))
    ${TRANSFER_IMPORTS}
    (import "device" "write-line" (func $write (param i32 i32)))
    (import "device" "read-line" (func $read (result i32)))
    (func (export "write-line") (param $at i32) (param $length i32)
      (local $copy i32)
      (local.set $copy (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length)))
      (memory.copy $transfer $guest (local.get $copy) (local.get $at) (local.get $length))
      (call $write (local.get $copy) (local.get $length)))
    (func (export "read-line") (param $at i32) (result i32)
      (local $result i32)
      (local.set $result (call $read))
      (if (result i32) (i32.load8_u $transfer (local.get $result))
        (then
          (memory.copy $guest $transfer (local.get $at)
            (i32.load $transfer offset=4 (local.get $result)) (i32.load $transfer offset=8 (local.get $result)))
          (i32.load $transfer offset=8 (local.get $result)))
        (else (i32.const -1))))`,
};

/** The entry's adapter: calls `run` of the guest and stores what it returns as the exit code. */
export const ENTRY_ADAPTER: ModuleText = {
  role: "adapter",
  wat: `
    ${TRANSFER_IMPORTS}
    (import "guest" "run" (func $run (result i32)))
    (func (export "entry") (result i32)
      (local $at i32)
      (local.set $at (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 12)))
      (memory.fill (local.get $at) (i32.const 0) (i32.const 12))
      (i32.store (local.get $at) (call $run))
      local.get $at)`,
};

/** What a guest of `consolePlan` begins with: `$write (ptr, len)` and `$read (ptr) -> length or -1`. */
const CONSOLE_GUEST = `
  (table (export "atoll:slots") 2 funcref)
  (memory (export "memory") 1)
  (type $write (func (param i32 i32)))
  (type $read (func (param i32) (result i32)))
  (func $write (param i32 i32)
    (call_indirect (type $write) (local.get 0) (local.get 1) (i32.const 0)))
  (func $read (param i32) (result i32)
    (call_indirect (type $read) (local.get 0) (i32.const 1)))`;

/** One process named `app` with a console; `wat` must export `run: () -> i32`. */
export async function consolePlan(wat: string, sourceMap?: string): Promise<LinkPlan> {
  const console = "atoll:device/console@0.1.0";
  const guest = { wat: CONSOLE_GUEST + wat, ...(sourceMap !== undefined && { sourceMap }) };
  const grants: Grant[] = [{ device: "atoll:device/console" }];
  const edge: Edge = {
    consumer: 0,
    hole: 0,
    provider: { kind: "device", grant: 0 },
    binding: "plain",
    adapters: [
      {
        module: 2,
        imports: [
          { module: "guest", name: "memory", from: ofProcess(0, "memory") },
          ...transferImports(),
          { module: "device", name: "write-line", from: deviceFunction("write-line") },
          { module: "device", name: "read-line", from: deviceFunction("read-line") },
        ],
      },
    ],
    functions: ["write-line", "read-line"].map((name) => ({
      name,
      target: { kind: "adapter", adapter: 0, export: name },
      reason: "",
    })),
  };
  return planOf(
    { app: guest, transfer: TRANSFER, "app to console": CONSOLE_ADAPTER, "entry of app": ENTRY_ADAPTER },
    [template("app", 0, { [console]: ["write-line", "read-line"] })],
    { processes: [{ name: "app", template: 0, grants }], edges: [edge], entry: entry(0, 3), transfer: 1 },
  );
}

/** The entry `run` of a process, through the entry adapter in module `adapter`. */
export function entry(process: number, adapter: number): Entry {
  return {
    process,
    function: "run",
    adapters: [
      {
        module: adapter,
        imports: [...transferImports(), { module: "guest", name: "run", from: ofProcess(process, "run") }],
      },
    ],
    target: { kind: "adapter", adapter: 0, export: "entry" },
  };
}

export function ofProcess(
  process: number,
  name: string,
): { kind: "process"; process: number; item: { instance: number; export: string } } {
  return { kind: "process", process, item: { instance: 0, export: name } };
}

function transferImports(): Edge["adapters"][number]["imports"][number][] {
  return [
    { module: "transfer", name: "memory", from: { kind: "transfer", export: "memory" } },
    { module: "transfer", name: "realloc", from: { kind: "transfer", export: "realloc" } },
  ];
}

function deviceFunction(name: string): Source {
  return { kind: "device", process: 0, grant: 0, function: name };
}
