/** Bringing a plan up: order, bindings, and plans that do not fit. */
import { describe, expect, it } from "vitest";
import { runSystem } from "../../host-linux/index.ts";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import {
  ENTRY_ADAPTER,
  TRANSFER,
  consolePlan,
  entry,
  ofProcess,
  planOf,
  template,
} from "./hand-made-plan.ts";

async function failure(plan: LinkPlan): Promise<string> {
  const outcome = await runSystem(plan, { base: "." });
  if (outcome.kind !== "failed") throw new Error(`expected a failure, found ${JSON.stringify(outcome)}`);
  return outcome.message;
}

const MAIN = { wat: `(func (export "run") (result i32) i32.const 0)` };
const APP = [{ name: "app", template: 0, grants: [] }];
const WITH_ENTRY = { processes: APP, entry: entry(0, 2), transfer: 1 };

describe("a system", () => {
  it("runs its initialisers after the slots are filled", async () => {
    const guest = {
      wat: `(table (export "atoll:slots") 1 funcref) (type $t (func (result i32))) (global $seen (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $seen (call_indirect (type $t) (i32.const 0))))
        (func (export "run") (result i32) global.get $seen)`,
    };
    const hole = { "local:number/api": ["get"] };
    const plan = await planOf(
      {
        app: guest,
        transfer: TRANSFER,
        entry: ENTRY_ADAPTER,
        number: { wat: `(func (export "get") (result i32) i32.const 42)` },
      },
      [
        { ...template("app", 0, hole), initialisers: [{ instance: 0, export: "_initialize" }] },
        template("number", 3),
      ],
      {
        processes: [...APP, { name: "number", template: 1, grants: [] }],
        edges: [
          {
            consumer: 0,
            hole: 0,
            provider: { kind: "process", process: 1, name: "local:number/api" },
            binding: "plain",
            adapters: [],
            functions: [{ name: "get", target: ofProcess(1, "get"), reason: "" }],
          },
        ],
        entry: entry(0, 2),
        transfer: 1,
      },
    );
    expect(await runSystem(plan, { base: "." })).toEqual({ kind: "ended", exitCode: 42, readings: [] });
  });

  it("has a core instance import from an earlier one", async () => {
    const plan = await planOf(
      {
        lower: { wat: `(func (export "f") (result i32) i32.const 9)` },
        transfer: TRANSFER,
        entry: ENTRY_ADAPTER,
        app: {
          wat: `(import "lower" "f" (func $f (result i32))) (func (export "run") (result i32) call $f)`,
        },
      },
      [
        {
          ...template("app", 0),
          instances: [
            { module: 0, imports: [] },
            { module: 3, imports: [{ module: "lower", name: "f", from: { instance: 0, export: "f" } }] },
          ],
        },
      ],
      {
        processes: APP,
        transfer: 1,
        entry: {
          ...entry(0, 2),
          adapters: entry(0, 2).adapters.map((adapter) => ({
            ...adapter,
            imports: adapter.imports.map((one) =>
              one.from.kind === "process"
                ? { ...one, from: { ...one.from, item: { instance: 1, export: "run" } } }
                : one,
            ),
          })),
        },
      },
    );
    expect(await runSystem(plan, { base: "." })).toEqual({ kind: "ended", exitCode: 9, readings: [] });
  });

  it("gives the entry's message", async () => {
    const said = {
      role: "adapter" as const,
      wat: `(import "transfer" "memory" (memory 1)) (data "\\03\\00\\00\\00\\10\\00\\00\\00\\04\\00\\00\\00oh \\21")
        (func (export "entry") (result i32)
          (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 12))
          (memory.init 0 (i32.const 16) (i32.const 12) (i32.const 4))
          i32.const 0)`,
    };
    const memory = { kind: "transfer", export: "memory" } as const;
    const plan = await planOf({ app: MAIN, transfer: TRANSFER, said }, [template("app", 0)], {
      processes: APP,
      transfer: 1,
      entry: {
        process: 0,
        function: "run",
        adapters: [{ module: 2, imports: [{ module: "transfer", name: "memory", from: memory }] }],
        target: { kind: "adapter", adapter: 0, export: "entry" },
      },
    });
    expect(await runSystem(plan, { base: "." })).toEqual({
      kind: "ended",
      exitCode: 3,
      message: "oh !",
      readings: [],
    });
  });
});

describe("a plan that does not fit", () => {
  const modules = { app: MAIN, transfer: TRANSFER, entry: ENTRY_ADAPTER };

  it("without an entry", async () => {
    const plan = await planOf({ app: MAIN }, [template("app", 0)], { processes: APP });
    expect(await failure(plan)).toMatch(/^System hand-made has no entry/);
  });

  it("with a module that is not one", async () => {
    const plan = await planOf(modules, [template("app", 0)], WITH_ENTRY);
    const broken = {
      ...plan,
      modules: plan.modules.map((module, i) =>
        i === 0 ? { ...module, bytes: module.bytes.slice(0, 20) } : module,
      ),
    };
    expect(await failure(broken)).toMatch(
      /^process app: module app cannot be instantiated: .*WebAssembly.Module/,
    );
  });

  it("with an import that nobody gives", async () => {
    const app = { wat: `(import "env" "abort" (func)) ${MAIN.wat}` };
    const plan = await planOf({ ...modules, app }, [template("app", 0)], WITH_ENTRY);
    expect(await failure(plan)).toMatch(/^process app: module app cannot be instantiated: .*env/);
  });

  it("with an export that is not there", async () => {
    const plan = await planOf({ ...modules, app: { wat: "" } }, [template("app", 0)], WITH_ENTRY);
    expect(await failure(plan)).toBe('process app, core instance 0: expected an export "run", found none.');
  });

  it("with a slot that is not there", async () => {
    const plan = await consolePlan(MAIN.wat);
    const [first] = plan.templates;
    const holes = first!.holes.map((hole) => ({
      ...hole,
      functions: hole.functions.map((one) => ({ ...one, slots: [{ instance: 0, entry: 99 }] })),
    }));
    expect(await failure({ ...plan, templates: [{ ...first!, holes }] })).toMatch(
      /^process app, import atoll:device\/console@0.1.0, function write-line: slot 99 cannot be filled/,
    );
  });

  it("with a device function that is not there", async () => {
    const plan = await consolePlan(MAIN.wat);
    const edges = plan.root.edges.map((edge) => ({
      ...edge,
      adapters: edge.adapters.map((adapter) => ({
        ...adapter,
        imports: adapter.imports.map((one) =>
          one.from.kind === "device" ? { ...one, from: { ...one.from, function: "constructor" } } : one,
        ),
      })),
    }));
    expect(await failure({ ...plan, root: { ...plan.root, edges } })).toBe(
      "atoll:device/console has no function constructor; it has write-line, read-line.",
    );
  });

  it("with an entry result outside the transfer memory", async () => {
    const bad = { role: "adapter" as const, wat: `(func (export "entry") (result i32) i32.const -4)` };
    const plan = await planOf({ ...modules, entry: bad }, [template("app", 0)], {
      ...WITH_ENTRY,
      entry: {
        process: 0,
        function: "run",
        adapters: [{ module: 2, imports: [] }],
        target: { kind: "adapter", adapter: 0, export: "entry" },
      },
    });
    expect(await failure(plan)).toMatch(/transfer memory of 65536/);
  });
});
