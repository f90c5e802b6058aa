/**
 * Interfaces with functions or resources of one name, exported by one program.
 */
import { expect, it, test } from "vitest";
import { CompileError, compileLean } from "../../../toolchain/compile/index.ts";
import { bringUp, call } from "../link/bring-up.ts";
import { linked } from "../link/guests.ts";
import { compileText, Folder, instantiate } from "./guest.ts";

const CLOCKS = `package t:clocks@0.2.0;
interface wall-clock { now: func() -> string; zone: func() -> string; resource hand { constructor(at: u32); at: func() -> u32; } }
interface monotonic-clock {
  now: func() -> u64;
  use wall-clock.{hand as minute};
  resource hand { constructor(at: u32); at: func() -> u32; }
  turn: func(one: borrow<hand>, other: borrow<minute>) -> u32;
  turned: func(by: u32) -> hand;
}
world all { export wall-clock; export monotonic-clock; }`;

const PROGRAM = `
export class WallClockHand { constructor(private n: u32) {} at(): u32 { return this.n; } }
export class MonotonicClockHand { constructor(private n: u32) {} at(): u32 { return 100 + this.n; } }
export function wallClockNow(): string { return "noon"; }
export function monotonicClockNow(): u64 { return 12; }
export function zone(): string { return "UTC"; }
export function turn(one: MonotonicClockHand, other: WallClockHand): u32 { return one.at() * 1000 + other.at(); }
export function turned(by: u32): MonotonicClockHand { return new MonotonicClockHand(by); }
`;

async function compiled(wit: string, program: string): ReturnType<typeof compileText> {
  using folder = await new Folder().write({ "w.wit": wit });
  return await compileText(program, { wit: folder.file("w.wit") });
}

/** What the compiler says of a program that does not fit. */
async function refused(wit: string, program: string): Promise<string> {
  const error: unknown = await compiled(wit, program).catch((thrown: unknown) => thrown);
  if (!(error instanceof CompileError)) throw error;
  return error.message;
}

it("names of two interfaces have the interface's in front, others have not", async () => {
  using folder = await new Folder().write({
    "wit/clocks.wit": CLOCKS,
    "clocks.ts": PROGRAM,
    "app.ts": `import { Hand, now as wall, zone } from "t:clocks/wall-clock";
      import { Hand as Minute, now, turn, turned } from "t:clocks/monotonic-clock";
      export function times(): bool { return wall() == "noon" && zone() == "UTC" && now() == 12; }
      export function turns(): u32 {
        const one = new Minute(1);
        const other = new Hand(2);
        const third = turned(3);
        return (turn(one, other) * 10 + other.at()) * 1000 + third.at();
      }`,
  });
  const wit = folder.file("wit/clocks.wit");
  const clocks = await compileLean({ app: folder.file("clocks.ts"), wit, world: "all" });
  expect(clocks.notes).toEqual([]);
  const app = await compileLean({ app: folder.file("app.ts") });
  const from = { "t:clocks/wall-clock@0.2.0": "clocks", "t:clocks/monotonic-clock@0.2.0": "clocks" };
  const { plan } = linked({
    app: { bytes: app.component, imports: from },
    clocks: { bytes: clocks.component },
  });
  const running = bringUp(plan);
  expect(call(running, "app", "local:app/api#times")).toBe(1);
  expect(call(running, "app", "local:app/api#turns")).toBe(((101 * 1000 + 2) * 10 + 2) * 1000 + 103);
});

test("a program without them is told which it lacks, and why they are longer", async () => {
  const short = PROGRAM.replaceAll("wallClockNow", "now").replaceAll(
    /\bWallClockHand|MonotonicClockHand/g,
    "Hand",
  );
  const said = await refused(
    CLOCKS,
    short.replace(/^export class Hand.*/m, "").replaceAll("private", "public"),
  );
  expect(said).toContain("`t:clocks/wall-clock@0.2.0#now`, but app.ts exports no function `wallClockNow`");
  expect(said).toContain(
    "the resource `t:clocks/wall-clock@0.2.0#hand`, but app.ts exports no class `WallClockHand`",
  );
  expect(said).toContain(
    "The interface's name is in front, for `now` is exported for another interface too.",
  );
  expect(said).toContain("for `Hand` is exported for another interface too.");
});

it("has the package's name in front as well where interfaces have one name", async () => {
  const wit = `package t:main;
package a:one { interface api { get: func() -> u32; } }
package a:two { interface api { get: func() -> u32; api-get: func() -> u32; } }
world all { export a:one/api; export a:two/api; export get: func() -> u32; }`;
  const { component } = await compiled(
    wit,
    `export function get(): u32 { return 0; }
     export function oneApiGet(): u32 { return 1; }
     export function twoApiGet(): u32 { return 2; }
     export function apiApiGet(): u32 { return 3; }`,
  );
  const guest = await instantiate(component);
  expect(["a:one/api#get", "a:two/api#get", "a:two/api#api-get"].map((name) => guest.call(name))).toEqual([
    1, 2, 3,
  ]);
});

it("finds what another file of the app exports", async () => {
  using folder = await new Folder().write({
    "w.wit": CLOCKS,
    "all.ts": PROGRAM,
    "app.ts": 'export * from "./all";',
  });
  const { component } = await compileLean({ app: folder.file("app.ts"), wit: folder.file("w.wit") });
  expect(component.length).toBeGreaterThan(0);
});

it("refuses two versions of one interface, which nothing tells apart", async () => {
  const wit = `package t:main;
package a:one@1.0.0 { interface api { get: func() -> u32; } }
package a:one@2.0.0 { interface api { get: func() -> u32; } }
world all { export a:one/api@1.0.0; export a:one/api@2.0.0; }`;
  expect(await refused(wit, "export function oneApiGet(): u32 { return 1; }")).toContain(
    "`oneApiGet` is exported for a:one/api@1.0.0 and for a:one/api@2.0.0, and an app has one export of a name.",
  );
});

it("keeps the short name of what is imported as well", async () => {
  using folder = await new Folder().write({
    "w.wit": `package t:main;
interface one { get: func() -> u32; }
interface two { get: func() -> u32; }
world all { import one; export one; export two; }`,
    "app.ts": `import { get } from "t:main/one";
      export function oneGet(): u32 { return get() + 1; }
      export function twoGet(): u32 { return 2; }`,
  });
  const { component } = await compileLean({ app: folder.file("app.ts"), wit: folder.file("w.wit") });
  const guest = await instantiate(component, { "t:main/one": { get: () => 40 } });
  expect([guest.call("t:main/one#get"), guest.call("t:main/two#get")]).toEqual([41, 2]);
});
