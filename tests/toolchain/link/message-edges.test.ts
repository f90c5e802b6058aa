/** What a plan holds of functions that are messages: senders at the consumers, deliveries at the receiver. */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import type { Edge, LinkPlan, Source } from "../../../toolchain/link/plan.ts";
import { component, supervised, type Guests } from "./guests.ts";

const API = `
  interface api {
    enum trouble { broken, other }
    get: func(x: u32) -> u32;
    say: func(text: string);
    ask: func(text: string) -> string;
    try: func(text: string) -> result<string, trouble>;
  }`;
const TYPES = {
  get: "(param i32) (result i32)",
  say: "(param i32 i32)",
  ask: "(param i32 i32 i32)",
  try: "(param i32 i32 i32)",
} as const;
type Name = keyof typeof TYPES;

let kernel: KernelModules;
let server: Uint8Array;
let all: Uint8Array;
let trying: Uint8Array;

beforeAll(async () => {
  kernel = await builtKernel();
  server = await component(
    `package t:talk; ${API} world w { export api; }`,
    `(module (memory (export "memory") 1)
       (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
       (func (export "t:talk/api#get") (param i32) (result i32) (local.get 0))
       (func (export "t:talk/api#say") (param i32 i32))
       (func (export "t:talk/api#ask") (param i32 i32) (result i32) (i32.const 8))
       (func (export "cabi_post_t:talk/api#ask") (param i32))
       (func (export "t:talk/api#try") (param i32 i32) (result i32) (i32.const 8)))`,
  );
  [all, trying] = await Promise.all([client(["get", "say", "ask"]), client(["try"])]);
});

/** Imports the interface, and calls those functions of it. */
function client(uses: readonly Name[]): Promise<Uint8Array> {
  const imports = uses.map((name) => `(import "t:talk/api" "${name}" (func $${name} ${TYPES[name]}))`);
  const calls = uses.map((name) => {
    const params = TYPES[name].match(/\(param ([^)]*)\)/)?.[1]?.split(" ") ?? [];
    return `(call $${name} ${params.map(() => "(i32.const 8)").join(" ")}) ${TYPES[name].includes("result") ? "drop" : ""}`;
  });
  return component(
    `package t:talk; ${API} world w { import api; export run: func(); }`,
    `(module ${imports.join(" ")} (memory (export "memory") 1)
       (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
       (func (export "run") ${calls.join(" ")}))`,
  );
}

function linked(guests: Guests, more: { readonly meter?: boolean } = {}): LinkPlan {
  return supervised(guests, { kernel, ...more }).plan;
}

function wired(bytes: Uint8Array, wire: object): Guests[string] {
  return { bytes, imports: { "t:talk/api": { process: "server", ...wire } } };
}

function edgeOf(plan: LinkPlan, name: string): Edge {
  const consumer = plan.root.processes.findIndex((process) => process.name === name);
  const edge = plan.root.edges.find((e) => e.consumer === consumer);
  if (edge === undefined) throw new Error(`no edge of ${name}`);
  return edge;
}

function position(plan: LinkPlan, name: string): number {
  return plan.root.processes.findIndex((process) => process.name === name);
}

/** What the adapter of a function is made on, by the names of its imports. */
function sourcesOf({ adapters, functions }: Edge, name: string): Record<string, Source> {
  const target = functions.find((f) => f.name === name)?.target;
  if (target?.kind !== "adapter") throw new Error(`${name} has no adapter`);
  const imports = adapters[target.adapter]?.imports ?? [];
  return Object.fromEntries(imports.map((i) => [`${i.module} ${i.name}`, i.from]));
}

describe("an edge", () => {
  it("may have functions that are messages beside those that are not", () => {
    const plan = linked({ server: { bytes: server }, a: wired(all, { cast: ["say"] }) });
    const edge = edgeOf(plan, "a");
    expect(edge.functions.map(({ name, message }) => [name, message])).toEqual([
      ["get", undefined],
      ["say", { kind: "cast", delivery: 0, reason: "nobody waits for its end" }],
      ["ask", undefined],
    ]);
    expect(sourcesOf(edge, "say")).toMatchObject({
      "mail begin": { kind: "mail", export: "begin" },
      "kernel event": { kind: "kernel-event" },
      "kernel pid": { kind: "pid", process: position(plan, "a") },
      "kernel authority": { kind: "authority", process: position(plan, "a"), hole: edge.hole },
    });
    expect(sourcesOf(edge, "say")).not.toHaveProperty("kernel wait");
    expect(sourcesOf(edge, "ask")).not.toHaveProperty("kernel event");
  });

  it("waits for the answers of calls, which have the deadline of the wire", () => {
    const plan = linked({ server: { bytes: server }, a: wired(all, { deadline: 2.5, cast: ["say"] }) });
    const edge = edgeOf(plan, "a");
    expect(edge.functions.map(({ name, message }) => [name, message?.kind, message?.deadline])).toEqual([
      ["get", "call", 2500],
      ["say", "cast", undefined],
      ["ask", "call", 2500],
    ]);
    expect(sourcesOf(edge, "ask")["kernel wait"]).toEqual({ kind: "wait" });
    expect(edge.functions[2]?.reason).toBe("as a message: it has a deadline");
  });

  it("has in place of a dead provider what traps on a plain wire, and what returns the fault elsewhere", () => {
    const plan = linked({
      server: { bytes: server },
      a: wired(all, { queue: true }),
      b: wired(trying, { queue: true, onFault: { err: "other" } }),
    });
    expect(edgeOf(plan, "a").functions[2]?.standIns?.unavailable.kind).toBe("liveness");
    expect(edgeOf(plan, "b").functions[0]?.standIns).toEqual({
      unavailable: { kind: "adapter", adapter: 0, export: "unavailable try" },
      revoked: { kind: "adapter", adapter: 0, export: "revoked try" },
    });
  });

  it("with messages is not measured", () => {
    const plan = linked({ server: { bytes: server }, a: wired(all, { cast: ["say"] }) }, { meter: true });
    expect(edgeOf(plan, "a").meters).toBeUndefined();
  });
});

describe("a receiver", () => {
  it("has a delivery for each function that somebody sends to, and one adapter for equal options", () => {
    const plan = linked({
      server: { bytes: server },
      a: wired(all, { queue: true, cast: ["say"] }),
      b: wired(trying, { queue: true }),
    });
    const mailbox = plan.root.processes[position(plan, "server")]?.mailbox;
    expect(mailbox?.deliveries).toEqual([
      { function: "t:talk/api#get", number: 0, target: expect.anything() },
      { function: "t:talk/api#say", number: 1, target: expect.anything() },
      { function: "t:talk/api#ask", number: 2, target: expect.anything() },
      { function: "t:talk/api#try", number: 3, target: expect.anything() },
    ]);
    const targets = mailbox?.deliveries.map(({ function: name, target }) =>
      target.kind === "adapter" ? [target.export === name, target.adapter < mailbox.adapters.length] : [],
    );
    expect(targets).toEqual(mailbox?.deliveries.map(() => [true, true]));
    const own = mailbox?.adapters.flatMap(({ imports }) => imports.map(({ from }) => from));
    expect(own).toContainEqual({ kind: "pid", process: position(plan, "server") });
    expect(own).toContainEqual({ kind: "liveness", export: `inside ${position(plan, "server")}` });
  });

  it("gives a function one number, whoever sends to it", () => {
    const plan = linked({
      server: { bytes: server },
      a: wired(trying, { queue: true }),
      b: wired(all, { queue: true }),
      c: wired(trying, { queue: true }),
    });
    const deliveries = ["a", "c"].map((name) => edgeOf(plan, name).functions[0]?.message?.delivery);
    const mailbox = plan.root.processes[position(plan, "server")]?.mailbox;
    expect(deliveries[0]).toBe(deliveries[1]);
    expect(mailbox?.deliveries[deliveries[0] ?? -1]?.function).toBe("t:talk/api#try");
    expect(mailbox?.deliveries).toHaveLength(4);
  });

  it("to whom nothing is sent has no mailbox, and the system no place for messages", () => {
    const { root } = linked({ server: { bytes: server }, a: wired(all, {}) });
    expect(root.processes.map(({ mailbox }) => mailbox)).toEqual([undefined, undefined]);
    expect(root.kernel?.mail).toBeUndefined();
  });
});

it("a plan with messages is the same after it was written and read", () => {
  const plan = linked({ server: { bytes: server }, a: wired(all, { deadline: 9, cast: ["say"] }) });
  expect(parsePlan(serialisePlan(plan))).toEqual(plan);
});
