/**
 * The supervision tree that a plan has of what `system.ts` says.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { LinkPlan, TreeNode } from "../../../toolchain/link/plan.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { component, refused, supervised, type Guests } from "./guests.ts";

let kernel: KernelModules;
let worker: Uint8Array;
/** With a memory. */
let holder: Uint8Array;

beforeAll(async () => {
  kernel = await builtKernel();
  const world = "package t:w; world w { export run: func(); }";
  worker = await component(world, `(module (func (export "run")))`);
  holder = await component(world, `(module (memory (export "memory") 1) (func (export "run")))`);
});

type Supervisor = NonNullable<Parameters<typeof supervised>[1]["supervisor"]>;

function planOf(
  processes: readonly string[],
  supervisor: Supervisor,
  fields: Partial<Guests> = {},
): LinkPlan {
  const guests = Object.fromEntries(processes.map((name) => [name, { bytes: worker, ...fields[name] }]));
  return supervised(guests, { supervisor, kernel }).plan;
}

/** Such as `root(a b front(c))`. */
function treeText({ root }: LinkPlan): string {
  const { tree } = root.kernel ?? { tree: [] };
  const text = (node: TreeNode, at: number): string => {
    if (node.kind === "worker") return root.processes[node.process]?.name ?? "";
    const below = tree.flatMap((child, i) => (child.parent === at ? [text(child, i)] : []));
    return `${node.name}(${below.join(" ")})`;
  };
  return tree[0] ? text(tree[0], 0) : "";
}

describe("a process under a supervisor", () => {
  it("can be reset, which is how it is restarted", () => {
    expect(planOf(["a"], {}).templates[0]?.resets).toHaveLength(1);
    expect(
      supervised({ a: { bytes: worker } }, { kernel, reset: false }).plan.templates[0]?.resets,
    ).toBeUndefined();
  });
});

describe("the tree", () => {
  it("has all processes below the root when nothing is said", () => {
    const plan = planOf(["b", "a"], {});
    expect(treeText(plan)).toBe("test(a b)");
    expect(plan.root.kernel?.tree[0]).toEqual({
      kind: "supervisor",
      name: "test",
      strategy: "one_for_one",
      intensity: 3,
      window: 5_000_000,
      restart: "permanent",
      startDeadline: 5_000_000,
      stopDeadline: 1_000_000,
      backoff: { first: 0, limit: 0 },
    });
    expect(plan.root.kernel?.tree[1]).toEqual({
      kind: "worker",
      parent: 0,
      process: 0,
      priority: 1,
      mail: 256,
      mailBytes: 1 << 20,
      records: 16,
      handles: 16,
      restart: "permanent",
      startDeadline: 5_000_000,
      stopDeadline: 1_000_000,
      backoff: { first: 0, limit: 0 },
    });
  });

  it("has them in the order of system.ts, and the others after them", () => {
    const front = { name: "front", children: ["d", "c"] };
    expect(treeText(planOf(["a", "b", "c", "d"], { children: ["b", front] }))).toBe("test(b front(d c) a)");
  });

  it("hands deadlines down to processes that do not say them", () => {
    const supervisor: Supervisor = {
      stopDeadline: 20,
      children: [{ name: "front", startDeadline: 0.5, children: ["a", "b"] }],
    };
    const { kernel: made } = planOf(["a", "b"], supervisor, { b: { bytes: worker, stopDeadline: 7 } }).root;
    const times = made?.tree.slice(2).map(({ startDeadline, stopDeadline }) => [startDeadline, stopDeadline]);
    expect(times).toEqual([
      [500, 20_000],
      [500, 7000],
    ]);
  });

  it("has a template below a dynamic supervisor, and room for all that may come", () => {
    const rooms = { name: "rooms", strategy: "dynamic", child: "a", most: 3000 } as const;
    const { root } = planOf(["a", "b"], { children: [rooms] });
    expect(root.processes.map(({ name, spawned }) => [name, spawned])).toEqual([
      ["a", true],
      ["b", undefined],
    ]);
    expect(root.kernel?.tables.processes).toBe(3003);
    const crowd = { children: [{ ...rooms, most: 50_000 }] };
    expect(supervised({ a: { bytes: worker } }, { supervisor: crowd, kernel }).warnings).toHaveLength(1);
    expect(supervised({ a: { bytes: holder } }, { supervisor: crowd, kernel }).warnings).toContain(
      "the system may have 50000 linear memories when all processes are spawned that may be, and a host that guards them by pages has room for 16000",
    );
    const tooMany = {
      children: [
        { ...rooms, most: 65_000 },
        { ...rooms, name: "more", child: "b" },
      ],
    };
    expect(refused(() => planOf(["a", "b"], tooMany))).toContain(
      "limit: the system may have 68003 processes at a time, and the kernel has room for 65535",
    );
  });

  it("has one place for a fused domain, which has what its members say", () => {
    const fields = {
      a: { bytes: worker, domain: "d" },
      b: { bytes: worker, domain: "d", priority: 3 },
    } as const;
    const plan = planOf(["a", "b", "c"], { children: ["c", "b"] }, fields);
    expect(treeText(plan)).toBe("test(c a)");
    expect(plan.root.kernel?.tree[2]).toMatchObject({ priority: 3 });
  });

  it("survives a plan file", () => {
    const plan = planOf(["a", "b"], { children: [{ name: "rooms", strategy: "dynamic", child: "a" }] });
    expect(parsePlan(serialisePlan(plan))).toEqual(plan);
  });

  it("needs the kernel", () => {
    expect(refused(() => supervised({ a: { bytes: worker } }, {}))).toContain(
      "config: the system has a supervisor, and the linker was not given the kernel",
    );
  });
});
