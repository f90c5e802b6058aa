/** Processes that are made at run time, with what each has for itself, in an executable as on Node. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { compileLean } from "../../../toolchain/compile/index.ts";
import { chatRoom, guestsOf, type Room, type SystemOptions } from "../../host-linux/kernel/spawn-guests.ts";
import { STORING } from "../../host-linux/kernel/storing-room.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { CONSOLE, supervised, text } from "../../toolchain/link/guests.ts";
import { nativeOf, onLinux, onNode } from "./hosts.ts";
import { MISSING } from "./tools.ts";

const STORES = `import { writeLine } from "atoll:device/console";
  import { Process } from "chat:room/api-process";
  import { Fault } from "atoll";
  function count(room: Process): string {
    const n = room.tryCount();
    return n.isOk ? n.value.toString() : Fault[n.error];
  }
  export function run(): void {
    const a = Process.spawn(); const b = Process.spawn();
    writeLine(count(a) + count(a) + count(b));
    writeLine((a.tryCrash().isOk ? "alive" : "crashed") + count(a) + count(b));
    b.drop();
    const c = Process.spawn();
    writeLine(count(c) + count(a));
  }`;

const WORKING = `
  export function spin(): void { while (true) {} }
  export function nest(depth: i32): i32 { return depth == 0 ? 0 : 1 + nest(depth - 1); }`;
const WORKS = `import { writeLine } from "atoll:device/console";
  import { Process } from "chat:room/api-process";
  export function run(): void {
    Process.spawn().spin();
    Process.spawn().spin();
    const a = Process.spawn(); const b = Process.spawn();
    a.say("line");
    writeLine(a.count().toString() + b.count().toString());
    writeLine((a.tryNest(50).isOk ? "+" : "-") + (a.tryNest(500).isOk ? "+" : "-") + (b.tryNest(50).isOk ? "+" : "-"));
  }`;

let kernel: KernelModules;
beforeAll(async () => {
  kernel = await builtKernel();
});

describe.skipIf(MISSING !== undefined)("processes that are made at run time", () => {
  it("begin anew without the resources of their last life", async () => {
    const room = { ...(await chatRoom()), bytes: await text(STORING) };
    const said = await sayingOf(room, STORES, { restart: "permanent" });
    expect(said).toEqual(["112211", "crashed1122", "1122"]);
  });

  it("have slices, so that others go on, and a depth of calls each", async () => {
    const quotas = { fuel: Number.MAX_SAFE_INTEGER, slice: 10_000, depth: 100 };
    expect(await sayingOf(await chatRoom(WORKING), WORKS, { quotas, cast: ["spin"] })).toEqual(["10", "+-+"]);
  });
});

/** Words at the ends of what it says: on Node, and in an executable the same. */
async function sayingOf(room: Room, program: string, options: SystemOptions): Promise<string[]> {
  using folder = await new Folder().write({ "main.ts": program });
  const siblings = [{ file: room.file, wit: room.wit }];
  const { component } = await compileLean({ app: folder.file("main.ts"), siblings });
  const { main, ...guests } = guestsOf(room, component, options);
  const rooms = { name: "rooms", strategy: "dynamic", child: "room", most: 10 } as const;
  const { plan } = supervised(
    { ...guests, main: { ...main!, grants: [CONSOLE] } },
    { entry: "main", supervisor: { children: [rooms, "main"], stopDeadline: 20 }, kernel },
  );
  const scratch = mkdtempSync(join(tmpdir(), "atoll-spawned-"));
  try {
    const linked = { plan, base: scratch, folder: scratch };
    const { output } = await onNode(linked, {});
    expect(onLinux(await nativeOf(linked), linked, {}).output).toBe(output);
    return output
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ").at(-1) ?? "");
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
