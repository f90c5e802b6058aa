/** Programs that import guarded views: found, derived, and used in both forms. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { worldOfComponent, type World } from "../../../toolchain/abi/index.ts";
import { buildApps, CompileError, compileLean } from "../../../toolchain/compile/index.ts";
import { decodeComponent } from "../../../toolchain/wasm/index.ts";
import { bringUp, call as callIn } from "../link/bring-up.ts";
import { linked } from "../link/guests.ts";
import { Folder, instantiate } from "./guest.ts";

const PLAIN = `/// An index.
interface api {
  record hit { path: string, score: f64 }
  /// Finds texts.
  find: func(text: string) -> list<hit>;
  forget: func();
}`;
const PACKAGE = `package s:i@0.1.0;\n${PLAIN}`;
const API = "s:i/api-guarded@0.1.0";
const LOOP = `// @wit s:q/api
// @drives s:i/api
import { find } from "s:i/api";
import { forget } from "s:j/api";
export function run(): i32 { forget(); return find("x").length; }`;
const HIT = { path: "a.md", score: 1.5 };

function importsOf(component: Uint8Array): World["imports"] {
  return worldOfComponent(decodeComponent(component)).imports;
}

function functionsOf(component: Uint8Array): Record<string, string[]> {
  const items = importsOf(component).flatMap((item) => {
    if (item.kind !== "interface" || item.interface.functions.length === 0) return [];
    return [[item.name, item.interface.functions.map(({ name }) => name)] as const];
  });
  return Object.fromEntries(items);
}

async function failure(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof CompileError) return error.message;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("an import of a guarded view", () => {
  it("is derived from the plain interface, with its documentation", async () => {
    using folder = await new Folder().write({
      "app.ts": `import { find, tryFind, Hit } from "s:i/api-guarded";
        import { Fault } from "atoll";
        export function best(text: string): Hit | null { const hits = find(text); return hits.length > 0 ? hits[0] : null; }
        export function count(text: string): i32 {
          const hits = tryFind(text);
          return hits.isOk ? hits.value.length : hits.error == Fault.Crashed ? -1 : -2;
        }`,
      "wit/index.wit": PACKAGE,
    });
    const { component } = await compileLean({ app: folder.file("app.ts") });
    expect(functionsOf(component)).toEqual({ [API]: ["find"] });
    const bindings = folder.read("build/bindings/app/s-i-api-guarded.ts");
    expect(bindings).toContain("/** Finds texts. */\nexport function find(text: string): Hit[]");
    expect(bindings).toContain("export function tryFind(text: string): Result<Hit[], Fault>");
    const answers: unknown[] = [
      { case: "ok", value: [HIT, HIT] },
      { case: "ok", value: [HIT] },
      { case: "error", value: "crashed" },
      { case: "error", value: "unavailable" },
    ];
    const { call } = await instantiate(component, { [API]: { find: () => answers.shift() } });
    expect(call("best", "x")).toEqual({ case: "some", value: HIT });
    expect([call("count", "x"), call("count", "x"), call("count", "x")]).toEqual([1, -1, -2]);
  });

  it("is none of what the app drives, in its own process", async () => {
    using folder = await new Folder().write({
      "loop.ts": LOOP,
      "wit/i.wit": PACKAGE,
      "wit/deps/j/j.wit": PACKAGE.replace("s:i", "s:j"),
    });
    const { component } = await compileLean({ app: folder.file("loop.ts") });
    expect(functionsOf(component)).toEqual({
      "s:i/api@0.1.0": ["find"],
      "s:j/api-guarded@0.1.0": ["forget"],
    });
    await folder.write({ "loop.ts": LOOP.replace("@drives s:i", "@drives s:k") });
    expect(await failure(() => compileLean({ app: folder.file("loop.ts") }))).toMatch(
      /loop\.ts:2:12: drives: the app drives `s:k\/api`, and imports nothing of it\./,
    );
  });

  it("gives values that are of the plain interface's types", async () => {
    using folder = await new Folder().write({
      "index.ts": `// @wit s:i/api
        export class Hit { constructor(public path: string, public score: f64) {} }
        export function find(text: string): Hit[] { return [new Hit(text, 1)]; }`,
      "query.ts": `// @wit s:q/api
        import { tryFind, Hit } from "s:i/api-guarded";
        export function best(text: string): Hit | null { const hits = tryFind(text); return hits.isOk ? hits.value[0] : null; }`,
      "main.ts": `import { tryBest } from "s:q/api-guarded";
        export function run(): string { const hit = tryBest("x"); if (hit.isErr) return "fault"; const best = hit.value; return best === null ? "" : best.path; }`,
    });
    const apps = ["main.ts", "query.ts", "index.ts"].map((name) => folder.file(name));
    const built = await buildApps(apps);
    expect(built.map(({ app }) => app)).toEqual(apps.toReversed());
    expect(built[1]?.exported).toContain("use s:i/api.{hit};");
    const main = await compileLean({
      app: folder.file("main.ts"),
      siblings: built.map(({ app, exported }) => ({ file: app, wit: exported })),
    });
    expect(functionsOf(main.component)).toEqual({ "s:q/api-guarded": ["best"] });
    const { call } = await instantiate(main.component, {
      "s:q/api-guarded": { best: () => ({ case: "ok", value: { case: "some", value: HIT } }) },
    });
    expect(call("run")).toBe("a.md");
  });

  it("passes resources on, whose interface others find again", async () => {
    using folder = await new Folder().write({
      "store.ts": `// @wit s:store/api
        export class Blob { constructor(public size: i32) {} read(): i32 { return this.size; } }`,
      "cache.ts": `// @wit s:cache/api
        import { Blob } from "s:store/api-guarded";
        export function open(size: i32): Blob { return new Blob(size); }`,
      "main.ts": `import { tryOpen } from "s:cache/api-guarded";
        import { Blob } from "s:store/api-guarded";
        export function run(): i32 {
          const opened = tryOpen(4);
          if (opened.isErr) return -1;
          const blob: Blob = opened.value;
          const read = blob.tryRead();
          blob.drop();
          return read.isOk ? read.value : -2;
        }`,
    });
    const built = await buildApps(["main.ts", "cache.ts", "store.ts"].map((name) => folder.file(name)));
    const cache = built.find(({ app }) => app === folder.file("cache.ts"));
    expect(cache?.exported).toContain("use s:store/api-guarded.{blob};");
    const main = await compileLean({
      app: folder.file("main.ts"),
      siblings: built.map(({ app, exported }) => ({ file: app, wit: exported })),
    });
    expect(functionsOf(main.component)).toEqual({
      "s:cache/api-guarded": ["open"],
      "s:store/api-guarded": ["[method]blob.read"],
    });
  });

  it("is what an import of the plain interface means, unless there is nothing to call", async () => {
    using folder = await new Folder().write({
      "app.ts": `import { find, tryFind } from "s:i/api";
        import { Hit } from "s:i/api@0.1.0";
        import { Id } from "s:i/ids";
        import { writeLine } from "atoll:device/console";
        export function run(id: Id): Hit { if (tryFind("x").isErr) writeLine("no"); return find("x")[0]; }`,
      "wit/index.wit": `${PACKAGE}\ninterface ids { record id { n: u32 } }`,
    });
    const { component, exported } = await compileLean({ app: folder.file("app.ts") });
    expect(functionsOf(component)).toEqual({ "atoll:device/console@0.1.0": ["write-line"], [API]: ["find"] });
    expect(exported).toContain("use s:i/ids@0.1.0.{id};");
    expect(exported).toContain("use s:i/api@0.1.0.{hit};");
  });

  it("is not what an import of WASI means, whose WIT need not be given", async () => {
    using folder = await new Folder().write({
      "app.ts": `import { now } from "wasi:clocks/wall-clock";
        export function seconds(): u64 { return now().seconds; }`,
    });
    const { component } = await compileLean({ app: folder.file("app.ts") });
    expect(functionsOf(component)).toEqual({ "wasi:clocks/wall-clock@0.2.12": ["now"] });
  });

  it("has a fault that a program may hand on", async () => {
    using folder = await new Folder().write({
      "app.ts": `import { tryForget } from "s:i/api-guarded";
        import { Fault, Result, Void } from "atoll";
        export function forget(): Result<Void, Fault> { return tryForget(); }
        export function last(): Fault { return Fault.Timeout; }`,
      "wit/index.wit": PACKAGE,
    });
    const { component, exported } = await compileLean({ app: folder.file("app.ts") });
    expect(exported).toContain("use atoll:fault/types@0.1.0.{fault};");
    const { call } = await instantiate(component, {
      [API]: { forget: () => ({ case: "error", value: "exhausted" }) },
    });
    expect(call("forget")).toEqual({ case: "error", value: "exhausted" });
    expect(call("last")).toBe("timeout");
  });

  it("of what nobody provides is not found", async () => {
    using folder = await new Folder().write({
      "app.ts": 'import { f } from "s:nix/api-guarded"; export { f };',
    });
    expect(await failure(() => compileLean({ app: folder.file("app.ts") }))).toMatch(
      /app\.ts:1:19: import: the interface `s:nix\/api-guarded` was not found\./,
    );
  });
});

describe("an interface that an app both imports and exports", () => {
  const proxy = `import { Blob as Inner, Entry, open as openInner } from "s:store/api";
    export class Blob {
      private inner: Inner;
      constructor(size: u32) { this.inner = new Inner(size + 1); }
      stat(): Entry { return this.inner.stat(); }
    }
    export function open(entry: Entry): Blob { return new Blob(openInner(entry).stat().size); }`;
  const store = `package s:store;
    interface api {
      record entry { size: u32 }
      resource blob { constructor(size: u32); stat: func() -> entry; }
      open: func(entry: entry) -> blob;
    }`;

  it("has two resources of one name where the import is the guarded view", async () => {
    using folder = await new Folder().write({
      "app.ts": proxy,
      "world.wit": `${store} world proxy { import api-guarded; export api; }`,
      "main.ts": `import { Blob, Entry, open } from "s:store/api";
        export function run(): u32 { return new Blob(3).stat().size * 100 + open(new Entry(5)).stat().size; }`,
      "store.ts": `// @wit s:store/api
        export class Entry { constructor(public size: u32) {} }
        export class Blob { constructor(public size: u32) {} stat(): Entry { return new Entry(this.size); } }
        export function open(entry: Entry): Blob { return new Blob(entry.size); }`,
    });
    const app = await compileLean({ app: folder.file("app.ts"), wit: folder.file("world.wit") });
    const built = await buildApps([folder.file("store.ts"), folder.file("main.ts")]);
    const [provider, main] = built.map(({ output }) => new Uint8Array(readFileSync(output)));
    const { plan } = linked({
      store: { bytes: provider ?? new Uint8Array() },
      proxy: { bytes: app.component, imports: { "s:store/api": "store" } },
      main: { bytes: main ?? new Uint8Array(), imports: { "s:store/api": "proxy" } },
    });
    expect(callIn(bringUp(plan), "main", "local:main/api#run")).toBe(406);
  });

  it("has to be written in WIT, and says so", async () => {
    using folder = await new Folder().write({
      "app.ts": `// @wit s:store/api\n${proxy}`,
      "wit/store.wit": store,
      "both.wit": `${store} world proxy { import api; export api; }`,
    });
    const inferred = (): Promise<unknown> => compileLean({ app: folder.file("app.ts") });
    expect(await failure(inferred)).toMatch(
      /app\.ts:2:57: import: the app exports `s:store\/api` itself[\s\S]*`import s:store\/api-guarded;` and `export s:store\/api;`/,
    );
    const given = (): Promise<unknown> =>
      compileLean({ app: folder.file("app.ts"), wit: folder.file("both.wit") });
    expect(await failure(given)).toContain("import s:store/api-guarded instead, whose resources are its own");
  });
});

describe("a world written in WIT", () => {
  const program = `import { find } from "s:i/api"; export function run(): i32 { return find("x").length; }`;

  it("imports the plain interface where it says so", async () => {
    using folder = await new Folder().write({
      "app.ts": program,
      "world.wit": `${PACKAGE}\nworld w { import api; export run: func() -> s32; }`,
    });
    const { component } = await compileLean({ app: folder.file("app.ts"), wit: folder.file("world.wit") });
    expect(functionsOf(component)).toEqual({ "s:i/api@0.1.0": ["find"] });
    expect(folder.read("build/bindings/app/s-i-api.ts")).not.toContain("tryFind");
  });

  it.each([
    ["of its own package", `${PACKAGE}\nworld w { import api-guarded; export run: func() -> s32; }`],
    ["of another", `package a:b;\nworld w { import s:i/api-guarded@0.1.0; export run: func() -> s32; }`],
    [
      "that is written out",
      `${PACKAGE}
      interface api-guarded { use atoll:fault/types@0.1.0.{fault}; use api.{hit}; find: func(text: string) -> result<list<hit>, fault>; }
      world w { import api-guarded; export run: func() -> s32; }`,
    ],
  ])("imports a guarded view %s", async (_, world) => {
    using folder = await new Folder().write({
      "app.ts": program,
      "world.wit": world,
      "wit/index.wit": PACKAGE,
    });
    const { component } = await compileLean({ app: folder.file("app.ts"), wit: folder.file("world.wit") });
    expect(functionsOf(component)).toEqual({ [API]: ["find"] });
    const paths = JSON.parse(folder.read("build/bindings/tsconfig.json")) as {
      compilerOptions: { paths: Record<string, string[]> };
    };
    expect(paths.compilerOptions.paths["s:i/api"]).toEqual(["./app/s-i-api.ts"]);
  });

  it("gives both where it imports both", async () => {
    using folder = await new Folder().write({
      "app.ts":
        `import { find, Hit } from "s:i/api"; import { find as guarded, tryFind } from "s:i/api-guarded";
        export function run(): s32 { const hits: Hit[] = find("x"); return hits.length + guarded("x").length + tryFind("x").value.length; }`.replace(
          "s32",
          "i32",
        ),
      "world.wit": `${PACKAGE}\nworld w { import api; import api-guarded; export run: func() -> s32; }`,
    });
    const { component } = await compileLean({ app: folder.file("app.ts"), wit: folder.file("world.wit") });
    expect(functionsOf(component)).toEqual({ "s:i/api@0.1.0": ["find"], [API]: ["find"] });
  });

  it("that names a view of nothing says how to make one", async () => {
    using folder = await new Folder().write({
      "app.ts": "export function run(): i32 { return 1; }",
      "world.wit": `${PACKAGE}\nworld w { import other-guarded; export run: func() -> s32; }`,
    });
    const compile = () => compileLean({ app: folder.file("app.ts"), wit: folder.file("world.wit") });
    const message = await failure(compile);
    expect(message).toContain("world.wit:9:18: WIT: interface or world `other-guarded` does not exist.");
    expect(message).toContain(
      "help: It would be derived from `other`, which is not there either; `atoll wit guard` prints",
    );
  });
});
