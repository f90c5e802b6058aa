/** Worlds written in WIT: the program fits, documentation is carried over. */
import { expect, test } from "vitest";
import { compileLean } from "../../../toolchain/compile/index.ts";
import { Folder, instantiate } from "./guest.ts";

const WIT = `package demo:words@1.2.0;

/// Words and where they stand.
interface api {
  /// A word.
  record word {
    /// As it was written.
    text: string,
    at: u32,
  }
  /** How words are cut. */
  variant mode {
    /// At spaces.
    plain,
    prefix(u8),
  }
  flags rules { lower, fold-accents }
  /// Cuts a text.
  split: func(text: string, mode: mode, rules: rules) -> list<word>;
  corners: func(of: list<u32, 4>) -> list<u32, 2>;
}

interface log { note: func(text: string); }

world words {
  import log;
  export api;
}

world other { export api; }
`;

const APP = `
import { Mode, ModePrefix, Rules, Word } from "demo:words/api";
import { note } from "demo:words/log@1.2.0";
export function split(text: string, mode: Mode, rules: Rules): Word[] {
  note(text);
  const short = mode instanceof ModePrefix ? (mode as ModePrefix).value : 255;
  const words = text.split(" ");
  const result: Word[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i].slice(0, short);
    result.push(new Word(rules & Rules.Lower ? word.toLowerCase() : word, i));
  }
  return result;
}
export function corners(points: StaticArray<u32>): StaticArray<u32> { return [points[0], points[3]]; }
export function helper(): void {}
`;

test("a program that fits its world", async () => {
  using folder = await new Folder().write({ "wit/world.wit": WIT, "app.ts": APP });
  const result = await compileLean({ app: folder.file("app.ts"), wit: folder.file("wit"), world: "words" });
  expect(result.notes).toEqual(["`helper` is exported by app.ts but not by the world: left out."]);
  const noted: unknown[] = [];
  const guest = await instantiate(result.component, {
    "demo:words/log@1.2.0": { note: (text) => void noted.push(text) },
  });
  const words = guest.call(
    "split",
    "Ab Cdef",
    { case: "prefix", value: 2 },
    { lower: true, "fold-accents": false },
  );
  expect(words).toEqual([
    { text: "ab", at: 0 },
    { text: "cd", at: 1 },
  ]);
  expect(guest.call("corners", [1, 2, 3, 4])).toEqual([1, 4]);
  expect(noted).toEqual(["Ab Cdef"]);

  const bindings = folder.read("build/bindings/app/demo-words-api.ts");
  for (const doc of [
    "Words and where they stand.",
    "A word.",
    "As it was written.",
    "How words are cut.",
    "At spaces.",
  ]) {
    expect(bindings).toContain(doc);
  }
  expect(folder.read("build/bindings/app/demo-words-log.ts")).toContain(
    '@external("demo:words/log@1.2.0", "note")',
  );
});

test("the author's own classes fit by structure", async () => {
  using folder = await new Folder().write({
    "world.wit":
      "package a:b;\nworld w { export x; }\ninterface x { record p { n: s32 } twice: func(p: p) -> p; }\n",
    "app.ts":
      "export class Point { constructor(public n: i32) {} }\nexport function twice(q: Point): Point { return new Point(q.n * 2); }\n",
  });
  const { component } = await compileLean({ app: folder.file("app.ts"), wit: folder.file("world.wit") });
  expect((await instantiate(component)).call("twice", { n: 4 })).toEqual({ n: 8 });
});

test("WIT with interfaces alone is there to import from", async () => {
  using folder = await new Folder().write({
    "clock.wit": "package a:clock@2.0.0;\ninterface now { type time = u64; get: func() -> time; }\n",
    "app.ts": 'import { get } from "a:clock/now";\nexport function later(): u64 { return get() + 1; }\n',
  });
  const { component, exported } = await compileLean({
    app: folder.file("app.ts"),
    wit: folder.file("clock.wit"),
  });
  const guest = await instantiate(component, {
    "a:clock/now-guarded@2.0.0": { get: () => ({ case: "ok", value: 41n }) },
  });
  expect(guest.call("later")).toBe(42n);
  expect(exported).toContain("later: func() -> u64;");
});

test("packages of wit/deps are found, and the packages that those use", async () => {
  using folder = await new Folder().write({
    "wit/deps/store/a.wit":
      "package my:store;\ninterface store { use other:base/types@0.1.0.{id}; put: func(id: id) -> id; }\n",
    "wit/deps/base.wit": "package other:base@0.1.0;\ninterface types { record id { hi: u64, lo: u64 } }\n",
    "app.ts":
      'import { Id, put } from "my:store/store";\nexport function save(id: Id): Id { return put(id); }\n',
  });
  const { component, exported } = await compileLean({ app: folder.file("app.ts") });
  const guest = await instantiate(component, {
    "my:store/store-guarded": {
      put: (id) => ({ case: "ok", value: { ...(id as { hi: bigint; lo: bigint }), lo: 7n } }),
    },
  });
  expect(guest.call("save", { hi: 1n, lo: 2n })).toEqual({ hi: 1n, lo: 7n });
  expect(exported).toContain("use other:base/types@0.1.0.{id};");
});

test("keywords of WIT are names like any other", async () => {
  using folder = await new Folder().write({
    "app.ts": `// @wit list:use/record@1.0.0
export class Option_ { constructor(public type: string, public u8: u8) {} }
export enum Flags { List, String }
export function func(record: Option_, flags: Flags): Option_ { return record; }
export function interface_(): Flags { return Flags.String; }
`,
  });
  const { component } = await compileLean({ app: folder.file("app.ts") });
  const guest = await instantiate(component);
  expect(guest.call("func", { type: "t", u8: 9 }, "list")).toEqual({ type: "t", u8: 9 });
  expect(guest.call("interface")).toBe("string");
});

test("worlds, interfaces and functions named by words that WIT or TypeScript keeps", async () => {
  const wit = `package demo:words;
interface %interface {
  record %record { %of: u8, override: u8, %static: string }
  %export: func(%type: %record, %of: u8) -> %record;
}
world %world { export %interface; export %import: func() -> u8; }
`;
  const app = `
import { Record } from "demo:words/interface";
function add(record: Record, of_: u8): Record { return new Record(record.of_ + of_, record.override_, record.static_); }
export { add as export_ };
export function import_(): u8 { return 7; }
`;
  using folder = await new Folder().write({ "words.wit": wit, "app.ts": app });
  const { component } = await compileLean({ app: folder.file("app.ts"), wit: folder.file("words.wit") });
  const { call } = await instantiate(component);
  const record = { of: 1, override: 2, static: "s" };
  expect(call("export", record, 4)).toEqual({ ...record, of: 5 });
});

test("functions of the world itself, and the cases of a variant that an interface uses", async () => {
  const wit = `package demo:words@1.0.0;
interface types { variant shape { circle(f64), none } }
interface api {
  use types.{shape, shape as figure};
  area: func(s: shape, f: figure) -> f64;
}
world app {
  import host-scale: func(by: string) -> f64;
  export api;
}
`;
  const app = `
import { FigureCircle, Shape, ShapeCircle } from "demo:words/api";
import { hostScale } from "demo:words/app";
export function area(s: Shape, f: Shape): f64 {
  let sum = 0.0;
  if (s instanceof ShapeCircle) sum += (s as ShapeCircle).value;
  if (f instanceof FigureCircle) sum += (f as FigureCircle).value;
  return sum * hostScale("x");
}
`;
  using folder = await new Folder().write({ "words.wit": wit, "app.ts": app });
  const { component } = await compileLean({ app: folder.file("app.ts"), wit: folder.file("words.wit") });
  const { call } = await instantiate(component, { $root: { "host-scale": () => 10 } });
  expect(call("area", { case: "circle", value: 2 }, { case: "none" })).toBe(20);
  expect(call("area", { case: "circle", value: 2 }, { case: "circle", value: 1 })).toBe(30);
});
