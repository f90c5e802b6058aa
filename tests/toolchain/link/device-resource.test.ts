/**
 * A resource of a device: files that are opened, read in parts, passed on and closed.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDevice } from "../../../host-linux/devices/index.ts";
import { HttpListeners } from "../../../host-linux/devices/http/listeners.ts";
import { Descriptors } from "../../../host-linux/devices/files/descriptors.ts";
import { OpenFiles } from "../../../host-linux/devices/open-files.ts";
import { OpenSockets } from "../../../host-linux/devices/sockets/open-sockets.ts";
import { CLOSED } from "../../host-linux/device-caller.ts";
import { instantiate, type Running } from "../../../host-linux/instantiate.ts";
import { capabilityGraph } from "../../../toolchain/link/index.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import type { Grant } from "../../../toolchain/link/plan.ts";
import { openBelow } from "../../host-linux/open-below.ts";
import { call } from "./bring-up.ts";
import { component, linked, refused } from "./guests.ts";
import { trapOf } from "./resource-guests.ts";

const WIT = `package t:files@1.0.0;
interface viewer {
  use atoll:device/directory@0.1.0.{file};
  /// The byte at an offset; the file is lent.
  byte: func(f: borrow<file>, at: u64) -> u32;
  keep: func(f: file);
  kept: func(at: u64) -> u32;
  lose: func();
}
world viewing { import atoll:device/directory@0.1.0; export viewer; }
world opening {
  import atoll:device/directory@0.1.0; import viewer;
  export open: func() -> u32; export byte: func(h: u32, at: u64) -> u32; export size: func(h: u32) -> u64;
  export drop: func(h: u32); export lend: func(h: u32, at: u64) -> u32; export give: func(h: u32);
  export kept: func(at: u64) -> u32; export lose: func();
}`;

/** `byte`: 1000 where there is none, 2000 and more for an error. */
const READ = `(func $byte (param $h i32) (param $at i64) (result i32)
    (call $read (local.get $h) (local.get $at) (i32.const 1) (i32.const 16))
    (if (i32.load8_u (i32.const 16)) (then (return (i32.add (i32.const 2000) (i32.load8_u (i32.const 20))))))
    (if (result i32) (i32.load (i32.const 24)) (then (i32.load8_u (i32.load (i32.const 20)))) (else (i32.const 1000))))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))`;
const DIRECTORY = `(import "atoll:device/directory@0.1.0" "[method]file.read" (func $read (param i32 i64 i32 i32)))
  (import "atoll:device/directory@0.1.0" "[resource-drop]file" (func $drop (param i32)))`;

/** Opens the file that its memory names; handles are numbers to it. */
const OPENING = `(module ${DIRECTORY}
  (import "atoll:device/directory@0.1.0" "open" (func $open (param i32 i32 i32)))
  (import "atoll:device/directory@0.1.0" "[method]file.size" (func $size (param i32 i32)))
  (import "t:files/viewer@1.0.0" "byte" (func $lend (param i32 i64) (result i32)))
  (import "t:files/viewer@1.0.0" "keep" (func $give (param i32)))
  (import "t:files/viewer@1.0.0" "kept" (func $kept (param i64) (result i32)))
  (import "t:files/viewer@1.0.0" "lose" (func $lose))
  ${READ} (data (i32.const 128) "a.txt")
  (func (export "open") (result i32) (call $open (i32.const 128) (i32.const 5) (i32.const 16))
    (if (result i32) (i32.load8_u (i32.const 16))
      (then (i32.add (i32.const 2000) (i32.load8_u (i32.const 20)))) (else (i32.load (i32.const 20)))))
  (func (export "byte") (param i32 i64) (result i32) (call $byte (local.get 0) (local.get 1)))
  (func (export "size") (param i32) (result i64) (call $size (local.get 0) (i32.const 16)) (i64.load (i32.const 24)))
  (func (export "drop") (param i32) (call $drop (local.get 0)))
  (func (export "lend") (param i32 i64) (result i32) (call $lend (local.get 0) (local.get 1)))
  (func (export "give") (param i32) (call $give (local.get 0)))
  (func (export "kept") (param i64) (result i32) (call $kept (local.get 0)))
  (func (export "lose") (call $lose)))`;

const VIEWING = `(module ${DIRECTORY} ${READ} (global $kept (mut i32) (i32.const 0))
  (func (export "t:files/viewer@1.0.0#byte") (param i32 i64) (result i32) (local $b i32)
    (local.set $b (call $byte (local.get 0) (local.get 1))) (call $drop (local.get 0)) (local.get $b))
  (func (export "t:files/viewer@1.0.0#keep") (param i32) (global.set $kept (local.get 0)))
  (func (export "t:files/viewer@1.0.0#kept") (param i64) (result i32) (call $byte (global.get $kept) (local.get 0)))
  (func (export "t:files/viewer@1.0.0#lose") unreachable))`;

/** The WIT with one of its worlds. */
function world(name: string): string {
  return WIT.replaceAll(/^world [^}]*}$/gms, (text) => (text.startsWith(`world ${name}`) ? text : ""));
}

function directory(path: string): readonly Grant[] {
  return [{ device: "atoll:device/directory", path }];
}

let base: string;
let opening: Uint8Array;
let viewing: Uint8Array;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "atoll-files-"));
  mkdirSync(join(base, "open"));
  mkdirSync(join(base, "closed"));
  writeFileSync(join(base, "open", "a.txt"), "ABC");
  opening = await component(world("opening"), OPENING, "utf8");
  viewing = await component(world("viewing"), VIEWING, "utf8");
});
afterAll(() => rmSync(base, { recursive: true }));

const nothing = (): void => {};

/** `viewer` may open nothing of `open`. */
function bringUp(reset = false, quotas: { readonly handles?: number } = {}): Running {
  const { plan } = linked(
    {
      opener: { bytes: opening, imports: { "t:files/viewer": "viewer" }, grants: directory("open"), quotas },
      viewer: { bytes: viewing, grants: directory("closed") },
    },
    undefined,
    { reset },
  );
  const files = new OpenFiles();
  const sockets = new OpenSockets();
  const descriptors = new Descriptors();
  const terminal = { writeLine: () => {}, readLine: () => undefined };
  return instantiate(parsePlan(serialisePlan(plan)), (position, grant, transfer, give) => {
    const process = plan.root.processes[position];
    const granted = process?.grants[grant];
    if (process === undefined || granted === undefined) throw new Error("the plan has the grant");
    const context = {
      process,
      transfer,
      terminal,
      streams: CLOSED,
      files,
      sockets,
      descriptors,
      http: new HttpListeners(),
      give,
      waker: () => nothing,
      checkStop: nothing,
    };
    return createDevice(context, granted, base);
  });
}

function ask(running: Running): (name: string, ...args: (number | bigint)[]) => unknown {
  return (name, ...args) => call(running, "opener", name, ...args);
}

it("is read in parts, and closed when it is dropped", () => {
  const does = ask(bringUp());
  expect([does("open"), does("open"), does("size", 1)]).toEqual([1, 2, 3n]);
  expect([0n, 2n, 3n, 2n ** 63n, 2n ** 64n - 1n].map((at) => does("byte", 1, at))).toEqual([
    65, 67, 1000, 1000, 1000,
  ]);
  expect(openBelow(base)).toBe(2);
  does("drop", 1);
  expect(openBelow(base)).toBe(1);
  expect(trapOf(() => does("byte", 1, 0n))).toBe("trap: unknown handle");
  expect(does("byte", 2, 1n)).toBe(66);
  expect([does("open"), does("drop", 1), does("drop", 2)]).toEqual([1, undefined, undefined]);
  expect(openBelow(base)).toBe(0);
});

it("may be lent and given to a process that cannot open it", () => {
  const running = bringUp();
  const does = ask(running);
  does("open");
  expect([does("lend", 1, 1n), does("byte", 1, 0n)]).toEqual([66, 65]);
  does("give", 1);
  expect(trapOf(() => does("byte", 1, 0n))).toBe("trap: unknown handle");
  expect(does("kept", 2n)).toBe(67);
  does("open");
  does("drop", 1);
  expect(openBelow(base)).toBe(1);
  const viewer = running.plan.root.processes.findIndex(({ name }) => name === "viewer");
  expect(running.handles !== undefined && viewer >= 0).toBe(true);
  // Who may close it: the drops that the linker made are told, whatever else it made for handles.
  const graph = capabilityGraph(running.plan);
  const drops = graph.edges.filter((edge) => edge.interface === "atoll:handles");
  expect(drops.map(({ functions }) => functions)).toEqual([["resource.drop file"], ["resource.drop file"]]);
});

it("is closed when its owner begins anew", () => {
  const running = bringUp(true);
  const does = ask(running);
  const [opener, viewer] = ["opener", "viewer"].map((wanted) =>
    running.plan.root.processes.findIndex(({ name }) => name === wanted),
  );
  const before = openBelow(base);
  does("open");
  does("open");
  does("give", 1);
  expect(openBelow(base)).toBe(before + 2);
  running.reset(viewer ?? -1);
  expect(openBelow(base)).toBe(before + 1);
  running.reset(opener ?? -1);
  expect(openBelow(base)).toBe(before);
  expect(does("open")).toBe(1);
  does("drop", 1);
});

it("is closed where there is no room for its handle", () => {
  const running = bringUp(true, { handles: 1 });
  const does = ask(running);
  const before = openBelow(base);
  does("open");
  expect(trapOf(() => does("open"))).toBe("trap: handle table is full");
  const opener = running.plan.root.processes.findIndex(({ name }) => name === "opener");
  running.reset(opener);
  does("open");
  expect(openBelow(base)).toBe(before + 1);
  does("drop", 1);
});

it("ends at 512 open files", () => {
  const does = ask(bringUp());
  for (let i = 1; i <= 512; i++) expect(does("open")).toBe(i);
  // `too-large`
  expect(does("open")).toBe(2004);
  for (let i = 1; i <= 512; i++) does("drop", i);
  expect(does("open")).toBe(512);
  does("drop", 512);
});

it("is another type than a resource of a guest with its name", async () => {
  const fake = await component(
    `package t:fake@1.0.0; interface directory { resource file { size: func() -> u64; } } world w { export directory; }`,
    `(module (func (export "t:fake/directory@1.0.0#[method]file.size") (param i32) (result i64) (i64.const 0)))`,
  );
  const imports = {
    "t:files/viewer": "viewer",
    "atoll:device/directory": { process: "fake", interface: "t:fake/directory" },
  };
  const message = refused(() =>
    linked({
      opener: { bytes: opening, imports },
      viewer: { bytes: viewing, grants: [{ device: "atoll:device/directory", path: "closed" }] },
      fake: { bytes: fake },
    }),
  );
  expect(message).toContain(
    'takes the resource "file" of "t:files/viewer@1.0.0" and "file" of "atoll:device/directory@0.1.0" for one type',
  );
  expect(message).toContain("is defined by atoll:device/directory");
});
