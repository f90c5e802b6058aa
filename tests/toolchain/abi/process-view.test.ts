/** The process view of an interface: what is derived, that it is WIT, and what has none. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  AbiError,
  compareFunctions,
  guardedInterface,
  type Interface,
  isProcessView,
  PROCESS_FUNCTIONS,
  printInterfaces,
  processView,
  processViewDocs,
  processViewName,
  type ResourceType,
  spawnedName,
  viewOf,
} from "../../../toolchain/abi/index.ts";
import { worldOfWit } from "./embed.ts";
import * as t from "./short-types.ts";

const FAULT_WIT = readFileSync(new URL("../../../wit/fault.wit", import.meta.url), "utf8");
const ROOM = "chat:room/api@0.1.0";

describe("names", () => {
  test.each([
    ["chat:room/api@1.0.0", "chat:room/api-process@1.0.0"],
    ["chat:room/api", "chat:room/api-process"],
    ["a:b/c-guarded", "a:b/c-guarded-process"],
  ])("of the process view of %s, and back", (plain, view) => {
    expect(processViewName(plain)).toBe(view);
    expect(spawnedName(view)).toBe(plain);
    expect(viewOf(view)).toEqual({ kind: "process", of: plain });
  });

  test.each(["a:b/c", "a:b/process", "a:b/-process", "a:b-process/c", "a:b/c-processor"])(
    "%s is of no process view",
    (name) => {
      expect(spawnedName(name)).toBeUndefined();
      expect(viewOf(name)).toBeUndefined();
    },
  );
});

const PLAIN = `package chat:room@0.1.0;
interface api {
  record line { sender: string, text: string }
  join: func(name: string) -> u32;
  say: func(l: line);
  last: func() -> result<line, string>;
}
`;

async function interfaceOf(wit: string, name: string): Promise<Interface> {
  const { imports } = await worldOfWit(wit);
  const item = imports.find((one) => one.name === name);
  if (item?.kind !== "interface") throw new Error(`no ${name}`);
  return item.interface;
}

function resourceOf({ types }: Interface): ResourceType | undefined {
  return types.flatMap(({ type }) => (type.kind === "resource" ? [type.resource] : []))[0];
}

test("functions become methods of a resource that can be spawned", async () => {
  const plain = await interfaceOf(`${PLAIN}world w { import api; }`, ROOM);
  const view = processView(ROOM, plain);
  const text = printInterfaces([{ name: processViewName(ROOM), interface: view }]);
  expect(text).toMatchInlineSnapshot(`
    "package chat:room@0.1.0;

    interface api-process {
      use atoll:fault/types@0.1.0.{fault};
      use api.{line};
      flags functions { join, say, last }
      resource process {
        spawn: static func() -> result<process, fault>;
        provider: static func() -> result<process, fault>;
        monitor: func(token: u32) -> result<_, fault>;
        link: func() -> result<_, fault>;
        narrow: func(functions: functions, uses: u32, rate: u32, microseconds: u64) -> result<process, fault>;
        revoke: func() -> result<_, fault>;
        join: func(name: string) -> result<u32, fault>;
        say: func(l: line) -> result<_, fault>;
        last: func() -> result<result<line, string>, fault>;
      }
    }
    "
  `);
  const fault = FAULT_WIT.replace(/package (.*);/, "package $1 {").concat("}");
  const wit = `${PLAIN}${text.slice(text.indexOf("\n"))}world w { import api-process; }\n${fault}`;
  const parsed = await interfaceOf(wit, processViewName(ROOM));
  expect(isProcessView(processViewName(ROOM), parsed)).toBe(true);
  expect(parsed.functions.map(({ name }) => name).sort()).toEqual(
    view.functions.map(({ name }) => name).sort(),
  );
  const [ours, theirs] = [resourceOf(view), resourceOf(parsed)];
  for (const { name, type } of view.functions) {
    const other = parsed.functions.find((fn) => fn.name === name)?.type ?? t.func([]);
    expect(compareFunctions(type, other, (a, b) => a === ours && b === theirs)).toBeUndefined();
  }
});

test("each of its own functions says its faults, and what it costs", async () => {
  const view = processView(ROOM, await interfaceOf(`${PLAIN}world w { import api; }`, ROOM));
  const docs = processViewDocs(processViewName(ROOM));
  const text = printInterfaces([{ name: processViewName(ROOM), interface: view }], docs);
  for (const name of PROCESS_FUNCTIONS) {
    expect(text).toMatch(
      new RegExp(`Faults: (?:(?!: func).)*Cost: (?:(?!: func).)*\\n {4}${name}:[^\\n]* func`, "s"),
    );
  }
  expect(text).toContain("exports the interface");
  expect(text).toMatch(/interface api-process \{\n(?:.*\n)* {2}\/\/\/ The functions of the interface/);
});

describe("handles of other processes", () => {
  const owner = "a:d/api-process";
  const resource: ResourceType = { name: { name: "process", owner } };
  const guest: Interface["types"][number] = { name: "guest", type: { kind: "resource", resource } };
  const seat = {
    kind: "record",
    fields: [{ label: "guest", type: { kind: "own", resource } }],
    name: { name: "seat", owner: "a:b/c" },
  } as const;
  const plain: Interface = {
    types: [guest, { name: "seat", type: { kind: "value", type: seat } }],
    functions: [{ name: "sit", type: t.func([seat], { kind: "own", resource }) }],
  };

  test("are in a process view what they are in the interface", () => {
    const view = processView("a:b/c", plain);
    expect(isProcessView("a:b/c-process", view)).toBe(true);
    const sit = view.functions.find(({ name }) => name === "[method]process.sit")?.type;
    expect(sit?.params[1]?.type).toBe(seat);
    expect(sit?.result).toMatchObject({ kind: "result", ok: { kind: "own", resource } });
  });

  test("and in a guarded view", () => {
    const { types, functions } = guardedInterface(plain);
    expect(types.find(({ name }) => name === "guest")?.type).toEqual(guest.type);
    expect(functions[0]?.type.params[0]?.type).toBe(seat);
  });

  test("cannot be lent", () => {
    const sit = { name: "sit", type: t.func([{ kind: "borrow", resource }]) };
    expect(() => processView("a:b/c", { types: [guest], functions: [sit] })).toThrow(
      "a:b/c: the function sit borrows a process, which messages to a process cannot carry, so there is no a:b/c-process; let it take the handle itself",
    );
  });
});

describe("is no process view", () => {
  const resource: ResourceType = {};
  const types: Interface["types"] = [{ name: "process", type: { kind: "resource", resource } }];
  test.each([
    ["a:b/c", { types, functions: [] }],
    ["a:b/c-process", { types: [], functions: [] }],
    ["a:b/c-process", { types, functions: [{ name: "[method]process.f", type: t.func([]) }] }],
    ["a:b/c-process", { types: [{ ...types[0], name: "other" }], functions: [] }],
  ] as [string, Interface][])("%s", (name, item) => {
    expect(isProcessView(name, item)).toBe(false);
  });
});

function valueType(name: string): Interface["types"][number] {
  return { name, type: { kind: "value", type: t.u8 } };
}

describe("no process view", () => {
  const resource: ResourceType = { name: { name: "disk", owner: "a:b/c" } };
  const f = { name: "f", type: t.func([]) };
  const disk: Interface["types"][number] = { name: "disk", type: { kind: "resource", resource } };
  test.each([
    [{ types: [], functions: [] }, "a:b/c: it has no functions, so a:b/c-process would be of no use"],
    [{ types: [disk], functions: [f] }, "a:b/c: it has the resource or handles disk, which messages"],
    [
      { types: [], functions: [{ name: "f", type: t.func([{ kind: "own", resource }]) }] },
      "a:b/c: the function f has handles, which messages to a process cannot carry",
    ],
    ...["process", "functions"].map((name) => [
      { types: [valueType(name)], functions: [f] },
      `a:b/c: its type ${name} has a name that a:b/c-process`,
    ]),
    [
      { types: [], functions: Array.from({ length: 33 }, (_, i) => ({ ...f, name: `f${i}` })) },
      "a:b/c: it has 33 functions, and a handle of a process tells 32 apart, so there is no a:b/c-process; make two",
    ],
    ...["spawn", "provider", "monitor", "link", "narrow", "revoke"].map((name) => [
      { types: [], functions: [{ ...f, name }] },
      `a:b/c: its function ${name} has a name that a:b/c-process needs for its own; rename it`,
    ]),
  ] as [Interface, string][])("%#", (item, message) => {
    expect(() => processView("a:b/c", item)).toThrow(AbiError);
    expect(() => processView("a:b/c", item)).toThrow(message);
  });
});
