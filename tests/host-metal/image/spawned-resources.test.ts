/** Processes that are made at run time with resources of their own, in an executable. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtKernel } from "../../../kernel/built.ts";
import { compileLean } from "../../../toolchain/compile/index.ts";
import { chatRoom, guestsOf } from "../../host-linux/kernel/spawn-guests.ts";
import { STORING } from "../../host-linux/kernel/storing-room.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { CONSOLE, supervised, text } from "../../toolchain/link/guests.ts";
import { nativeOf, onLinux, onNode } from "./hosts.ts";
import { MISSING } from "./tools.ts";

const MAIN = `import { writeLine } from "atoll:device/console";
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

it.skipIf(MISSING !== undefined)("begin anew without those of their last life, as on Node", async () => {
  const [room, kernel, bytes] = await Promise.all([chatRoom(), builtKernel(), text(STORING)]);
  using folder = await new Folder().write({ "main.ts": MAIN });
  const siblings = [{ file: room.file, wit: room.wit }];
  const { component } = await compileLean({ app: folder.file("main.ts"), siblings });
  const guests = guestsOf({ ...room, bytes }, component, { restart: "permanent" });
  const rooms = { name: "rooms", strategy: "dynamic", child: "room", most: 10 } as const;
  const { plan } = supervised(
    { ...guests, main: { ...guests["main"]!, grants: [CONSOLE] } },
    { entry: "main", supervisor: { children: [rooms, "main"] }, kernel },
  );
  const scratch = mkdtempSync(join(tmpdir(), "atoll-spawned-"));
  try {
    const linked = { plan, base: scratch, folder: scratch };
    const node = await onNode(linked, {});
    expect(node.output.match(/\S+$/gm)).toEqual(["112211", "crashed1122", "1122"]);
    expect(onLinux(await nativeOf(linked), linked, {}).output).toBe(node.output);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
