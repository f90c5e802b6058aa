/** Programs whose own functions take and return handles of processes. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { worldOfComponent } from "../../../toolchain/abi/index.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { decodeComponent } from "../../../toolchain/wasm/index.ts";
import { Folder } from "./guest.ts";

const PROGRAMS = {
  "visitor.ts": `// @wit chat:visitor/api
    export function hear(text: string): void {}`,
  "room.ts": `// @wit chat:room/api
    import { Process as Visitor } from "chat:visitor/api-process";
    export class Seat { constructor(public row: u32, public visitor: Visitor) {} }
    const visitors: Visitor[] = [];
    export function join(name: string, visitor: Visitor): u32 { return visitors.push(visitor); }
    export function all(others: Visitor[], last: Visitor | null): void { for (let i = 0; i < others.length; i++) others[i].hear("x"); }
    export function leave(): Visitor { return visitors.pop(); }
    export function take(at: Seat): Seat { return at; }`,
  "lobby.ts": `// @wit chat:lobby/api
    import { Process as Room, Seat, Functions } from "chat:room/api-process";
    import { Process as Visitor, Functions as Hears } from "chat:visitor/api-process";
    const rooms: Room[] = [];
    export function open(visitor: Visitor): Room {
      const room = Room.spawn();
      room.join("me", visitor.narrow(Hears.Hear, 0, 0, 0));
      room.all([visitor.narrow(Hears.Hear, 1, 2, 3)], null);
      const back = room.tryLeave();
      if (back.isOk) back.value.revoke();
      room.take(new Seat(1, visitor)).visitor.hear("y");
      return room.narrow(Functions.Join | Functions.Leave, 0, 0, 0);
    }
    export function meet(visitor: Visitor, other: Room, may: Functions): void {}`,
  "main.ts": `// @wit chat:main/api
    import { open } from "chat:lobby/api";
    import { Process } from "chat:visitor/api-process";
    export function run(): void { open(Process.spawn()).leave(); }`,
};

function importsOf(component: Uint8Array): string[] {
  const { imports } = worldOfComponent(decodeComponent(component));
  return imports.map(({ name }) => name);
}

describe("a program", () => {
  it("takes and returns handles of processes as its own", async () => {
    using folder = await new Folder().write(PROGRAMS);
    const built = await buildApps(Object.keys(PROGRAMS).map((name) => folder.file(name)));
    const of = (name: string): (typeof built)[number] | undefined =>
      built.find(({ app }) => app === folder.file(name));
    expect(of("room.ts")?.exported).toBe(`package chat:room;

interface api {
  use chat:visitor/api-process.{process as visitor};

  record seat {
    row: u32,
    visitor: visitor,
  }

  join: func(name: string, visitor: visitor) -> u32;

  all: func(others: list<visitor>, last: option<visitor>);

  leave: func() -> visitor;

  take: func(at: seat) -> seat;
}
`);
    expect(of("lobby.ts")?.exported).toContain(
      "  use chat:visitor/api-process.{process as visitor};\n  use chat:room/api-process.{process as room, functions as room-functions};\n",
    );
    const main = importsOf(new Uint8Array(readFileSync(of("main.ts")?.output ?? "")));
    expect(main).toEqual([
      "atoll:fault/types@0.1.0",
      "chat:visitor/api-process",
      "chat:room/api-process",
      "chat:lobby/api-guarded",
    ]);
    // A room's class is the same wherever it comes from, and guarded by itself.
    const bindings = folder.read("build/bindings/main/chat-lobby-api-guarded.ts");
    expect(bindings).toContain('export { Process as Room } from "chat:room/api-process";');
  });

  it("calls a type of another package by a name that is free", async () => {
    using folder = await new Folder().write({
      "visitor.ts": PROGRAMS["visitor.ts"],
      "app.ts": `import { Process } from "chat:visitor/api-process";
        export class VisitorProcess { constructor(public n: u32) {} }
        export function visitor(v: Process, other: VisitorProcess): void {}`,
    });
    const built = await buildApps(["visitor.ts", "app.ts"].map((name) => folder.file(name)));
    expect(built[1]?.exported).toContain("{process as api-process-process};");
  });

  it("has handles of itself by an interface that somebody has written", async () => {
    using folder = await new Folder().write({
      "ann.ts": `// @wit chat:ann/api
        // @export chat:ears/api
        import { Functions, Process as Ears } from "chat:ears/api-process";
        export function hear(text: string): void {}
        export function me(): Ears { return Ears.provider().narrow(Functions.Hear, 1, 0, 0); }`,
      "wit/ears.wit": "package chat:ears; interface api { hear: func(text: string); }",
    });
    const [built] = await buildApps([folder.file("ann.ts")]);
    expect(built?.exported).toContain(
      "  use chat:ears/api-process.{process as ears};\n\n  me: func() -> ears;",
    );
  });

  it("has no handle of itself by its inferred interface, unless its world is WIT", async () => {
    const self = `import { Process } from "chat:self/api-process";
      export function me(): string { return Process.provider().tryName().value; }
      export function name(): string { return "self"; }`;
    using folder = await new Folder().write({
      "self.ts": `// @wit chat:self/api\n${self}`,
      "wit/self.wit": `package chat:self; interface api { me: func() -> string; name: func() -> string; }
        world self { import api-process; export api; }`,
    });
    const problem = await buildApps([folder.file("self.ts")]).catch((error: unknown) => String(error));
    expect(problem).toContain("the app exports `chat:self/api` itself");
    expect(problem).toContain("`import chat:self/api-process;` and `export chat:self/api;`");
    await folder.write({ "self.ts": self });
    const [built] = await buildApps([folder.file("self.ts")], { wit: folder.file("wit") });
    expect(importsOf(new Uint8Array(readFileSync(built?.output ?? "")))).toContain("chat:self/api-process");
  });
});
