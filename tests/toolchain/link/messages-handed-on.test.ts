/** Messages of functions that a process hands on: they go to whoever implements them. */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { CONSOLE, refused, supervised, text, type Guests } from "./guests.ts";

/** `count`, and `run` where a system starts. */
const COUNTER = `(component
  (core module $m (func (export "count") (param i32) (result i32) (local.get 0)) (func (export "run")))
  (core instance $i (instantiate $m))
  (func (export "count") (param "x" u32) (result u32) (canon lift (core func $i "count")))
  (func (export "run") (canon lift (core func $i "run"))))`;

/** Exports an imported function, under a name of its own. */
const handing = (from: string, to: string): string =>
  `(component (import "${from}" (func $f (param "x" u32) (result u32))) (export "${to}" (func $f)))`;

/** Calls an imported function. */
const calling = (name: string): string => `(component
  (import "${name}" (func $f (param "x" u32) (result u32)))
  (core func $f (canon lower (func $f)))
  (core module $m (import "" "f" (func $f (param i32) (result i32))) (func (export "go") (drop (call $f (i32.const 1)))))
  (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
  (func (export "go") (canon lift (core func $i "go"))))`;

const LINES = `(instance (export "read-line" (func (result (option string)))))`;
const LENDER = `(component (import "atoll:device/console@0.1.0" (instance $c ${LINES.slice(10, -1)}))
  (export "atoll:device/console@0.1.0" (instance $c)))`;
const READER = `(component (import "atoll:device/console@0.1.0" (instance $c ${LINES.slice(10, -1)}))
  (core module $m (memory (export "memory") 1) (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
  (core instance $m (instantiate $m))
  (core func $f (canon lower (func $c "read-line") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
  (core module $n (import "" "f" (func $f (param i32))) (func (export "go") (call $f (i32.const 0))))
  (core instance $i (instantiate $n (with "" (instance (export "f" (func $f))))))
  (func (export "go") (canon lift (core func $i "go"))))`;

let kernel: KernelModules;
const components = new Map<string, Uint8Array>();
beforeAll(async () => {
  kernel = await builtKernel();
  const sources = {
    counter: COUNTER,
    lender: LENDER,
    reader: READER,
    caller: calling("size"),
    first: handing("weight", "size"),
    second: handing("count", "weight"),
    back: handing("size", "weight"),
    start: `(component (import "run" (func $f)) (export "run" (func $f)))`,
    begin: `(component (import "run" (func $f)) (export "begin" (func $f)))`,
    beginner: `(component (import "begin" (func $f)) (core func $f (canon lower (func $f)))
      (core module $m (import "" "f" (func $f)) (func (export "go") (call $f)))
      (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
      (func (export "go") (canon lift (core func $i "go"))))`,
  };
  for (const [name, source] of Object.entries(sources)) components.set(name, await text(source));
});

type Fields = Omit<Guests[string], "bytes">;

function system(processes: Readonly<Record<string, Fields>>, entry?: string): { readonly plan: LinkPlan } {
  const guests = Object.entries(processes).map(([name, fields]) => {
    const bytes = components.get(name);
    if (bytes === undefined) throw new Error(`no such component: ${name}`);
    return [name, { bytes, ...fields }] as const;
  });
  return supervised(Object.fromEntries(guests), { kernel, ...(entry !== undefined && { entry }) });
}

/** The kinds of messages when one of the wires by which `run` gets to the beginner says what is cast. */
function sent(over: "beginner" | "begin", cast: string): string[] {
  const says = (name: string): object => (name === over ? { cast: [cast] } : {});
  const { plan } = system({
    beginner: { imports: { begin: { process: "begin", ...says("beginner") } } },
    begin: { imports: { run: { process: "counter", ...says("begin") } } },
    counter: {},
  });
  return plan.root.edges.flatMap(({ functions }) => functions.flatMap((f) => f.message?.kind ?? []));
}

/** What the wire of who calls says, and that of the first who hands on. */
function chain(outer: object, inner: object): { readonly plan: LinkPlan } {
  return system({
    caller: { imports: { size: { process: "first", ...outer } } },
    first: { imports: { weight: { process: "second", ...inner } } },
    second: { imports: { count: "counter" } },
    counter: {},
  });
}

describe("a function that is handed on", () => {
  it("is a message to who implements it, whichever of its wires says so", () => {
    for (const at of ["caller", "first", "second"]) {
      const wire = (from: string, process: string): object =>
        from === at ? { process, queue: true } : { process };
      const { plan } = system({
        caller: { imports: { size: wire("caller", "first") as { process: string } } },
        first: { imports: { weight: wire("first", "second") as { process: string } } },
        second: { imports: { count: wire("second", "counter") as { process: string } } },
        counter: {},
      });
      const names = plan.root.processes.map(({ name }) => name);
      const own = plan.root.processes
        .filter(({ ownStack }) => ownStack !== undefined)
        .map(({ name }) => name);
      expect(own).toEqual(["caller"]);
      const sent = plan.root.edges.flatMap(({ functions }) => functions.filter(({ message }) => message));
      expect(sent).toMatchObject([
        { message: { kind: "call" }, handedOn: { process: names.indexOf("counter") } },
      ]);
      expect(parsePlan(serialisePlan(plan))).toEqual(plan);
    }
  });

  it("is a cast when one of its wires says so, by the function's name there", () => {
    expect(sent("beginner", "begin")).toEqual(["cast"]);
    expect(sent("begin", "run")).toEqual(["cast"]);
    expect(refused(() => sent("begin", "begin"))).toContain('the interface has no function "begin"');
  });

  it("of a device that waits needs a stack of whoever calls it", () => {
    const wire = { "atoll:device/console": "lender" };
    const { plan } = system({ reader: { imports: wire }, lender: { grants: [CONSOLE] } });
    const own = plan.root.processes.map(({ name, ownStack }) => [name, ownStack]);
    expect(own).toEqual([
      ["lender", undefined],
      ["reader", "it may wait in atoll:device/console, read-line"],
    ]);
  });

  it("is limited at the wire of who calls it, and no other", () => {
    const limits = { rate: 3 };
    const { edges } = chain({ limits }, {}).plan.root;
    expect(edges.flatMap((edge) => edge.limits ?? [])).toEqual([limits]);
    expect(refused(() => chain({}, { limits }))).toBe(
      'not-yet: process "first", imports "weight", limits: process "first" hands on what it imports, and Atoll cannot limit what others ask over its wire yet\nWrite limits at the wires that lead to process "first".',
    );
  });

  it("of a device cannot be a message", () => {
    const wire = { "atoll:device/console": { process: "lender", deadline: 5 } };
    expect(refused(() => system({ reader: { imports: wire }, lender: { grants: [CONSOLE] } }))).toBe(
      'wiring: process "reader", imports "atoll:device/console@0.1.0", deadline: its function "read-line" is one of a device, which process "lender" hands on, and messages go to processes\nTake out deadline.',
    );
  });

  it("cannot be where a system starts when calls of its process are messages", () => {
    const wires = { size: { process: "first", queue: true } } as const;
    const processes = {
      start: { imports: { run: "counter" } },
      counter: {},
      caller: { imports: wires },
      first: { imports: { weight: "second" } },
      second: { imports: { count: "counter" } },
    };
    expect(refused(() => system(processes, "start"))).toBe(
      'entry: entry: run of process "start" is implemented by process "counter", and calls of that are messages: calls of process "caller" may queue\nStart there: entry: { process: "counter", function: "run" }',
    );
    expect(refused(() => system(processes, "counter"))).toBe("linked");
  });

  it("in a circle is refused: nobody implements it", () => {
    const processes = {
      first: { imports: { weight: { process: "back", queue: true } } },
      back: { imports: { size: { process: "first", queue: true } } },
    } as const;
    expect(refused(() => system(processes))).toContain(
      "cycle: processes call each other in a circle: back → first → back",
    );
  });
});
