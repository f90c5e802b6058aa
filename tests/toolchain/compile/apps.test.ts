/** Several apps: what one exports the next imports; what is fresh is not built again. */
import { rmSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { buildApps, type BuiltApp, CompileError, ensureBuilt } from "../../../toolchain/compile/index.ts";
import { readFileSync } from "node:fs";
import { compileText, Folder, instantiate } from "./guest.ts";

const FILES = {
  "corpus.ts": `// @wit demo:corpus/api@0.2.0
/** One text of the corpus. */
export class Text {
  constructor(
    /** Its lines, without their ends. */
    public lines: string[],
    public kind: Kind,
  ) {}
}
export enum Kind { Prose, Verse }
/** Reads a text. */
export function read(name: string): Text { return new Text([name, "end"], Kind.Verse); }
`,
  "counter.ts": `import { Text } from "demo:corpus/api";
import { words } from "./lib/words";
/** Counts its words. */
export function count(text: Text): u32 { let n: u32 = 0; for (let i = 0; i < text.lines.length; i++) n += words(text.lines[i]); return n; }
`,
  "lib/words.ts": "export function words(line: string): u32 { return line.split(' ').length; }\n",
  "query.ts": `import { read, Text, Kind } from "demo:corpus/api@0.2.0";
import { count } from "local:counter/api";
export class Answer { constructor(public text: Text, public words: u32, public verse: bool) {} }
export function ask(name: string): Answer { const text = read(name); return new Answer(text, count(text), text.kind == Kind.Verse); }
`,
};

const names = (built: readonly BuiltApp[]): string[] => built.map(({ app }) => basename(app));

test("apps are built in the order of their imports, types and documentation travel", async () => {
  using folder = await new Folder().write(FILES);
  const built = await buildApps(["query.ts", "counter.ts", "corpus.ts"].map((name) => folder.file(name)));
  expect(names(built)).toEqual(["corpus.ts", "counter.ts", "query.ts"]);
  const text = { lines: ["a b", "end"], kind: "verse" };
  const guest = await instantiate(readFileSync(folder.file("build/query.wasm")), {
    "demo:corpus/api-guarded@0.2.0": { read: () => ({ case: "ok", value: text }) },
    "local:counter/api-guarded": { count: () => ({ case: "ok", value: 3 }) },
  });
  expect(guest.call("ask", "x")).toEqual({ text, words: 3, verse: true });
  expect(built[2]?.exported).toContain("use demo:corpus/api@0.2.0.{text};");
  const bindings = ["", "-guarded"]
    .map((view) => folder.read(`build/bindings/query/demo-corpus-api${view}.ts`))
    .join("");
  for (const doc of ["One text of the corpus.", "Its lines, without their ends.", "Reads a text."])
    expect(bindings).toContain(doc);

  // A component in build/ stands for its app.
  expect(names(await buildApps([folder.file("query.ts")]))).toEqual(["query.ts"]);
});

test("only what changed is built again, and what depends on the change", async () => {
  using folder = await new Folder().write(FILES);
  const apps = ["query.ts", "counter.ts", "corpus.ts"].map((name) => folder.file(name));
  const rebuilt = async (): Promise<string[]> => {
    const made: string[] = [];
    await ensureBuilt(apps, { onBuild: (app) => made.push(basename(app)) });
    return made;
  };
  expect(await rebuilt()).toEqual(["corpus.ts", "counter.ts", "query.ts"]);
  expect(await rebuilt()).toEqual([]);
  await folder.write({ "lib/words.ts": "export function words(line: string): u32 { return 7; }\n" });
  expect(await rebuilt()).toEqual(["counter.ts"]);
  await folder.write({ "corpus.ts": FILES["corpus.ts"].replace("Prose, Verse", "Prose, Verse, Table") });
  expect(await rebuilt()).toEqual(["corpus.ts", "counter.ts", "query.ts"]);
  rmSync(folder.file("build/counter.wasm"));
  expect(await rebuilt()).toEqual(["counter.ts"]);
  await folder.write({ "build/query.wasm": "not what was built" });
  expect(await rebuilt()).toEqual(["query.ts"]);
  await folder.write({ "build/query.inputs.json": "{" });
  expect(await rebuilt()).toEqual(["query.ts"]);
});

test("a circle of imports is named", async () => {
  using folder = await new Folder().write({
    "a.ts": 'import { b } from "local:b/api";\nexport function a(): void { b(); }\n',
    "b.ts": 'import { c } from "local:c/api";\nexport function b(): void { c(); }\n',
    "c.ts": 'import { a } from "local:a/api";\nexport function c(): void { a(); }\n',
  });
  const error = await buildApps(["a.ts", "b.ts", "c.ts"].map((name) => folder.file(name))).catch(
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(CompileError);
  expect((error as CompileError).diagnostics).toMatchObject([
    {
      file: folder.file("c.ts"),
      line: 1,
      construct: "circle of imports",
      message: expect.stringContaining("a → b → c → a") as string,
    },
  ]);
});

test("apps import one another where WIT says what one of them is", async () => {
  using folder = await new Folder().write({
    "wit/b.wit": "package local:b; interface api { b: func(x: u32); }",
    "a.ts": 'import { b } from "local:b/api";\nexport function a(x: u32): void { b(x); }\n',
    "b.ts": 'import { a } from "local:a/api";\nexport function b(x: u32): void { a(x); }\n',
  });
  const apps = ["b.ts", "a.ts"].map((name) => folder.file(name));
  const built = await buildApps(apps);
  expect(built.map(({ app }) => basename(app))).toEqual(["a.ts", "b.ts"]);
});

test("options about one app are refused for several", async () => {
  await expect(buildApps(["a.ts", "b.ts"], { output: "x.wasm" })).rejects.toThrow(
    "--output: it is about one app, and 2 are given",
  );
});

test("statements outside of functions may get texts of others", async () => {
  const { component } = await compileText(`import { get } from "atoll:device/configuration";
const word = get("word");
export function said(): string { const text = word; return text === null ? "nothing" : text; }
`);
  const guest = await instantiate(component, {
    "atoll:device/configuration@0.1.0": { get: (key) => ({ case: "some", value: `the ${key as string}` }) },
  });
  expect(guest.call("said")).toBe("the word");
});
