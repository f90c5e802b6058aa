/**
 * Random supervision trees: what the linker accepts the kernel accepts, and starts in the order of the tree.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { declareTree } from "../../../host-linux/kernel/tree.ts";
import { Kernel, type KernelExports } from "../../../host-linux/kernel/kernel.ts";
import * as abi from "../../../kernel/abi.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { SystemConfig } from "../../../toolchain/link/index.ts";
import type { KernelPlan, LinkPlan } from "../../../toolchain/link/plan.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { component, supervised } from "./guests.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];

let kernel: KernelModules;
let module: WebAssembly.Module;
let worker: Uint8Array;

beforeAll(async () => {
  kernel = await builtKernel();
  module = new WebAssembly.Module(new Uint8Array(kernel.kernel));
  worker = await component("package t:w; world w { export run: func(); }", `(module (func (export "run")))`);
});

type Supervisor = NonNullable<SystemConfig["supervisor"]>;
type Child = NonNullable<Supervisor["children"]>[number];

/** Where a process or a supervisor goes, by a path that is followed modulo what is there. */
interface Place {
  readonly path: readonly number[];
  readonly kind: "plain" | "nested" | "dynamic";
  readonly fields: object;
  /** Of a dynamic one. */
  readonly most: number;
}

const times = fc.record(
  {
    startDeadline: fc.integer({ min: 0, max: 2_147_483 }),
    stopDeadline: fc.double({ min: 0, max: 2_147_483, noNaN: true }),
    window: fc.integer({ min: 1, max: 2_147_483 }),
    intensity: fc.nat(16),
  },
  { requiredKeys: [] },
);
const restart = fc.constantFrom("permanent", "transient", "temporary");
const backoff = fc
  .tuple(fc.integer({ min: 1, max: 2_147_483 }), fc.integer({ min: 1, max: 2_147_483 }))
  .map(([x, y]) => ({ first: Math.min(x, y), limit: Math.max(x, y) }));
const place: fc.Arbitrary<Place> = fc.record({
  path: fc.array(fc.nat(5), { maxLength: 3 }),
  kind: fc.constantFrom("plain", "plain", "nested", "dynamic"),
  most: fc.integer({ min: 1, max: 3000 }),
  fields: fc
    .tuple(times, fc.record({ restart, backoff }, { requiredKeys: [] }))
    .map(([some, more]) => ({ ...some, ...more })),
});
const processFields = fc.record(
  {
    restart,
    backoff,
    startDeadline: fc.integer({ min: 0, max: 2_147_483 }),
    stopDeadline: fc.integer({ min: 0, max: 2_147_483 }),
    priority: fc.constantFrom(0, 1, 2, 3),
    mailbox: fc.record({
      // The kernel clears the memory of all that are allowed.
      messages: fc.integer({ min: 1, max: 2_000 }),
      bytes: fc.integer({ min: 1, max: 0x7fff_ffff }),
    }),
  },
  { requiredKeys: [] },
);

/** Each place takes the next process by name; what no place takes is left out of the tree. */
const systems = fc.record({
  root: times,
  strategy: fc.constantFrom("one_for_one", "one_for_all", "rest_for_one"),
  places: fc.array(place, { maxLength: NAMES.length }),
  processes: fc.array(processFields, { minLength: NAMES.length, maxLength: NAMES.length }),
});

interface Group {
  readonly children: Child[];
  readonly groups: Group[];
}

function treeOf(places: readonly Place[]): Child[] {
  const root: Group = { children: [], groups: [] };
  for (const [i, { path, kind, fields, most }] of places.entries()) {
    const process = NAMES[i] ?? "a";
    let at = root;
    for (const step of path) at = at.groups[step % Math.max(1, at.groups.length)] ?? at;
    if (kind === "plain") at.children.push(process);
    else if (kind === "dynamic") {
      const dynamic = { ...fields, name: `s${i}`, strategy: "dynamic", child: process, most } as const;
      at.children.push(dynamic);
    } else {
      const group: Group = { children: [process], groups: [] };
      at.children.push({ ...fields, name: `s${i}`, children: group.children });
      at.groups.push(group);
    }
  }
  return root.children;
}

type System = typeof systems extends fc.Arbitrary<infer T> ? T : never;

function planOf({ root, strategy, places, processes }: System): LinkPlan {
  const guests = NAMES.map((name, i) => [name, { bytes: worker, ...processes[i] }] as const);
  const supervisor = { ...root, strategy, children: treeOf(places) } as Supervisor;
  return supervised(Object.fromEntries(guests) as Parameters<typeof supervised>[0], { supervisor, kernel })
    .plan;
}

/** Boots it; each process has started as soon as it was asked to. Returns the positions of nodes in the order of starts. */
function startsOf(plan: KernelPlan): number[] {
  const started: number[] = [];
  const { exports } = new WebAssembly.Instance(module);
  const running: Kernel = new Kernel(exports as unknown as KernelExports, plan, 1, (command) => {
    if (command.kind !== abi.COMMAND_START) return;
    started.push(command.b);
    running.event(abi.EVENT_STARTED, command.pid, command.life);
  });
  declareTree(running, plan, String);
  expect(running.event(abi.EVENT_BOOT)).toBe(abi.STATUS_OK);
  return started;
}

describe("a tree that the linker accepts", () => {
  it("is the kernel's, whole and in order", () => {
    fc.assert(
      fc.property(systems, (system) => {
        const plan = planOf(system);
        expect(parsePlan(serialisePlan(plan))).toEqual(plan);
        const { tree } = plan.root.kernel ?? { tree: [] };
        const workers = tree.flatMap((node, i) => (node.kind === "worker" ? [i] : []));
        const named = tree.flatMap((node) => (node.kind === "worker" ? [node.process] : []));
        expect(named.sort((a, b) => a - b)).toEqual(plan.root.processes.map((_, i) => i));
        const there = workers.filter((i) => {
          const parent = tree[tree[i]?.parent ?? 0];
          return parent?.kind === "supervisor" && parent.strategy !== "dynamic";
        });
        if (plan.root.kernel !== undefined) expect(startsOf(plan.root.kernel)).toEqual(there);
      }),
      { numRuns: 60 },
    );
  });
});
