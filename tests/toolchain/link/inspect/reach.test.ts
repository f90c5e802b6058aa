/** Who may call whom: against a closure computed the simplest way, on random acyclic wirings. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blastSet,
  capabilityGraph,
  describePlan,
  printDescription,
  printGraph,
  reachableFrom,
  whoMayCall,
} from "../../../../toolchain/link/index.ts";
import { planFor, wirings, type Step } from "./wirings.ts";

/** Lengths of shortest ways, by Floyd and Warshall. */
function distances(names: readonly string[], steps: readonly Step[]): (a: string, b: string) => number {
  const far = new Map(steps.map(({ from, to }) => [`${from} ${to}`, 1]));
  const get = (a: string, b: string): number => far.get(`${a} ${b}`) ?? Infinity;
  for (const via of names) {
    for (const a of names) {
      for (const b of names) {
        const sum = get(a, via) + get(via, b);
        if (sum < get(a, b)) far.set(`${a} ${b}`, sum);
      }
    }
  }
  return get;
}

function isWay(way: readonly string[], steps: readonly Step[]): boolean {
  return way.slice(1).every((to, i) => steps.some((step) => step.from === way[i] && step.to === to));
}

const lengths = (reached: readonly { name: string; way: readonly string[] }[]) =>
  Object.fromEntries(reached.map(({ name, way }) => [name, way.length - 1]));

/** The names that are at any finite distance, with it. */
function within(names: readonly string[], length: (name: string) => number): Record<string, number> {
  return Object.fromEntries(names.filter((n) => length(n) < Infinity).map((n) => [n, length(n)]));
}

function setting(wiring: Parameters<typeof planFor>[0]) {
  const { plan, steps } = planFor(wiring);
  const processes = plan.root.processes.map(({ name }) => name);
  const devices = [...new Set(steps.map(({ to }) => to).filter((name) => !processes.includes(name)))];
  const far = distances([...processes, ...devices], steps);
  return { plan, steps, processes, devices, far, graph: capabilityGraph(plan) };
}

describe("reachability", () => {
  it("from a process is the closure, by shortest ways", () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const { graph, processes, devices, steps, far } = setting(wiring);
        for (const name of processes) {
          const answer = reachableFrom(graph, name);
          expect(lengths(answer.processes)).toEqual(within(processes, (to) => far(name, to)));
          expect(lengths(answer.devices)).toEqual(within(devices, (to) => far(name, to)));
          for (const { way } of [...answer.processes, ...answer.devices, ...answer.functions]) {
            expect(isWay(way, steps)).toBe(true);
          }
          const functions = steps.filter(({ from }) => from === name || far(name, from) < Infinity);
          expect(new Set(answer.functions.map((f) => `${f.way.at(-1)} ${f.name}`))).toEqual(
            new Set(functions.map((step) => `${step.to} ${step.interface}#f`)),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of a process or device is the closure backwards", () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const { graph, processes, devices, steps, far } = setting(wiring);
        for (const name of [...processes, ...devices]) {
          const { direct, through } = whoMayCall(graph, name);
          const callers = within(processes, (from) => far(from, name));
          expect({ ...lengths(through), ...lengths(direct) }).toEqual(callers);
          const names = new Set(direct.map((caller) => caller.name));
          expect(through.filter((caller) => names.has(caller.name))).toEqual([]);
          expect([...direct, ...through].every(({ way }) => way.at(-1) === name && isWay(way, steps))).toBe(
            true,
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of an interface is that of its direct callers", () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const { graph, processes, steps, far } = setting(wiring);
        for (const { interface: id } of steps) {
          const goals = steps.filter((step) => step.interface === id).map(({ from }) => from);
          for (const name of [id, `${id}#f`]) {
            const { direct, through } = whoMayCall(graph, name);
            expect(new Set(direct.map((caller) => caller.name))).toEqual(new Set(goals));
            expect(new Set(through.map((caller) => caller.name))).toEqual(
              new Set(processes.filter((p) => !goals.includes(p) && goals.some((g) => far(p, g) < Infinity))),
            );
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("tells who falls, the same from both sides", () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const { plan, graph, processes, far } = setting(wiring);
        const described = describePlan(plan).processes;
        for (const { name, fallsWith, blastSet: blast } of described) {
          const callers = within(processes, (from) => far(from, name));
          expect(lengths(blastSet(graph, name).falls)).toEqual(callers);
          expect(blast.toSorted()).toEqual(Object.keys(callers).toSorted());
          expect(fallsWith).toEqual(described.filter((p) => p.blastSet.includes(name)).map((p) => p.name));
        }
        expect(printDescription(describePlan(plan))).toContain("system random");
        for (const name of processes) expect(printGraph(graph)).toContain(`[${name}]`);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a plan that was forged", () => {
  const wire = { provider: 0, grant: undefined, by: "direct", hidden: undefined } as const;

  it("is answered by what its adapters enter, whatever it says of itself", () => {
    const { plan } = planFor({
      processes: [
        { grants: [], wires: [] },
        { grants: [], wires: [] },
        { grants: [], wires: [{ ...wire, by: "adapter", hidden: 1 }] },
      ],
    });
    expect(plan.root.edges[0]?.provider).toMatchObject({ process: 0 });
    const answer = whoMayCall(capabilityGraph(plan), "p1");
    expect(answer.direct.map(({ way }) => way)).toEqual([["p2", "p1"]]);
    expect(describePlan(plan).processes[1]?.callers).toEqual(["p2"]);
  });

  it("may go in circles and hold names that steer a terminal", () => {
    const { plan } = planFor({
      processes: [
        { grants: [], wires: [] },
        { grants: [], wires: [wire] },
      ],
    });
    const [edge] = plan.root.edges;
    const [first, second] = plan.templates;
    const back = { ...edge!, consumer: 0, provider: { kind: "process", process: 1, name: "x" } as const };
    const target = { kind: "process", process: 1, item: { instance: 0, export: "f" } } as const;
    const graph = capabilityGraph({
      ...plan,
      templates: [{ ...first!, holes: second!.holes }, second!],
      root: {
        processes: plan.root.processes.map((p, i) => (i === 0 ? { ...p, name: "p\u001b[2J\n<&" } : p)),
        edges: [...plan.root.edges, { ...back, functions: [{ name: "f", target, reason: "" }] }],
      },
    });
    const named = plan.root.processes.map((p) => ({ ...p, name: `${p.name}\u001b[2J` }));
    const described = describePlan({ ...plan, root: { ...plan.root, processes: named } });
    expect(printDescription(described)).toContain("p0\\u{1b}[2J");
    expect(printGraph(graph)).toContain("[p\\u{1b}[2J\\u{a}<&]");
    expect(whoMayCall(graph, "p1").through.map(({ name }) => name)).toEqual(["p1"]);
    expect(blastSet(graph, "p1").falls).toHaveLength(1);
    expect(reachableFrom(graph, "p1").processes).toHaveLength(1);
  });

  it("may be a very long chain", () => {
    const processes = Array.from({ length: 800 }, (_, i) => ({
      grants: [],
      wires: [{ ...wire, provider: Math.max(0, i - 1) }],
    }));
    const graph = capabilityGraph(planFor({ processes }).plan);
    const { through } = whoMayCall(graph, "p0");
    expect(through).toHaveLength(798);
    expect(through.at(-1)?.way).toHaveLength(33);
    expect(through.at(-1)?.way[16]).toBe("… 768 more …");
    const lines = printGraph(graph).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120);
  });
});
