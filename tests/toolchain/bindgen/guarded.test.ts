/** Guarded views in a program: each function twice, with the value alone and with the fault. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FAULT_CASES,
  guardedInterface,
  guardedName,
  type ComponentValue,
  type Interface,
  type ResourceType,
  type ValueType,
  type World,
} from "../../../toolchain/abi/index.ts";
import { arbitraryType, arbitraryValue } from "../abi/generate.ts";
import { func } from "../abi/short-types.ts";
import { API, echoWorld, TYPES, type EchoWorld } from "./echo-world.ts";
import { bindingsFor, compileGuest, startGuest, type Guest } from "./guest.ts";

const SEED = Number(process.env["ATOLL_TEST_SEED"] ?? 20261121);
const VIEW = guardedName(TYPES);
const u32: ValueType = { kind: "u32" };
const string: ValueType = { kind: "string" };

/** The world with the guarded view of each import in place of its functions. */
function guarded({ imports, exports }: World): World {
  const views = imports.flatMap((item): World["imports"] =>
    item.kind === "interface"
      ? [
          { ...item, interface: { types: valueTypes(item.interface), functions: [] } },
          { ...item, name: guardedName(item.name), interface: guardedInterface(item.interface) },
        ]
      : [],
  );
  return { imports: views, exports };
}

function valueTypes({ types }: Interface): Interface["types"] {
  return types.filter(({ type }) => type.kind === "value");
}

/** What the program said when it gave up. */
function lastWords(guest: Guest): string {
  const memory = new DataView(guest.memory.buffer);
  const at = memory.getUint32((guest.exports["lastAbort"] as WebAssembly.Global).value as number, true);
  const bytes = new Uint8Array(guest.memory.buffer, at, memory.getUint32(at - 4, true));
  return new TextDecoder("utf-16le").decode(bytes);
}

test("values of any type arrive in both forms", async () => {
  const types = fc.sample(arbitraryType({ depth: 3 }), { numRuns: 12, seed: SEED });
  const echo = echoWorld(types);
  let ask: ComponentValue = 0;
  const served = Object.fromEntries(
    echo.types.map((_, i) => [`${VIEW}#ask${i}`, (value: ComponentValue) => (ask = { case: "ok", value })]),
  );
  const world = guarded(withTries(echo));
  const guest = startGuest(await compileGuest(bindingsFor(world), appOf(echo)), world, served);
  for (const [i, type] of echo.types.entries()) {
    for (const value of fc.sample(arbitraryValue(type), { numRuns: 10, seed: SEED + i })) {
      const plain = guest.call(`${API}#relay${i}`, value);
      expect(guest.call(`${API}#try-relay${i}`, value)).toEqual({ case: "ok", value: plain });
      expect(ask).toEqual({ case: "ok", value: plain });
    }
  }
});

/** The same exports again with the fault in their results. */
function withTries({ world }: EchoWorld): World {
  return { ...world, exports: world.exports.map(withTry) };
}

function withTry(item: World["exports"][number]): World["exports"][number] {
  if (item.kind !== "interface") return item;
  const relays = item.interface.functions.filter(({ name }) => name.startsWith("relay"));
  const { functions } = guardedInterface({ types: [], functions: relays });
  const tries = functions.map((fn) => ({ ...fn, name: `try-${fn.name}` }));
  return { ...item, interface: { types: [], functions: [...item.interface.functions, ...tries] } };
}

/** What is imported from the plain interface is the guarded view's. */
function appOf(echo: EchoWorld): string {
  const tries = echo.types.map(
    (_, i) => `import { tryAsk${i} } from "${VIEW}";
      export function tryRelay${i}(v: T${i}): Result<T${i}, Fault> { return tryAsk${i}(v); }`,
  );
  return ['import { Fault, Result } from "atoll";', echo.app, ...tries].join("\n");
}

describe("a fault", () => {
  const functions: Interface["functions"] = [
    { name: "count", type: func([string], u32) },
    { name: "tell", type: func([]) },
    { name: "try-tell", type: func([], { kind: "option", type: string }) },
    { name: "parse", type: func([], { kind: "result", ok: u32, err: string }) },
  ];
  const world: World = {
    imports: [{ kind: "interface", name: "a:b/c@1.0.0", interface: { types: [], functions } }],
    exports: [
      {
        kind: "interface",
        name: API,
        interface: {
          types: [],
          functions: ["count", "tell", "words"].flatMap((name) => [
            { name, type: func([]) },
            { name: `try-${name}`, type: func([], string) },
          ]),
        },
      },
    ],
  };
  const app = `
    import { Fault } from "atoll";
    import { count, parse, tell, tryCount, tryParse, tryTell, tryTell_, tryTryTell } from "a:b/c-guarded@1.0.0";
    export { count_ as count, tell_ as tell, words, tryCount_ as tryCount, tellTry as tryTell, tryWords };
    function count_(): void { count("four"); }
    function tell_(): void { tell(); }
    function words(): void { parse(); }
    function tryCount_(): string {
      const found = tryCount("four");
      return found.isOk ? found.value.toString() : Fault[found.error];
    }
    function tellTry(): string {
      const told = tryTell_();
      if (told.isErr) return told.error == Fault.Revoked ? "revoked!" : "another";
      const words = tryTell();
      const same = tryTryTell();
      const word = same.isOk ? same.value : "never";
      return words === null ? "nothing" : word === null ? "null" : words + word;
    }
    function tryWords(): string {
      const parsed = tryParse();
      if (parsed.isErr) return "a fault";
      const result = parsed.value;
      return result.isOk ? result.value.toString() : result.error;
    }`;

  const compiled = compileGuest(bindingsFor(guarded(world)), app);

  async function startWith(answer: (name: string) => unknown): Promise<Guest> {
    const served = Object.fromEntries(
      functions.map(({ name }) => [`a:b/c-guarded@1.0.0#${name}`, () => answer(name)]),
    );
    return startGuest(await compiled, guarded(world), served);
  }

  test.each(FAULT_CASES)("%s ends a program that did not ask for it, and says where", async (fault) => {
    const guest = await startWith(() => ({ case: "error", value: fault }));
    for (const [name, called] of [
      ["count", "count"],
      ["tell", "tell"],
      ["words", "parse"],
    ] as const) {
      expect(() => guest.call(`${API}#${name}`)).toThrow(WebAssembly.RuntimeError);
      expect(lastWords(guest)).toBe(`fault: ${fault}, in a:b/c#${called}`);
    }
  });

  test("is a value for a program that asks, beside errors and missing values of the interface's own", async () => {
    const answers: Record<string, unknown> = {};
    const guest = await startWith((name) => answers[name]);
    const asked = (name: string, answer: unknown, fn: string): unknown => {
      answers[name] = answer;
      return guest.call(`${API}#${fn}`);
    };
    expect(asked("count", { case: "error", value: "crashed" }, "try-count")).toBe("Crashed");
    expect(asked("count", { case: "ok", value: 4 }, "try-count")).toBe("4");
    expect(asked("tell", { case: "error", value: "revoked" }, "try-tell")).toBe("revoked!");
    answers["try-tell"] = { case: "ok", value: { case: "none" } };
    expect(asked("tell", { case: "ok" }, "try-tell")).toBe("nothing");
    answers["try-tell"] = { case: "ok", value: { case: "some", value: "ab" } };
    expect(asked("tell", { case: "ok" }, "try-tell")).toBe("abab");
    expect(asked("parse", { case: "error", value: "timeout" }, "try-words")).toBe("a fault");
    expect(asked("parse", { case: "ok", value: { case: "error", value: "no" } }, "try-words")).toBe("no");
    expect(asked("parse", { case: "ok", value: { case: "ok", value: 7 } }, "try-words")).toBe("7");
  });
});

test("a resource has a constructor that ends the program, and tryCreate", async () => {
  const resource: ResourceType = { name: { name: "blob", owner: "a:b/blobs" } };
  const own: ValueType = { kind: "own", resource };
  const plain: Interface = {
    types: [{ name: "blob", type: { kind: "resource", resource } }],
    functions: [
      { name: "[constructor]blob", type: func([u32], own) },
      { name: "[method]blob.read", type: func([{ kind: "borrow", resource }], u32) },
      { name: "[static]blob.create", type: func([], own) },
    ],
  };
  const view = guardedInterface(plain);
  const world: World = {
    imports: [{ kind: "interface", name: "a:b/blobs-guarded", interface: view }],
    exports: [
      {
        kind: "interface",
        name: API,
        interface: { types: [], functions: [{ name: "run", type: func([u32], string) }] },
      },
    ],
  };
  const module = await compileGuest(
    bindingsFor(world),
    `import { Blob } from "a:b/blobs-guarded";
    export function run(n: u32): string {
      const made = Blob.tryCreate(n);
      if (made.isErr) { new Blob(n); return "never"; }
      const blob = made.value;
      const tried = blob.tryRead();
      if (tried.isErr) return "unread";
      const other = Blob.tryCreate_();
      return tried.value.toString() + (other.isErr ? " no other" : "") + " " + Blob.create().read().toString();
    }`,
  );
  let fails = false;
  const guest: Guest = startGuest(module, world, {}, undefined, {
    "a:b/blobs-guarded": blobs(() => [guest, fails]),
  });
  expect(guest.call(`${API}#run`, 7)).toBe("107 108");
  fails = true;
  expect(() => guest.call(`${API}#run`, 7)).toThrow(WebAssembly.RuntimeError);
  expect(lastWords(guest)).toBe("fault: revoked, in a:b/blobs#blob");
});

/** Core functions by hand: a handle is 100 more than its number, a call may fail. */
function blobs(state: () => [Guest, boolean]): Record<string, WebAssembly.ImportValue> {
  const answer = (value: number, area: number): void => {
    const [guest, fails] = state();
    const memory = new DataView(guest.memory.buffer);
    memory.setUint8(area, fails ? 1 : 0);
    memory.setUint32(area + 4, fails ? FAULT_CASES.indexOf("revoked") : value, true);
  };
  return {
    "[resource-drop]blob": () => {},
    "[constructor]blob": (n: number, area: number) => answer(100 + n, area),
    "[method]blob.read": (handle: number, area: number) => answer(handle, area),
    "[static]blob.create": (area: number) => answer(108, area),
  };
}
