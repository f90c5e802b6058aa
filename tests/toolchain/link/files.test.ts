/**
 * Granted directories in a lean app: handles of the device, what becomes of them, and who was granted what.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDevice } from "../../../host-linux/devices/index.ts";
import { Descriptors } from "../../../host-linux/devices/files/descriptors.ts";
import { HttpListeners } from "../../../host-linux/devices/http/listeners.ts";
import { OpenFiles } from "../../../host-linux/devices/open-files.ts";
import { OpenSockets } from "../../../host-linux/devices/sockets/open-sockets.ts";
import { CLOSED } from "../../host-linux/device-caller.ts";
import { instantiate, type Running } from "../../../host-linux/instantiate.ts";
import { dir } from "../../../index.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import type { Grant } from "../../../toolchain/link/plan.ts";
import { openBelow } from "../../host-linux/open-below.ts";
import { compileText } from "../compile/guest.ts";
import { call } from "./bring-up.ts";
import { linked, refused } from "./guests.ts";
import { trapOf } from "./resource-guests.ts";

const APP = `
import { Tuple2 } from "atoll";
import { Descriptor, DescriptorFlags, ErrorCode, OpenFlags, preopens } from "atoll:device/files";

let roots: Tuple2<Descriptor, string>[] = [];
const held: Descriptor[] = [];

function root(at: i32): Descriptor {
  if (roots.length == 0) roots = preopens();
  return roots[at]._0;
}
export function names(): u32 { roots = preopens(); return roots.length; }
export function isCalled(at: u32, name: u32): bool { root(0); return roots[at]._1 == "/dir" + name.toString(); }
/** Writes bytes of that value; 1000 and more for an error. */
export function put(at: u32, name: u32, value: u32, length: u32): u32 {
  const flags = DescriptorFlags.Write | DescriptorFlags.Read;
  const file = root(at).openAt(0, name.toString(), OpenFlags.Create, flags);
  if (file.isErr) return 1000 + file.error;
  const bytes = new StaticArray<u8>(length);
  bytes.fill(<u8>value);
  const done = file.value.write(bytes, 0);
  held.push(file.value);
  return done.isErr ? 1000 + done.error : <u32>done.value;
}
export function sum(at: u32, name: u32): u32 {
  const file = root(at).openAt(0, name.toString(), 0, DescriptorFlags.Read);
  if (file.isErr) return 1000 + file.error;
  let [sum, offset] = [<u32>0, <u64>0];
  for (;;) {
    const part = file.value.read(65536, offset).value;
    for (let i = 0; i < part._0.length; i++) sum += part._0[i];
    offset += part._0.length;
    if (part._1) break;
  }
  file.value.drop();
  return sum;
}
export function list(at: u32): u32 {
  const entries = root(at).readDirectory().value;
  let count: u32 = 0;
  for (let batch = entries.readDirectoryEntries().value; batch.length > 0; batch = entries.readDirectoryEntries().value) {
    count += batch.length;
  }
  entries.drop();
  return count;
}
export function letGo(): void { for (let i = 0; i < held.length; i++) held[i].drop(); held.length = 0; }
export function crash(): void { unreachable(); }
`.replace("let [sum, offset] = [<u32>0, <u64>0];", "let sum: u32 = 0; let offset: u64 = 0;");

let base: string;
let app: Uint8Array;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "atoll-files-app-"));
  for (const name of ["one", "two"]) mkdirSync(join(base, name));
  ({ component: app } = await compileText(APP));
});
afterAll(() => rmSync(base, { recursive: true }));

function bringUp(grants: readonly Grant[]): Running {
  const { plan } = linked({ app: { bytes: app, grants } }, undefined, { reset: true });
  const [files, descriptors, sockets] = [new OpenFiles(), new Descriptors(), new OpenSockets()];
  const terminal = { writeLine: () => {}, readLine: () => undefined };
  return instantiate(parsePlan(serialisePlan(plan)), (position, grant, transfer, give) => {
    const process = plan.root.processes[position];
    const granted = process?.grants[grant];
    if (process === undefined || granted === undefined) throw new Error("the plan has the grant");
    return createDevice(
      {
        process,
        transfer,
        terminal,
        streams: CLOSED,
        files,
        descriptors,
        http: new HttpListeners(),
        sockets,
        give,
        waker: () => () => {},
        checkStop: () => {},
      },
      granted,
      base,
    );
  });
}

const GRANTED: Grant = {
  device: "atoll:device/files",
  directories: [
    { path: "one", as: "/dir1", write: true },
    { path: "two", as: "/dir2", write: false },
  ],
};

it("reads, writes and lists what was granted, and closes what it is done with", () => {
  const running = bringUp([GRANTED]);
  const does = (name: string, ...args: number[]) => call(running, "app", `local:app/api#${name}`, ...args);
  expect([does("names"), does("is-called", 0, 1), does("is-called", 1, 2)]).toEqual([2, 1, 1]);
  expect(openBelow(base)).toBe(2);
  expect(does("put", 0, 7, 3, 200_000)).toBe(200_000);
  expect(readFileSync(join(base, "one", "7"))).toEqual(Buffer.alloc(200_000, 3));
  expect(does("sum", 0, 7)).toBe(600_000);
  expect([does("put", 1, 7, 3, 1), does("sum", 1, 7)]).toEqual([1033, 1020]);
  expect([does("list", 0), does("list", 1)]).toEqual([1, 0]);
  expect(openBelow(base)).toBe(3);
  does("let-go");
  expect(openBelow(base)).toBe(2);
});

it("has nothing open any more when it begins anew after its death", () => {
  const running = bringUp([GRANTED]);
  const does = (name: string, ...args: number[]) => call(running, "app", `local:app/api#${name}`, ...args);
  const before = openBelow(base);
  for (let i = 0; i < 5; i++) does("put", 0, i, 1, 1);
  expect(openBelow(base)).toBe(before + 7);
  expect(trapOf(() => does("crash"))).toContain("unreachable");
  running.reset(0);
  expect(openBelow(base)).toBe(before);
  expect(does("sum", 0, 4)).toBe(1);
});

it("sees nothing where it was granted an empty view", () => {
  const running = bringUp([{ device: "atoll:device/files", directories: [] }]);
  expect(call(running, "app", "local:app/api#names")).toBe(0);
});

it("is told which line grants it", () => {
  expect(refused(() => linked({ app: { bytes: app } }))).toContain(
    'In system.ts, process "app": grants: [dir("./path", "read-write")]; import { dir } from "atoll-os"',
  );
});

it("has directories of different names", () => {
  const message = refused(() =>
    linked({ app: { bytes: app, grants: [dir("a"), dir("b", "read", { as: "a" })] } }),
  );
  expect(message).toContain(
    'process "app", grants: expected directories of different names, found "a" more than once',
  );
});
