/** Systems whose processes are made at run time: a room, and a program that makes rooms. */
import { readFileSync } from "node:fs";
import { directU64 } from "../../../host-linux/devices/direct.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import type { KernelEnd } from "../../../host-linux/kernel/running-kernel.ts";
import type { KernelModules } from "../../../kernel/built.ts";
import { buildApps, compileLean } from "../../../toolchain/compile/index.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { bringUp } from "../../toolchain/link/bring-up.ts";
import type { Quotas } from "../../../toolchain/link/plan.ts";
import type { MessageConfig } from "../../../toolchain/link/config/supervisor.ts";
import { CLOCK, supervised, type Guests } from "../../toolchain/link/guests.ts";

const ROOM = `// @wit chat:room/api
  const lines: string[] = [];
  let born = 0;
  export function say(text: string): void { lines.push(text); born++; }
  export function count(): i32 { return lines.length; }
  export function last(): string { return lines.length > 0 ? lines[lines.length - 1] : "nothing"; }
  export function crash(): void { unreachable(); }`;

/** What a program may use; it adds to `log`, and ends with what it holds. */
const PROGRAM = `// @export atoll:kernel/notices
  import { Functions, Process } from "chat:room/api-process";
  import { Fault, Result, Void } from "atoll";
  import { now } from "atoll:device/clock";
  import { Reason } from "atoll:kernel/types";
  let log = "";
  export function notice(token: u32, reason: Reason): void {}
  function count(room: Process): string {
    const n = room.tryCount();
    return n.isOk ? n.value.toString() : Fault[n.error];
  }
  function say(room: Process, text: string): string {
    const said = room.trySay(text);
    return said.isOk ? "said" : Fault[said.error];
  }
  function crash(room: Process): string {
    const crashed = room.tryCrash();
    return crashed.isOk ? "survived" : Fault[crashed.error];
  }
  function open(): string {
    const room = Process.trySpawn();
    return room.isOk ? "open" : Fault[room.error];
  }`;

export interface Room {
  readonly bytes: Uint8Array;
  readonly file: string;
  /** The interface, as WIT. */
  readonly wit: string;
}

/** @param more that it can do. */
export async function chatRoom(more = ""): Promise<Room> {
  using folder = await new Folder().write({ "room.ts": ROOM + more });
  const [built] = await buildApps([folder.file("room.ts")]);
  if (built === undefined) throw new Error("nothing was built");
  return { bytes: new Uint8Array(readFileSync(built.output)), file: built.app, wit: built.exported };
}

/** A program that does one thing in each life: the one that the clock says. `more`: what they call. */
export async function program(
  { file, wit }: Room,
  things: readonly string[],
  more = "",
): Promise<Uint8Array> {
  const cases = things.map((body, i) => `function thing${i}(): void {\n${body}\n}`);
  const calls = things.map((_, i) => `if (which == ${i}) thing${i}();`);
  const run = `export function run(): Result<Void, string> {
    const which = now();
    ${calls.join("\n")}
    return Result.err<Void, string>(log);
  }`;
  const text = [PROGRAM, more, ...cases, run].join("\n");
  using folder = await new Folder().write({ "main.ts": text });
  const { component } = await compileLean({ app: folder.file("main.ts"), siblings: [{ file, wit }] });
  return component;
}

export interface SystemOptions {
  readonly most?: number;
  readonly restart?: "permanent" | "transient" | "temporary";
  readonly intensity?: number;
  readonly cast?: readonly string[];
  readonly deadline?: number;
  readonly limits?: MessageConfig["limits"];
  /** Of each room. */
  readonly quotas?: Quotas;
}

export function guestsOf(
  room: Room,
  main: Uint8Array,
  { restart = "temporary", cast, deadline, limits, quotas }: SystemOptions,
): Guests {
  const wire = {
    spawn: "room",
    ...(cast && { cast }),
    ...(deadline !== undefined && { deadline }),
    ...(limits && { limits }),
  };
  return {
    room: { bytes: room.bytes, restart, ...(quotas && { quotas }) },
    main: { bytes: main, grants: [CLOCK], imports: { "chat:room/api-process": wire } },
  };
}

export function startSystem(
  guests: Guests,
  kernel: KernelModules,
  things: readonly number[],
  { most = 10, intensity = 3 }: SystemOptions,
): Running {
  const rooms = { name: "rooms", strategy: "dynamic", child: "room", most, intensity } as const;
  const supervisor = { children: [rooms, "main"] };
  const { plan } = supervised(guests, { entry: "main", supervisor, kernel });
  let life = 0;
  const next = (): bigint => BigInt(things[Math.min(life++, things.length - 1)] ?? 0);
  return bringUp(plan, {
    "atoll:device/clock": () => ({ now: directU64(next) }),
    "atoll:device/console": () => ({ "write-line": () => {} }),
  });
}

/** What the program said, and how the system ended. */
export async function endOf(
  running: Running,
): Promise<{ readonly said: string; readonly end: KernelEnd | undefined }> {
  let said = "";
  const end = await running.kernel?.run((offset) => {
    const bytes = running.transfer?.bytes(offset as number, 12).slice() ?? new Uint8Array(12);
    const words = new Uint32Array(bytes.buffer);
    said = running.transfer?.string(words[1] ?? 0, words[2] ?? 0) ?? "";
  });
  return { said, end };
}
