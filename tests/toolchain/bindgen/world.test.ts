/** Whole worlds: types shared between interfaces, functions of the world itself, state in the program. */
import { expect, test } from "vitest";
import type { NamedType, ValueType, World } from "../../../toolchain/abi/index.ts";
import { bindingsFor, compileGuest, startGuest } from "./guest.ts";

const BASE = "shop:types/base@1.0.0";
const STOCK = "shop:stock/api@1.0.0";
const TILL = "shop:till/api@2.0.0";
const string: ValueType = { kind: "string" };

function own(name: string, owner: string, type: ValueType): ValueType {
  return { ...type, name: { name, owner } };
}

function declared(name: string, type: ValueType): { name: string; type: NamedType } {
  return { name, type: { kind: "value", type } };
}

const item = own("item", BASE, {
  kind: "record",
  fields: [
    { label: "title", type: string },
    { label: "price", type: { kind: "f64" } },
  ],
});
const receipt = own("receipt", TILL, {
  kind: "record",
  fields: [
    { label: "items", type: { kind: "list", element: item } },
    { label: "total", type: { kind: "f64" } },
  ],
});

const WORLD: World = {
  name: "shop:till/world",
  imports: [
    { kind: "interface", name: BASE, interface: { types: [declared("item", item)], functions: [] } },
    {
      kind: "interface",
      name: STOCK,
      interface: {
        // `use base.{item}` and `type goods = list<item>`.
        types: [
          declared("item", item),
          declared("goods", own("goods", STOCK, { kind: "list", element: item })),
        ],
        functions: [
          {
            name: "find",
            type: {
              async: false,
              params: [{ label: "text", type: string }],
              result: { kind: "list", element: item },
            },
          },
        ],
      },
    },
    { kind: "function", name: "log", type: { async: false, params: [{ label: "line", type: string }] } },
  ],
  exports: [
    {
      kind: "interface",
      name: TILL,
      interface: {
        types: [declared("item", item), declared("receipt", receipt)],
        functions: [
          {
            name: "sell",
            type: { async: false, params: [{ label: "text", type: string }], result: receipt },
          },
        ],
      },
    },
    { kind: "function", name: "sold-so-far", type: { async: false, params: [], result: { kind: "u32" } } },
  ],
};

const APP = `
import { find, Goods } from "${STOCK}";
import { Receipt } from "${TILL}";
import { log } from "${WORLD.name}";

let sold: u32 = 0;
log("open");

export function sell(text: string): Receipt {
  const goods: Goods = find(text);
  let total = 0.0;
  for (let i = 0; i < goods.length; i++) total += goods[i].price;
  sold += goods.length;
  log("sold " + goods.length.toString());
  return new Receipt(goods, total);
}

export function soldSoFar(): u32 { return sold; }
`;

test("interfaces share types, the world has functions of its own, top-level code may call imports", async () => {
  const lines: unknown[] = [];
  const goods = [
    { title: "tea", price: 2.5 },
    { title: "cup", price: 4 },
  ];
  const guest = startGuest(await compileGuest(bindingsFor(WORLD), APP), WORLD, {
    log: (line) => void lines.push(line),
    [`${STOCK}#find`]: (text) => goods.filter(({ title }) => title.includes(text as string)),
  });
  expect(lines).toEqual(["open"]);
  expect(guest.call(`${TILL}#sell`, "")).toEqual({ items: goods, total: 6.5 });
  expect(guest.call(`${TILL}#sell`, "cup")).toEqual({ items: [goods[1]], total: 4 });
  expect(guest.call("sold-so-far")).toBe(3);
  expect(lines).toEqual(["open", "sold 2", "sold 1"]);
});

/** Imported, with one function. */
function interfaceOf(name: string): World["imports"][number] {
  const functions = [{ name: "get", type: { async: false, params: [] } }];
  return { kind: "interface", name, interface: { types: [], functions } };
}

test("two versions of an interface have files of their own", () => {
  const world: World = {
    imports: [interfaceOf("a:b/c@1.0.0"), interfaceOf("a:b/c@2.0.0-rc.1")],
    exports: [],
  };
  expect(bindingsFor(world).files.map(({ path, module }) => [path, module])).toEqual([
    ["a-b-c.ts", "a:b/c@1.0.0"],
    ["a-b-c-2-0-0-rc-1.ts", "a:b/c@2.0.0-rc.1"],
    ["entry.ts", "entry.ts"],
  ]);
});

test("the table of exports gives every function its canonical name", () => {
  expect(bindingsFor(WORLD).exports).toEqual([
    { identifier: "sell", name: `${TILL}#sell` },
    { identifier: "soldSoFar", name: "sold-so-far" },
  ]);
});
