/** Components as other tools make them are valid: types shared between interfaces, resources both ways. */
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";
import { expect, test } from "vitest";
import { decodeComponent, validateComponent } from "../../../../toolchain/wasm/index.ts";

const WIT = `package t:a@1.2.3;
interface types {
  resource r { constructor(x: u32); m: func(o: borrow<r>) -> result<r, e>; s: static func() -> list<r>; }
  resource q { constructor(x: string); }
  enum e { a, b }
  flags f { x, y }
  record rec { f: f, r: option<r>, t: tuple<e, u8> }
  variant v { a(rec), b(string), c }
  type alias = rec;
}
interface shared {
  use types.{r, rec, v, alias};
  resource owner { take: func(r: borrow<r>) -> rec; }
  f: func(v: v, a: alias) -> r;
}
interface both { use shared.{owner}; use types.{r as other}; g: func(o: owner, x: borrow<other>) -> list<other>; }
interface defined {
  resource r { constructor(x: u32); m: func(o: borrow<r>) -> result<r, e>; s: static func() -> list<r>; }
  enum e { a, b }
  record c { x: e }
  g: func(c: c) -> tuple<c, option<r>>;
}
world w {
  use types.{rec, v};
  import shared;
  import both;
  import here: interface { use shared.{owner}; k: func(o: borrow<owner>); }
  import lone: func(r: rec) -> v;
  resource top { constructor(); }
  export defined;
  export run: func(v: v) -> result<_, string>;
  export out: interface { use types.{r}; h: func(r: borrow<r>) -> string; resource z { constructor(); } }
}
`;

test.each(["utf8", "utf16", "compact-utf16"] as const)(
  "a world of resources in %s",
  async (stringEncoding) => {
    const module = await componentEmbed({ dummy: true, witSource: WIT, stringEncoding });
    const component = decodeComponent(await componentNew(module));
    expect(validateComponent(component)).toEqual({ asyncUses: [] });
  },
);

test("the core modules that a caller keeps are its own", async () => {
  const module = await componentEmbed({ dummy: true, witSource: WIT });
  const component = decodeComponent(await componentNew(module));
  const places: string[] = [];
  const refuse = (_: Uint8Array, { path }: { path: string }): never => {
    places.push(path);
    throw new RangeError("asked");
  };
  expect(() => validateComponent(component, { readModule: refuse })).toThrow("asked");
  expect(places).toEqual(["component / core module 0"]);
});
