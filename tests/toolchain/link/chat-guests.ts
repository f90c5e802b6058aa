/** A room that is made at run time, and the lobby that makes rooms, as components. */
import { readFileSync } from "node:fs";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { Folder } from "../compile/guest.ts";

const ROOM = `// @wit chat:room/api
  const lines: string[] = [];
  export function say(text: string): void { lines.push(text); }
  export function count(): i32 { return lines.length; }
  export function last(): string { return lines[lines.length - 1]; }
  export function crash(): void { unreachable(); }`;

/** A number below 0 is 1 + the position of the fault, negated. */
const LOBBY = `// @wit chat:lobby/api
  // @export atoll:kernel/notices
  import { Reason } from "atoll:kernel/types";
  import { Process } from "chat:room/api-process";
  let told = "";
  export function notice(token: u32, reason: Reason): void { told += token.toString() + " " + Reason[reason] + ";"; }
  export function notices(): string { return told; }
  const rooms: Process[] = [];
  export function open(): i32 {
    const room = Process.trySpawn();
    if (room.isErr) return -1 - <i32>room.error;
    rooms.push(room.value);
    return rooms.length - 1;
  }
  export function say(room: i32, text: string): i32 {
    const said = rooms[room].trySay(text);
    return said.isOk ? 0 : -1 - <i32>said.error;
  }
  export function count(room: i32): i32 {
    const count = rooms[room].tryCount();
    return count.isOk ? count.value : -1 - <i32>count.error;
  }
  export function last(room: i32): string { return rooms[room].last(); }
  export function crash(room: i32): i32 {
    const crashed = rooms[room].tryCrash();
    return crashed.isOk ? 0 : -1 - <i32>crashed.error;
  }
  export function monitor(room: i32, token: u32): i32 {
    const done = rooms[room].tryMonitor(token);
    return done.isOk ? 0 : -1 - <i32>done.error;
  }
  export function link(room: i32): i32 {
    const done = rooms[room].tryLink();
    return done.isOk ? 0 : -1 - <i32>done.error;
  }
  export function close(room: i32): void { rooms[room].drop(); }`;

export interface ChatGuests {
  readonly room: Uint8Array;
  readonly lobby: Uint8Array;
}

/** Other programs may take the place of either. */
export async function chatGuests(programs: { room?: string; lobby?: string } = {}): Promise<ChatGuests> {
  using folder = await new Folder().write({
    "room.ts": programs.room ?? ROOM,
    "lobby.ts": programs.lobby ?? LOBBY,
  });
  const built = await buildApps(["room.ts", "lobby.ts"].map((name) => folder.file(name)));
  const bytes = (name: string): Uint8Array => {
    const output = built.find(({ app }) => app === folder.file(`${name}.ts`))?.output ?? "";
    return new Uint8Array(readFileSync(output));
  };
  return { room: bytes("room"), lobby: bytes("lobby") };
}
