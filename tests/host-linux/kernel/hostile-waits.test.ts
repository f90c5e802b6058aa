/** A guest that catches everything outlives neither its exit nor the kill that ends its wait. */
import { beforeAll, expect, it } from "vitest";
import { runSystem, type Outcome } from "../../../host-linux/index.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { component, CONSOLE, supervised } from "../../toolchain/link/guests.ts";
import { Written } from "../written.ts";

let kernel: KernelModules;
beforeAll(async () => {
  kernel = await builtKernel();
});

/** At its first alarm it does what `code` says, catches whatever comes of it, and says that it is still there. */
function survivor(code: string): Promise<Uint8Array> {
  return component(
    `package t:p; world w {
       import atoll:device/console@0.1.0; import atoll:kernel/time@0.1.0; import atoll:kernel/process@0.1.0;
       import atoll:kernel/wakeup@0.1.0;
       export atoll:kernel/alarms@0.1.0; export run: func() -> u8;
     }`,
    `(module
       (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
       (import "atoll:kernel/time@0.1.0" "sleep" (func $sleep (param i64)))
       (import "atoll:kernel/time@0.1.0" "set-alarm" (func $alarm (param i32 i64 i32)))
       (import "atoll:kernel/wakeup@0.1.0" "wait" (func $wait (param i64)))
       (import "atoll:kernel/process@0.1.0" "exit" (func $exit))
       (memory (export "memory") 1) (data (i32.const 8) "survivedbegun")
       (func $tries (block $caught (try_table (catch_all $caught) ${code})) (call $write (i32.const 8) (i32.const 8)))
       (func (export "atoll:kernel/alarms@0.1.0#alarm") (param i32)
         (call $write (i32.const 16) (i32.const 5)) (call $tries))
       (func $start (call $alarm (i32.const 1) (i64.const 0) (i32.const 64)))
       (start $start)
       (func (export "run") (result i32) (call $sleep (i64.const 30000)) (i32.const 0)))`,
    "utf8",
  );
}

/** Beside a process that ends the system after a while. */
async function run(code: string): Promise<{ readonly output: string; readonly outcome: Outcome }> {
  const processes = {
    main: { bytes: await survivor(""), grants: [CONSOLE] },
    other: { bytes: await survivor(code), grants: [CONSOLE], restart: "transient", stopDeadline: 20 },
  } as const;
  const { plan } = supervised(processes, { entry: "main", kernel });
  const stdout = new Written();
  return { outcome: await runSystem(plan, { base: ".", stdout }), output: stdout.text };
}

it("says so when nothing happens to it", async () => {
  expect((await run("")).output.match(/survived/g)).toHaveLength(2);
});

it.each([
  ["exit", "(call $exit)"],
  ["a kill in its sleep", "(call $sleep (i64.const 60000000))"],
  ["a kill while it waits for its devices", "(call $wait (i64.const -1))"],
])("does not survive %s", async (_, code) => {
  const { output, outcome } = await run(code);
  expect(outcome).toMatchObject({ kind: "ended", exitCode: 0 });
  // `main` has nothing to survive.
  expect(output.match(/begun/g)).toHaveLength(2);
  expect(output.match(/survived/g)).toHaveLength(1);
});
