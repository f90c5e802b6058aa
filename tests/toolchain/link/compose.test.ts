/**
 * Processes made of several components: a WASI shim below, a driver above.
 *
 * The shim is a small one of the test's own; what the real one does is tested with it.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { createClock } from "../../../host-linux/devices/clock.ts";
import type { DeviceContext } from "../../../host-linux/devices/device.ts";
import {
  capabilityGraph,
  describePlan,
  link,
  printCallers,
  printDescription,
  shimsFor,
  whoMayCall,
  type SystemConfig,
} from "../../../toolchain/link/index.ts";
import { bringUp, call, type TestDevices } from "./bring-up.ts";
import { smallGuest, smallShim, WASI } from "./compose-guests.ts";
import { ALLOCATOR, component, CONSOLE, inputOf, refused, text, type Guests } from "./guests.ts";
import { trapOf } from "./resource-guests.ts";

let shim: Uint8Array;
let guest: Uint8Array;

beforeAll(async () => {
  [shim, guest] = await Promise.all([smallShim(), smallGuest()]);
});

function composed(processes: Guests): ReturnType<typeof link> {
  return link({ ...inputOf(processes, undefined), shims: { base: shim } });
}

const CONTEXT = { checkStop: () => {} } as DeviceContext;

/** What was written to the console. */
function lines(): { readonly written: string[]; readonly devices: TestDevices } {
  const written: string[] = [];
  const line = (transfer: { string(at: number, length: number): string }) => ({
    "write-line": (at: number, length: number): void => void written.push(transfer.string(at, length)),
  });
  const clock = createClock(CONTEXT, { device: "atoll:device/clock", denied: true });
  return { written, devices: { "atoll:device/console": line, "atoll:device/clock": () => clock } };
}

const SUPPORT = "docs/support.md lists what of WASI 0.2 Atoll provides.";
const ELSEWHERE = `${SUPPORT} An interface that is not there can be another process's: imports: { "ns:package/name": "PROCESS" }.`;

describe("a component that imports WASI", () => {
  const grants = [{ device: "atoll:device/console" }] as const;

  it("has a shim of its own, whatever the version after 0.2", () => {
    const { plan } = composed({ one: { bytes: guest, grants }, two: { bytes: guest, grants } });
    const { written, devices } = lines();
    const running = bringUp(plan, devices);
    expect(["one", "two", "one", "one"].map((name) => call(running, name, "say"))).toEqual([1, 1, 2, 3]);
    expect(written).toEqual(["hello", "hello", "hello", "hello"]);
  });

  it("says which shims the linker needs", async () => {
    const http = await text('(component (import "wasi:http/types@0.2.0" (instance)))');
    const none = await text("(component)");
    expect([...shimsFor([guest, http, none, new Uint8Array(3)])]).toEqual(["base", "http"]);
  });

  it.each([
    [
      "an interface",
      '(component (import "wasi:nn/graph@0.2.0" (instance)))',
      "  wasi:nn/graph@0.2.0\n",
      ELSEWHERE,
    ],
    [
      "another version",
      '(component (import "wasi:cli/stdout@0.3.0" (instance)))',
      "  wasi:cli/stdout@0.3.0 (Atoll provides 0.2.9)\n",
      `Build it for WASI 0.2, such as for the target wasm32-wasip2. ${SUPPORT}`,
    ],
    [
      "a function",
      '(component (import "wasi:cli/stdout@0.2.0" (instance (export "flush-all" (func)))))',
      "  wasi:cli/stdout@0.2.0#flush-all\n",
      ELSEWHERE,
    ],
  ])("is refused for %s that the shim lacks", async (_, source, missing, help) => {
    const bytes = await text(source);
    expect(refused(() => composed({ a: { bytes } }))).toBe(
      `not-yet: ./a.wasm imports of WASI what Atoll does not provide:\n${missing}${help}`,
    );
  });

  it("may have of another process what the shim lacks", async () => {
    const wit = "package wasi:logging@0.1.0 { interface logging { log: func(); } }";
    const bytes = await component(
      `package t:a; world w { import wasi:logging/logging@0.1.0; export tell: func(); } ${wit}`,
      '(module (import "wasi:logging/logging@0.1.0" "log" (func $log)) (func (export "tell") (call $log)))',
    );
    const logger = await component(
      `package t:b; world w { export wasi:logging/logging@0.1.0; } ${wit}`,
      '(module (func (export "wasi:logging/logging@0.1.0#log")))',
    );
    const imports = { "wasi:logging/logging": "logger" };
    const { plan } = composed({ logger: { bytes: logger }, a: { bytes, imports, grants } });
    const running = bringUp(plan, lines().devices);
    expect(call(running, "a", "tell")).toBeUndefined();
  });

  it("is refused where another interface names the shim's resources", async () => {
    const bytes = await component(
      `package t:guest; interface sink { use wasi:io/streams@0.2.1.{output-stream}; fill: func(to: borrow<output-stream>); }
       world w { import sink; } ${WASI("0.2.1")}`,
      '(module (import "t:guest/sink" "fill" (func (param i32))))',
    );
    expect(refused(() => composed({ a: { bytes } }))).toContain(
      'the import "t:guest/sink" names the resource "output-stream" of "wasi:io/streams@0.2.1", which',
    );
  });

  it("needs a shim from who links", () => {
    expect(refused(() => link(inputOf({ a: { bytes: guest } }, undefined)))).toBe(
      'component: ./a.wasm imports WASI, and the linker was not given the shim "base" for it',
    );
  });
});

describe("grants of a process that uses WASI", () => {
  it("are empty where there are none: a device that cannot be traps", async () => {
    const bytes = await component(
      `package t:guest; world w { import wasi:cli/clock@0.2.9; export now: func() -> u64; } ${WASI("0.2.9")}`,
      `(module (import "wasi:cli/clock@0.2.9" "now" (func $now (result i64)))
        (func (export "now") (result i64) (call $now)))`,
    );
    const { plan, warnings } = composed({ a: { bytes, grants: [CONSOLE] } });
    const running = bringUp(plan, lines().devices);
    expect(() => call(running, "a", "now")).toThrow(
      "clock: the process was not granted it; in system.ts: grants: [clock()]",
    );
    expect(plan.root.processes[0]?.grants).toContainEqual({ device: "atoll:device/clock", denied: true });
    expect(warnings).toEqual([]);
    expect(printCallers(whoMayCall(capabilityGraph(plan), "clock"))).toBe(
      "device atoll:device/clock: no process may call it\n",
    );
    const shown = printDescription(describePlan(plan));
    expect(shown).toContain("├─ granted: console\n├─ not granted, and finds nothing there: clock\n");
    expect(shown).toContain("├─ uses wasi:cli, by a shim of its own on the devices below\n");
    const random = await text('(component (import "wasi:random/random@0.2.0" (instance)))');
    const other = await component(
      "package t:shim; world w { export wasi:random/random@0.2.1; } package wasi:random@0.2.1 { interface random { one: func(); } }",
      '(module (func (export "wasi:random/random@0.2.1#one")))',
    );
    const input = inputOf({ a: { bytes: random } }, undefined);
    expect(link({ ...input, shims: { base: other } }).warnings).toEqual([
      'process "a" (./a.wasm) imports wasi:random/random@0.2.0, and is not granted it: asking for random numbers ends it. In system.ts: grants: [entropy()]',
    ]);
  });

  it("are of no use without a kernel, which is said once", async () => {
    const waiting = await component(
      `package t:shim; world w { import atoll:kernel/wakeup@0.1.0; import atoll:kernel/time@0.1.0; export wasi:cli/clock@0.2.9; } ${WASI("0.2.9")}`,
      `(module (import "atoll:kernel/wakeup@0.1.0" "wait" (func $wait (param i64)))
        (import "atoll:kernel/time@0.1.0" "sleep" (func $sleep (param i64)))
        (func (export "wasi:cli/clock@0.2.9#now") (result i64)
          (call $wait (i64.const 0)) (call $sleep (i64.const 0)) (i64.const 0)))`,
    );
    const bytes = await text('(component (import "wasi:cli/clock@0.2.0" (instance)))');
    expect(refused(() => link({ ...inputOf({ a: { bytes } }, undefined), shims: { base: waiting } }))).toBe(
      'wiring: process "a" (./a.wasm) uses WASI, which can wait, and the system has no kernel\n' +
        "In system.ts, beside processes: supervisor: {}. The system then runs under the kernel, which starts, supervises and schedules its processes.",
    );
  });

  it("are asked for where it is strict", async () => {
    const bytes = await text('(component (import "wasi:clocks/wall-clock@0.2.0" (instance)))');
    const clocks = await component(
      "package t:shim; world w { export wasi:clocks/wall-clock@0.2.1; } package wasi:clocks@0.2.1 { interface wall-clock { now: func() -> u64; } }",
      '(module (func (export "wasi:clocks/wall-clock@0.2.1#now") (result i64) (i64.const 0)))',
    );
    const linkWith = (fields: Partial<SystemConfig["processes"][string]>) => (): unknown =>
      link({ ...inputOf({ a: { bytes, strict: true, ...fields } }, undefined), shims: { base: clocks } });
    expect(refused(linkWith({}))).toBe(
      'wiring: process "a" (./a.wasm) is strict, and imports what it is not granted:\n' +
        "  wasi:clocks/wall-clock@0.2.0: clock()\n" +
        'In system.ts, process "a": grants: [clock()],\nand at the top: import { clock } from "atoll-os";\n' +
        "Write the paths and addresses that are meant; or take out strict, and it finds nothing there.",
    );
    expect(refused(linkWith({ grants: [{ device: "atoll:device/clock" }] }))).toBe("linked");
    const reader = await text('(component (import "wasi:cli/environment@0.2.0" (instance)))');
    const variables = await component(
      "package t:shim; world w { export wasi:cli/environment@0.2.1; } package wasi:cli@0.2.1 { interface environment { one: func(); } }",
      '(module (func (export "wasi:cli/environment@0.2.1#one")))',
    );
    const linkReader = (fields: Partial<SystemConfig["processes"][string]>) => (): unknown =>
      link({
        ...inputOf({ a: { bytes: reader, strict: true, ...fields } }, undefined),
        shims: { base: variables },
      });
    expect(refused(linkReader({}))).toContain('In system.ts, process "a": arguments: [],\nWrite');
    expect(refused(linkReader({ arguments: [] }))).toBe("linked");
  });
});

const HANDLER = `(module ${ALLOCATOR} (data (i32.const 16) "answer")
  (func (export "t:app/handler#handle") (param i32 i32) (result i32)
    (if (i32.eqz (local.get 1)) (then unreachable))
    (i32.store (i32.const 8) (i32.const 16)) (i32.store (i32.const 12) (local.get 1)) (i32.const 8)))`;
const APP = "package t:app; interface handler { handle: func(text: string) -> string; }";

describe("a driver", () => {
  let handler: Uint8Array;
  let driver: Uint8Array;

  beforeAll(async () => {
    handler = await component(`${APP} world w { export handler; }`, HANDLER);
    driver = await component(
      `${APP} world w { import handler; export serve: func(length: u32) -> u32; }`,
      `(module (import "t:app/handler" "handle" (func $handle (param i32 i32 i32))) ${ALLOCATOR}
        (func (export "serve") (param i32) (result i32)
          (call $handle (i32.const 64) (local.get 0) (i32.const 32))
          (i32.load (i32.const 36))))`,
    );
  });

  function driven(loop = driver): ReturnType<typeof link> {
    const { config, components } = inputOf({ web: { bytes: handler } }, undefined);
    const web = { component: "./web.wasm", driver: "./driver.wasm" };
    return link({
      config: { ...config, processes: { web } },
      components: new Map([...components, ["./driver.wasm", loop]]),
    });
  }

  it("calls the component in the same process", () => {
    const { plan, worlds } = driven();
    expect(call(bringUp(plan), "web", "serve", 3)).toBe(3);
    expect(worlds.get("web")?.exports.map(({ name }) => name)).toEqual(["serve"]);
  });

  it("is told how to call it where it imports the guarded view", async () => {
    const guarded = await component(
      `${APP} interface handler-guarded { handle: func(); } world w { import handler-guarded; export serve: func(); }`,
      '(module (import "t:app/handler-guarded" "handle" (func $handle)) (func (export "serve") (call $handle)))',
    );
    expect(refused(() => driven(guarded))).toContain(
      "If ./driver.wasm is to call that of ./web.wasm, say so among its first comments: // @drives t:app/handler",
    );
  });

  it("exports nothing that the component does", () => {
    expect(refused(() => driven(handler))).toBe(
      'wiring: ./driver.wasm drives ./web.wasm, and both export "t:app/handler"\nA driver imports what it calls of the component. Take it out, or one of the two exports.',
    );
  });

  it("dies with it", () => {
    const running = bringUp(driven().plan);
    expect(trapOf(() => call(running, "web", "serve", 0))).toContain("unreachable");
  });

  it("is refused when nobody gives its bytes", () => {
    const { config, components } = inputOf({ web: { bytes: handler } }, undefined);
    const web = { component: "./web.wasm", driver: "./driver.wasm" };
    expect(refused(() => link({ config: { ...config, processes: { web } }, components }))).toBe(
      'config: process "web": no bytes were given for the component ./driver.wasm',
    );
  });
});
