/** Plan files of systems under the kernel, as somebody with bad intent would write them. */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel } from "../../../kernel/built.ts";
import type {
  Edge,
  KernelPlan,
  LinkPlan,
  Process,
  SupervisorNode,
  TreeNode,
} from "../../../toolchain/link/plan.ts";
import { parsePlan, PlanError, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { supervised } from "./guests.ts";
import { TalkGuests, to } from "./talk-guests.ts";

let plan: LinkPlan;
let kernel: KernelPlan;

/** Positions: b 0, a 1, c 2. The tree: test(back(b) rooms(c) a). */
beforeAll(async () => {
  const talk = await TalkGuests.built();
  const guests = talk.processes({
    a: ["caller get", to("b", { queue: true, limits: { rate: 5 } })],
    b: ["leaf"],
    c: ["leaf"],
  });
  const children = [
    { name: "back", children: ["b"] },
    { name: "rooms", strategy: "dynamic", child: "c" },
  ] as const;
  ({ plan } = supervised(guests, { supervisor: { children }, kernel: await builtKernel() }));
  if (plan.root.kernel === undefined) throw new Error("the system is supervised");
  ({ kernel } = plan.root);
});

function problem(root: Partial<LinkPlan["root"]>): string {
  try {
    parsePlan(serialisePlan({ ...plan, root: { ...plan.root, ...root } }));
  } catch (error) {
    if (error instanceof PlanError) return error.message.replace(/^link plan, /, "");
    throw error;
  }
  return "parsed";
}

/** Some nodes of the tree say something else. */
function tree(changes: Readonly<Record<number, object>>): string {
  const nodes = kernel.tree.map((node, i) => ({ ...node, ...changes[i] }));
  return problem({ kernel: { ...kernel, tree: nodes } });
}

function processes(change: (process: Process) => object): string {
  return problem({ processes: plan.root.processes.map((process) => ({ ...process, ...change(process) })) });
}

function edges(change: (edge: Edge) => object): string {
  return problem({ edges: plan.root.edges.map((edge) => ({ ...edge, ...change(edge) })) });
}

describe("a plan file with a kernel", () => {
  it("is what it was", () => {
    expect(tree({})).toBe("parsed");
    expect(plan.root.processes.map(({ name }) => name)).toEqual(["b", "a", "c"]);
    expect(kernel.tree.map(({ kind, parent }) => [kind, parent])).toEqual([
      ["supervisor", undefined],
      ["supervisor", 0],
      ["worker", 1],
      ["supervisor", 0],
      ["worker", 3],
      ["worker", 0],
    ]);
  });

  const cases: [string, () => string, string][] = [
    [
      "a root with a parent",
      () => tree({ 0: { parent: 0 } }),
      "root.kernel.tree.0: expected a supervisor without parent",
    ],
    [
      "no tree",
      () => problem({ kernel: { ...kernel, tree: [] } }),
      'root.kernel.tree: process "b" is not in it',
    ],
    [
      "a parent that comes later",
      () => tree({ 1: { parent: 3 } }),
      "root.kernel.tree.1.parent: expected an earlier node below 1, found 3",
    ],
    [
      "a worker as parent",
      () => tree({ 3: { parent: 2 } }),
      "root.kernel.tree.3.parent: expected a supervisor",
    ],
    [
      "a process that is there twice",
      () => tree({ 5: { process: 0 } }),
      'root.kernel.tree: "process 0" is there twice',
    ],
    [
      "a process that there is not",
      () => tree({ 5: { process: 3 } }),
      "root.kernel.tree.5.process: expected a position below 3, found 3",
    ],
    [
      "a backoff beyond its limit",
      () => tree({ 2: { backoff: { first: 2, limit: 1 } } }),
      "root.kernel.tree.2.backoff: expected at most the limit, 1, found 2",
    ],
    [
      "a dynamic supervisor of something else",
      () => tree({ 5: { parent: 3 } }),
      "root.kernel.tree.5: processes that are spawned are those under a dynamic supervisor",
    ],
    [
      "a dynamic supervisor of nothing",
      () => tree({ 3: { strategy: "dynamic", parent: 0 }, 4: { parent: 1 } }),
      "root.kernel.tree.4: processes that are spawned are those under a dynamic supervisor",
    ],
    [
      "a number of children without spawning",
      () => tree({ 1: { most: 5 } satisfies Partial<SupervisorNode> }),
      "root.kernel.tree.1.most: a dynamic supervisor has it, and no other",
    ],
    [
      "a deadline that the kernel cannot count",
      () => tree({ 2: { stopDeadline: 2 ** 31 } }),
      "root.kernel.tree.2.stopDeadline: Too big",
    ],
    ["too much intensity", () => tree({ 0: { intensity: 17 } }), "root.kernel.tree.0.intensity: Too big"],
    [
      "tables that are too small",
      () => problem({ kernel: { ...kernel, tables: { ...kernel.tables, processes: 5 } } }),
      "root.kernel.tables.processes: expected at least one for each of the 6 nodes of the tree, found 5",
    ],
    [
      "another module for a kernel",
      () => problem({ kernel: { ...kernel, module: kernel.mail ?? 0 } }),
      "root.kernel.module: expected a module of role kernel, found mail",
    ],
    [
      "a message without its delivery",
      () =>
        processes((process) => ({
          ...(process.mailbox && { mailbox: { ...process.mailbox, deliveries: [] } }),
        })),
      "root.edges.0.functions.0.message.delivery: expected a delivery of which there are none, found 0",
    ],
    [
      "a delivery to an adapter that there is not",
      () =>
        processes((process) => ({
          ...(process.mailbox && { mailbox: { ...process.mailbox, adapters: [] } }),
        })),
      "root.processes.0.mailbox.deliveries.0.target.adapter: expected an earlier adapter of which there are none, found 0",
    ],
    [
      "the 33rd function",
      () =>
        processes(({ mailbox }) => ({
          ...(mailbox && {
            mailbox: { ...mailbox, deliveries: mailbox.deliveries.map((d) => ({ ...d, number: 32 })) },
          }),
        })),
      "root.processes.0.mailbox.deliveries.0.number: Too big",
    ],
    [
      "messages to a device",
      () => edges(() => ({ provider: { kind: "inner" } })),
      "root.edges.0.functions.0.message: expected a provider that is a process",
    ],
    [
      "authority of an import that there is not",
      () =>
        edges(({ adapters }) => ({
          adapters: adapters.map((adapter) => ({
            ...adapter,
            imports: adapter.imports.map((item) =>
              item.from.kind === "authority" ? { ...item, from: { ...item.from, hole: 9 } } : item,
            ),
          })),
        })),
      "from.hole: expected a position below 1, found 9",
    ],
    [
      "messages without a place for them",
      () => {
        const { mail: _mail, ...rest } = kernel;
        return problem({ kernel: rest });
      },
      "the plan has no mail module",
    ],
  ];
  it.each(cases)("is refused with %s", (_, run, message) => {
    expect(run()).toContain(message);
  });

  it("is refused when it is nested deeper than the kernel takes", () => {
    const [root, , worker] = kernel.tree as [SupervisorNode, TreeNode, TreeNode];
    const chain = (depth: number): TreeNode[] => [
      root,
      ...Array.from({ length: depth }, (_, i): TreeNode => ({ ...root, name: `s${i}`, parent: i })),
      { ...worker, parent: depth },
      ...kernel.tree.slice(3, 4),
      { ...(kernel.tree[4] ?? worker), parent: depth + 2 },
      ...kernel.tree.slice(5),
    ];
    expect(
      problem({ kernel: { ...kernel, tables: { ...kernel.tables, processes: 60 }, tree: chain(30) } }),
    ).toBe("parsed");
    expect(
      problem({ kernel: { ...kernel, tables: { ...kernel.tables, processes: 60 }, tree: chain(31) } }),
    ).toBe("root.kernel.tree.32: expected at most 32 nodes one below the other");
  });

  it("is refused when it says of a system without kernel what only the kernel could do", () => {
    const { kernel: _kernel, ...root } = plan.root;
    const without = (change: Partial<LinkPlan["root"]>): string => {
      try {
        parsePlan(serialisePlan({ ...plan, root: { ...root, ...change } }));
      } catch (error) {
        return (error as Error).message;
      }
      return "parsed";
    };
    const plain = plan.root.processes.map(({ name, template, grants }) => ({ name, template, grants }));
    const edge = { ...plan.root.edges[0], functions: [], adapters: [] } as unknown as Edge;
    const first = plain[0] as Process;
    expect(without({})).toContain("the plan has no");
    expect(without({ processes: [{ ...first, ownStack: "x" }], edges: [] })).toContain(
      "root.processes.0.ownStack: the plan has no kernel",
    );
    expect(without({ processes: [{ ...first, spawned: true }], edges: [] })).toContain(
      "root.processes.0.spawned: the plan has no kernel",
    );
    expect(without({ processes: plain, edges: [{ ...edge, consumer: 0, hole: 0 }] })).not.toBe("parsed");
  });
});
