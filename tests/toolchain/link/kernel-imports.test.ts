/**
 * Imports from the kernel are wired as devices are; what it calls has its types.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { Grant } from "../../../toolchain/link/plan.ts";
import { component, linked, refused, supervised, text } from "./guests.ts";

let kernel: KernelModules;
beforeAll(async () => {
  kernel = await builtKernel();
});

/** A component whose only code is what its world asks for. */
async function guest(world: string, code: string): Promise<Uint8Array> {
  return component(`package t:app@1.0.0;\nworld app {\n${world}\n}`, `(module ${code})`);
}

const SLEEP = `(import "atoll:kernel/time@0.1.0" "sleep" (func $sleep (param i64)))
  (func (export "run") (call $sleep (i64.const 1000)))`;
const sleeper = (): Promise<Uint8Array> =>
  guest("import atoll:kernel/time@0.1.0; export run: func();", SLEEP);

describe("without a kernel", () => {
  it("refuses imports of it, and says how to get one", async () => {
    const bytes = await sleeper();
    expect(refused(() => linked({ app: { bytes } }))).toBe(
      `wiring: process "app" (./app.wasm) imports "atoll:kernel/time@0.1.0", and the system has no kernel\nIn system.ts, beside processes: supervisor: {}. The system then runs under the kernel, which starts, supervises and schedules its processes.`,
    );
  });

  it("links what only exports what the kernel would call", async () => {
    const bytes = await guest(
      "export atoll:kernel/alarms@0.1.0;",
      `(func (export "atoll:kernel/alarms@0.1.0#alarm") (param i32))`,
    );
    expect(linked({ app: { bytes } }).plan.templates[0]?.exports.map(({ name }) => name)).toEqual([
      "atoll:kernel/alarms@0.1.0#alarm",
    ]);
  });
});

/** A component that exports a function `(token) -> ()` of an interface, in the text format. */
async function exporting(name: string, func: string, token: "u32" | "u64"): Promise<Uint8Array> {
  const core = token === "u32" ? "i32" : "i64";
  return text(`(component
    (core module $m (func (export "f") (param ${core})))
    (core instance $i (instantiate $m))
    (func $f (param "token" ${token}) (canon lift (core func $i "f")))
    (instance $e (export "${func}" (func $f)))
    (export "${name}" (instance $e)))`);
}

function grantsOf(bytes: Uint8Array, grants?: readonly Grant[]): readonly Grant[] | undefined {
  const { plan } = supervised({ app: { bytes, ...(grants && { grants }) } }, { kernel });
  return plan.root.processes[0]?.grants;
}

describe("under the kernel", () => {
  it("gives each process its own time and end, without being told to", async () => {
    const bytes = await guest(
      "import atoll:kernel/time@0.1.0; import atoll:kernel/process@0.1.0; export run: func();",
      `(import "atoll:kernel/time@0.1.0" "sleep" (func $sleep (param i64)))
       (import "atoll:kernel/process@0.1.0" "exit" (func $exit))
       (func (export "run") (call $sleep (i64.const 1000)) (call $exit))`,
    );
    expect(grantsOf(bytes)).toEqual([{ device: "atoll:kernel/time" }, { device: "atoll:kernel/process" }]);
  });

  it("gives a process that sleeps a stack of its own, and one that sets alarms none", async () => {
    const alarms = await guest(
      "import atoll:kernel/time@0.1.0; export atoll:kernel/alarms@0.1.0; export run: func();",
      `(import "atoll:kernel/time@0.1.0" "set-alarm" (func $set (param i32 i64 i32)))
       (memory (export "memory") 1)
       (func (export "atoll:kernel/alarms@0.1.0#alarm") (param i32))
       (func (export "run") (call $set (i32.const 1) (i64.const 1000) (i32.const 8)))`,
    );
    const bytes = await sleeper();
    const { plan } = supervised({ alarms: { bytes: alarms }, sleeper: { bytes } }, { kernel });
    expect(plan.root.processes.map(({ name, ownStack }) => [name, ownStack !== undefined])).toEqual([
      ["alarms", false],
      ["sleeper", true],
    ]);
  });

  it("refuses alarms that nobody would hear", async () => {
    const bytes = await guest(
      "import atoll:kernel/time@0.1.0; export run: func();",
      `(import "atoll:kernel/time@0.1.0" "set-alarm" (func $set (param i32 i64 i32)))
       (memory (export "memory") 1)
       (func (export "run") (call $set (i32.const 1) (i64.const 1000) (i32.const 8)))`,
    );
    expect(refused(() => supervised({ app: { bytes } }, { kernel }))).toMatchInlineSnapshot(`
      "wiring: process "app" (./app.wasm) calls "set-alarm" of "atoll:kernel/time@0.1.0", and does not export atoll:kernel/alarms@0.1.0, whose function "alarm" the kernel calls then
      In its program: // @export atoll:kernel/alarms among the first comments, and export function alarm(…). See docs/kernel.md."
    `);
  });

  it("lets nobody look who is not granted it", async () => {
    const bytes = await guest(
      "import atoll:kernel/introspect@0.1.0; export run: func();",
      `(import "atoll:kernel/introspect@0.1.0" "totals" (func $totals (param i32)))
       (memory (export "memory") 1) (func (export "run") (call $totals (i32.const 8)))`,
    );
    expect(refused(() => supervised({ app: { bytes } }, { kernel }))).toMatchInlineSnapshot(`
      "wiring: process "app" (./app.wasm) imports "atoll:kernel/introspect@0.1.0", and is not granted it
      In system.ts, process "app": grants: [introspection()]; import { introspection } from "atoll-os""
    `);
    const granted: Grant = { device: "atoll:kernel/introspect" };
    expect(grantsOf(bytes, [granted])).toEqual([granted]);
  });

  it("keeps what the kernel calls in a domain, whose other exports go", async () => {
    const bytes = await guest(
      "export atoll:kernel/alarms@0.1.0; export run: func() -> u32;",
      `(func (export "atoll:kernel/alarms@0.1.0#alarm") (param i32)) (func (export "run") (result i32) (i32.const 0))`,
    );
    const other = await guest("export run: func();", `(func (export "run"))`);
    const fused = { a: { bytes, domain: "one" }, b: { bytes: other, domain: "one" } };
    const { plan } = linked(fused, undefined, { called: false });
    const names = plan.templates.flatMap(({ exports }) => exports.map(({ name }) => name));
    expect(names).toEqual(["atoll:kernel/alarms@0.1.0#alarm"]);
    const twice = { ...fused, c: { bytes, domain: "one" } };
    expect(refused(() => linked(twice))).toContain(
      'processes "a" and "c" both export "atoll:kernel/alarms@0.1.0", and are in the domain "one", which is one process to the kernel',
    );
  });
});

describe("a signal that the kernel could not call", () => {
  it("has another type", async () => {
    const bytes = await exporting("atoll:kernel/alarms@0.1.0", "alarm", "u64");
    expect(refused(() => linked({ app: { bytes } }))).toMatchInlineSnapshot(`
      "type: process "app" (./app.wasm) exports "atoll:kernel/alarms@0.1.0": the kernel calls its function "alarm": expected func(token: u32), found func(token: u64)
      Build it against wit/kernel.wit."
    `);
  });

  it("has another name", async () => {
    const bytes = await exporting("atoll:kernel/alarms@0.1.0", "alert", "u32");
    expect(refused(() => linked({ app: { bytes } }))).toMatchInlineSnapshot(`
      "type: process "app" (./app.wasm) exports "atoll:kernel/alarms@0.1.0": the kernel calls its function "alarm": expected func(token: u32), found nothing
      Build it against wit/kernel.wit."
    `);
  });

  it("is of another version", async () => {
    const bytes = await exporting("atoll:kernel/alarms@0.2.0", "alarm", "u32");
    expect(refused(() => linked({ app: { bytes } }))).toMatchInlineSnapshot(`
      "wiring: process "app" (./app.wasm) exports "atoll:kernel/alarms@0.2.0", and this Atoll has atoll:kernel/alarms@0.1.0
      Build the component against this version, or update atoll-os."
    `);
  });
});

it("names what there is when an interface is not there", async () => {
  const bytes = await text(`(component
    (import "atoll:kernel/tyme@0.1.0" (instance $t (export "sleep" (func))))
    (core func $s (canon lower (func $t "sleep")))
    (core module $m (import "" "s" (func $s)) (func (export "run") (call $s)))
    (core instance $i (instantiate $m (with "" (instance (export "s" (func $s))))))
    (func (export "run") (canon lift (core func $i "run"))))`);
  expect(refused(() => linked({ app: { bytes } }))).toContain(
    'Atoll has no such interface. Did you mean "atoll:kernel/time"?',
  );
});
