/**
 * What people read: one generated interface and entry for each kind of type.
 *
 * After a change that is meant, run with ATOLL_BLESS=1 and read the difference.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  guardedInterface,
  guardedName,
  type Interface,
  type ResourceType,
  type ValueType,
  type World,
} from "../../../toolchain/abi/index.ts";
import { bindingsFor } from "./guest.ts";

const FOLDER = new URL("golden/", import.meta.url);
const BLESS = process.env["ATOLL_BLESS"] === "1";
const OWNER = "shop:stock/api@1.0.0";

const u32: ValueType = { kind: "u32" };
const string: ValueType = { kind: "string" };

function named(name: string, type: ValueType): ValueType {
  return { ...type, name: { name, owner: OWNER } };
}

const item = named("item", {
  kind: "record",
  fields: [
    { label: "article-number", type: u32 },
    { label: "title", type: string },
    { label: "note", type: { kind: "option", type: string } },
  ],
});
const payment = named("payment", {
  kind: "variant",
  cases: [{ label: "cash" }, { label: "card", type: string }, { label: "credit", type: { kind: "f64" } }],
});
const size = named("size", { kind: "enum", labels: ["small", "extra-large"] });
const rights = named("rights", { kind: "flags", labels: ["read", "write"] });

/** Each with the type that its functions take and return, and the named types in it. */
const KINDS: Readonly<Record<string, readonly [ValueType, ...ValueType[]]>> = {
  number: [{ kind: "s64" }],
  char: [{ kind: "char" }],
  string: [string],
  bytes: [{ kind: "list", element: { kind: "u8" } }],
  list: [{ kind: "list", element: item }, item],
  "fixed-list": [{ kind: "list", element: { kind: "f32" }, length: 3 }],
  map: [{ kind: "map", key: string, value: u32 }],
  record: [item, item],
  tuple: [{ kind: "tuple", types: [u32, string] }],
  variant: [payment, payment],
  enum: [size, size],
  flags: [rights, rights],
  option: [{ kind: "option", type: u32 }],
  result: [{ kind: "result", ok: u32, err: string }],
  spilled: [{ kind: "tuple", types: Array.from({ length: 9 }, () => string) }],
};

const DOCS = new Map([
  [OWNER, "What is in stock, and what it costs."],
  [`${OWNER}#item`, "An article.\n\nIts number never changes."],
  [`${OWNER}#item.title`, "As printed on the label."],
  [`${OWNER}#payment`, "How somebody pays."],
  [`${OWNER}#payment.card`, "By card, with its number."],
  [`${OWNER}#size.extra-large`, "More than large."],
  [`${OWNER}#rights.write`, "May change, too. A comment may not end with */ here."],
  [`${OWNER}#order`, "What a customer asked for."],
  [`${OWNER}#order.add`, "One more article."],
  [`${OWNER}#put-on-shelf`, "Puts it on the shelf."],
  [`${guardedName(OWNER)}#order.constructor`, "For whom it is."],
  [`${guardedName(OWNER)}#order.add`, "One more article."],
  [`${guardedName(OWNER)}#file-away`, "Where nobody looks."],
]);

function world([type, ...types]: readonly [ValueType, ...ValueType[]]): World {
  const fn = { name: "put-on-shelf", type: { async: false, params: [{ label: "it", type }], result: type } };
  const own: Interface = {
    types: types.map((t) => ({ name: t.name?.name ?? "", type: { kind: "value", type: t } })),
    functions: [fn],
  };
  return {
    imports: [{ kind: "interface", name: OWNER, interface: own }],
    exports: [{ kind: "interface", name: "shop:till/api", interface: { types: [], functions: [fn] } }],
  };
}

function fn(name: string, params: readonly ValueType[], result?: ValueType): Interface["functions"][number] {
  const labelled = params.map((type, i) => ({ label: i === 0 ? "self" : `with-${i}`, type }));
  return { name, type: { async: false, params: labelled, ...(result && { result }) } };
}

/** A resource, and one without a constructor. */
function resourceInterface(): Extract<World["imports"][number], { kind: "interface" }> {
  const order: ResourceType = { name: { name: "order", owner: OWNER } };
  const receipt: ResourceType = { name: { name: "receipt", owner: OWNER } };
  const self: ValueType = { kind: "borrow", resource: order };
  const functions = [
    fn("[constructor]order", [string], { kind: "own", resource: order }),
    fn("[method]order.add", [self, item]),
    fn("[method]order.drop", [self], { kind: "list", element: string }),
    fn("[method]order.pay", [self, payment], { kind: "own", resource: receipt }),
    fn("[static]order.join", [{ kind: "own", resource: order }, self], { kind: "own", resource: order }),
    fn("file-away", [{ kind: "list", element: { kind: "own", resource: receipt } }]),
  ];
  const types: Interface["types"] = [
    { name: "item", type: { kind: "value", type: item } },
    { name: "payment", type: { kind: "value", type: payment } },
    { name: "order", type: { kind: "resource", resource: order } },
    { name: "receipt", type: { kind: "resource", resource: receipt } },
  ];
  return { kind: "interface", name: OWNER, interface: { types, functions } };
}

function expectGolden(kind: string, world: World): void {
  const { files } = bindingsFor(world, { docs: DOCS });
  const text = files.map((file) => `==== ${file.path} (${file.module})\n${file.text}`).join("\n");
  const golden = new URL(`${kind}.txt`, FOLDER);
  if (BLESS) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(golden, text);
  }
  expect(text).toBe(readFileSync(golden, "utf8"));
}

describe("generated files", () => {
  test.each(Object.keys(KINDS))("%s", (kind) => {
    const types = KINDS[kind];
    if (types === undefined) throw new Error(`no kind ${kind}`);
    expectGolden(kind, world(types));
  });

  test("resource", () => expectGolden("resource", { imports: [resourceInterface()], exports: [] }));

  test("guarded", () => {
    const plain = resourceInterface();
    const types = plain.interface.types.filter(({ type }) => type.kind === "value");
    const guarded = { ...plain, name: guardedName(OWNER), interface: guardedInterface(plain.interface) };
    expectGolden("guarded", {
      imports: [{ ...plain, interface: { types, functions: [] } }, guarded],
      exports: [],
    });
  });

  test("exported resource", () =>
    expectGolden("exported-resource", { imports: [], exports: [resourceInterface()] }));
});
