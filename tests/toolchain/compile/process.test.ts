/** Programs that make processes at run time: the view is found, derived, and a class. */
import { describe, expect, it } from "vitest";
import { worldOfComponent } from "../../../toolchain/abi/index.ts";
import { buildApps, CompileError, compileLean } from "../../../toolchain/compile/index.ts";
import { decodeComponent } from "../../../toolchain/wasm/index.ts";
import { Folder } from "./guest.ts";

const ROOM = `// @wit chat:room/api
  export class Line { constructor(public from: string, public text: string) {} }
  const lines: Line[] = [];
  /** Says something. */
  export function say(line: Line): void { lines.push(line); }
  export function count(): i32 { return lines.length; }`;

const LOBBY = `// @wit chat:lobby/api
  import { Process, Line } from "chat:room/api-process";
  const rooms: Process[] = [];
  export function open(): bool {
    const room = Process.trySpawn();
    if (room.isErr) return false;
    rooms.push(room.value);
    return room.value.tryMonitor(1).isOk && room.value.tryLink().isOk;
  }
  export function say(room: i32, text: string): i32 {
    rooms[room].say(new Line("me", text));
    return rooms[room].count();
  }
  export function close(): void { rooms.pop().drop(); }`;

function importsOf(component: Uint8Array): Record<string, string[]> {
  const { imports } = worldOfComponent(decodeComponent(component));
  return Object.fromEntries(
    imports.flatMap((item) =>
      item.kind === "interface" && item.interface.functions.length > 0
        ? [[item.name, item.interface.functions.map(({ name }) => name)] as const]
        : [],
    ),
  );
}

async function failure(run: () => Promise<unknown>): Promise<string> {
  const error = await run().then(
    () => new Error("nothing was wrong"),
    (reason: unknown) => reason,
  );
  if (error instanceof CompileError) return error.message;
  throw error;
}

describe("an import of a process view", () => {
  it("is a class, whose methods come in both forms", async () => {
    using folder = await new Folder().write({ "room.ts": ROOM, "lobby.ts": LOBBY });
    const built = await buildApps(["lobby.ts", "room.ts"].map((name) => folder.file(name)));
    expect(built.map(({ app }) => app)).toEqual([folder.file("room.ts"), folder.file("lobby.ts")]);
    const siblings = built.map(({ app, exported }) => ({ file: app, wit: exported }));
    const { component } = await compileLean({ app: folder.file("lobby.ts"), siblings });
    expect(importsOf(component)).toEqual({
      "chat:room/api-process": [
        "[static]process.spawn",
        "[method]process.monitor",
        "[method]process.link",
        "[method]process.say",
        "[method]process.count",
      ],
    });
    const bindings = folder.read("build/bindings/lobby/chat-room-api-process.ts");
    expect(bindings).toContain(
      "   * revoked and overloaded (the limits of the wire). Cost: constant, and its initialisers.\n   */\n  static spawn(): Process {",
    );
    expect(bindings).toContain("static trySpawn(): Result<Process, Fault> {");
    expect(bindings).toContain("/** Says something. */\n  say(line: Line): void {");
    expect(bindings).toContain("tryCount(): Result<i32, Fault> {");
    expect(bindings).toContain("tryMonitor(token: u32): Result<Void, Fault> {");
  });

  it("of WIT that is written down is the same", async () => {
    using folder = await new Folder().write({
      "lobby.ts": LOBBY,
      "wit/room.wit": `package chat:room;
        interface api { record line { %from: string, text: string } say: func(line: line); count: func() -> s32; }
        interface api-process {
          use atoll:fault/types@0.1.0.{fault};
          use api.{line};
          resource process {
            spawn: static func() -> result<process, fault>;
            monitor: func(token: u32) -> result<_, fault>;
            link: func() -> result<_, fault>;
            say: func(line: line) -> result<_, fault>;
            count: func() -> result<s32, fault>;
          }
        }`,
    });
    const { component } = await compileLean({ app: folder.file("lobby.ts") });
    expect(Object.keys(importsOf(component))).toEqual(["chat:room/api-process"]);
  });

  it("can be asked for by a world", async () => {
    using folder = await new Folder().write({
      "lobby.ts": LOBBY.replace(/^.*\n/, ""),
      "wit/lobby.wit": `package chat:lobby;
        interface api { open: func() -> bool; say: func(room: s32, text: string) -> s32; close: func(); }
        world lobby { import chat:room/api-process; export api; }`,
      "wit/deps/room.wit": `package chat:room;
        interface api { record line { %from: string, text: string } say: func(line: line); count: func() -> s32; }`,
    });
    const { component } = await compileLean({ app: folder.file("lobby.ts"), wit: folder.file("wit") });
    expect(Object.keys(importsOf(component))).toEqual(["chat:room/api-process"]);
  });

  it("lies beside the guarded view", async () => {
    using folder = await new Folder().write({
      "room.ts": ROOM,
      "app.ts": `import { Process, Line } from "chat:room/api-process";
        import { count } from "chat:room/api";
        export function run(): i32 { const p = Process.spawn(); p.say(new Line("a", "b")); return p.count() + count(); }`,
    });
    const [room] = await buildApps([folder.file("room.ts")]);
    const siblings = [{ file: room?.app ?? "", wit: room?.exported ?? "" }];
    const { component } = await compileLean({ app: folder.file("app.ts"), siblings });
    expect(Object.keys(importsOf(component)).sort()).toEqual([
      "chat:room/api-guarded",
      "chat:room/api-process",
    ]);
  });

  it("of an interface with resources, or of none, is an error with a way out", async () => {
    using folder = await new Folder().write({
      "store.ts": `// @wit a:store/api
        export class Blob { constructor(public size: i32) {} read(): i32 { return this.size; } }
        export function open(): Blob { return new Blob(1); }`,
      "app.ts": `import { Process } from "a:store/api-process";
        export function run(): void { Process.spawn(); }`,
      "other.ts": `import { Process } from "a:other/api-process";
        export function run(): void { Process.spawn(); }`,
    });
    const [store] = await buildApps([folder.file("store.ts")]);
    const siblings = [{ file: store?.app ?? "", wit: store?.exported ?? "" }];
    const message = await failure(() => compileLean({ app: folder.file("app.ts"), siblings }));
    expect(message).toContain("a:store/api: it has the resource or handles blob");
    expect(message).toContain("help: ");
    expect(await failure(() => compileLean({ app: folder.file("other.ts") }))).toContain(
      "the interface `a:other/api-process` was not found.",
    );
  });
});
