/** Traps in what is spawned, which is one module of a guest and its adapters: who is told of, and where. */
import { afterEach, beforeAll, expect, it } from "vitest";
import type { Death } from "../../../host-linux/guard/deaths.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { component, ALLOCATOR, CONSOLE } from "../../toolchain/link/guests.ts";
import { chatRoom, endOf, guestsOf, program, startSystem, type Room } from "./spawn-guests.ts";

/** By what they call; each says what the fault was. */
const PROGRAMS = ["tryCrash", "tryCount", "tryLast"].map(
  (call) => `const a = Process.spawn(); const r = a.${call}(); log = r.isErr ? Fault[r.error] : "survived";`,
);

/** A room that is none of ours: each function is wrong in its own way. */
const HOSTILE_WIT = `package chat:room;
  interface api { say: func(text: string); count: func() -> s32; last: func() -> string; crash: func(); }
  world w { import atoll:device/console@0.1.0; export api; }`;
const HOSTILE = `(module (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
  ${ALLOCATOR}
  (func (export "chat:room/api#say") (param i32 i32))
  (func $printed (export "chat:room/api#count") (result i32)
    (call $write (i32.const 65530) (i32.const 100)) i32.const 0)
  (func (export "chat:room/api#last") (result i32)
    (i32.store (i32.const 8) (i32.const 65530)) (i32.store (i32.const 12) (i32.const 100)) i32.const 8)
  (func $end (export "chat:room/api#crash") unreachable))`;

let kernel: KernelModules;
let room: Room;
let main: Uint8Array;
let hostile: Room;
beforeAll(async () => {
  [kernel, room] = await Promise.all([builtKernel(), chatRoom()]);
  main = await program(room, PROGRAMS);
  hostile = { ...room, bytes: await component(HOSTILE_WIT, HOSTILE) };
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

async function deathOf(kind: Room, call: number): Promise<Death | undefined> {
  const guests = guestsOf(kind, main, {});
  const { room: template, ...others } = guests;
  if (template === undefined) throw new Error("there is a room");
  const grants = kind === hostile ? [CONSOLE] : [];
  running = startSystem({ ...others, room: { ...template, grants } }, kernel, [call], {});
  expect((await endOf(running)).said).toBe("Crashed");
  return running.deaths[0];
}

it("of its program names the process, the function and its line", async () => {
  const death = await deathOf(room, 0);
  expect(death).toMatchObject({ process: "room", reason: "crashed" });
  expect(death?.report?.segments).toMatchObject([{ processes: ["room"], components: ["room"] }]);
  const frame = death?.report?.segments[0]?.frames[0];
  expect(frame?.function).toMatch(/(^|\/)crash$/);
  expect(frame?.source).toMatchObject({ file: "room.ts", line: 7 });
});

it("of a program without a source map names the function", async () => {
  const death = await deathOf(hostile, 0);
  expect(death?.report?.segments[0]?.frames[0]?.function).toBe("end");
});

it("in an adapter of its own calls names both ends", async () => {
  const death = await deathOf(hostile, 1);
  expect(death?.report).toMatchObject({
    kind: "invalid-value",
    between: { consumers: ["room"], providers: ["atoll:device/console"] },
    segments: [{ processes: ["room"], frames: [{ function: "printed" }] }],
  });
});

it("in what takes its messages names who sends them, and whom they reach", async () => {
  const death = await deathOf(hostile, 2);
  expect(death?.report).toMatchObject({
    kind: "invalid-value",
    between: { providers: ["room"] },
    segments: [],
  });
});
