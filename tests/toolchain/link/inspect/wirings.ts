/** Random acyclic wirings as link plans, with what each edge enters written down beside them. */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import {
  PLAN_VERSION,
  type Edge,
  type Grant,
  type LinkPlan,
  type PlanModule,
  type Source,
  type Template,
} from "../../../../toolchain/link/plan.ts";
import { parsePlan, serialisePlan } from "../../../../toolchain/link/plan-file.ts";

export interface Wiring {
  readonly processes: readonly { readonly grants: readonly Grant[]; readonly wires: readonly Wire[] }[];
}
interface Wire {
  /** Modulo the number of providers that there are; a device when there is a grant at `grant`. */
  readonly provider: number;
  readonly grant: number | undefined;
  readonly by: "direct" | "adapter" | "nothing";
  /** A process that the adapter enters beside the provider. */
  readonly hidden: number | undefined;
}

/** A call that the plan makes possible; ends are names of processes or devices. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly interface: string;
}

const GRANTS: readonly Grant[] = [
  { device: "atoll:device/console" },
  { device: "atoll:device/clock" },
  { device: "atoll:device/directory", path: "./texts" },
];
const DEVICE_NAMES = ["console", "clock", "directory ./texts"];

const wire: fc.Arbitrary<Wire> = fc.record({
  provider: fc.nat(20),
  grant: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
  by: fc.constantFrom("direct", "adapter", "adapter", "nothing"),
  hidden: fc.option(fc.nat(20), { nil: undefined, freq: 8 }),
});

export const wirings: fc.Arbitrary<Wiring> = fc.record({
  processes: fc.array(
    fc.record({
      grants: fc.subarray([...GRANTS]),
      wires: fc.array(wire, { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 9 },
  ),
});

/** Process `p3` calls only processes with smaller numbers. The plan went through a file: it is checked. */
export function planFor({ processes }: Wiring): { readonly plan: LinkPlan; readonly steps: readonly Step[] } {
  const edges: Edge[] = [];
  const steps: Step[] = [];
  const templates = processes.map(({ grants, wires }, consumer): Template => {
    const holes = wires.flatMap((given, i) => {
      const made = edgeFor(given, consumer, grants, i);
      if (made === undefined) return [];
      edges.push({ ...made.edge, hole: made.hole(edges) });
      const entered = new Set(made.enters.filter((name) => name !== `p${consumer}`));
      steps.push(...[...entered].map((to) => ({ from: `p${consumer}`, to, interface: made.interface })));
      return [{ name: made.interface, functions: [{ name: "f", type: "func()", async: false, slots: [] }] }];
    });
    return { ...TEMPLATE, name: `p${consumer}`, holes };
  });
  const plan: LinkPlan = {
    version: PLAN_VERSION,
    system: "random",
    modules: [MODULE, ADAPTER],
    templates,
    root: {
      processes: processes.map(({ grants }, i) => ({ name: `p${i}`, template: i, grants })),
      edges,
    },
  };
  return { plan: parsePlan(serialisePlan(plan)), steps };
}

const bytes = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const hash = createHash("sha256").update(bytes).digest("hex");
const MODULE: PlanModule = { name: "guest", role: "guest", hash, bytes };
const ADAPTER: PlanModule = { name: "adapter", role: "adapter", hash, bytes };
const TEMPLATE: Template = {
  name: "",
  component: "0".repeat(64),
  wit: "",
  instances: [{ module: 0, imports: [] }],
  initialisers: [],
  holes: [],
  exports: [],
  memories: "guarded",
  quotas: {},
};

function edgeFor(
  { provider, grant, by, hidden }: Wire,
  consumer: number,
  grants: readonly Grant[],
  i: number,
):
  | {
      readonly edge: Omit<Edge, "hole">;
      readonly hole: (before: readonly Edge[]) => number;
      readonly interface: string;
      readonly enters: readonly string[];
    }
  | undefined {
  const device = grant === undefined ? undefined : grants[grant];
  if (device === undefined && consumer === 0) return undefined;
  const position = provider % Math.max(1, consumer);
  const target: Source =
    device === undefined
      ? { kind: "process", process: position, item: { instance: 0, export: "f" } }
      : { kind: "device", process: consumer, grant: grants.indexOf(device), function: "f" };
  const beside = by === "adapter" && hidden !== undefined && consumer > 0 ? hidden % consumer : undefined;
  const sources: Source[] = [
    { kind: "process", process: consumer, item: { instance: 0, export: "memory" } },
    target,
    ...(beside === undefined
      ? []
      : [{ kind: "process", process: beside, item: { instance: 0, export: "g" } } as const]),
  ];
  const imports = sources.map((from, k) => ({ module: "m", name: String(k), from }));
  const inner: Source = { kind: "adapter", adapter: 0, export: "f" };
  const adapters = [
    { module: 1, imports },
    { module: 1, imports: [{ module: "inner", name: "f", from: inner }] },
  ];
  const called = by === "direct" ? target : ({ kind: "adapter", adapter: 1, export: "f" } as const);
  const name =
    device === undefined
      ? `p${position}`
      : (DEVICE_NAMES[GRANTS.findIndex((g) => g.device === device.device)] ?? "");
  const id = `w:p${consumer}/i${i}`;
  return {
    edge: {
      consumer,
      provider:
        device === undefined
          ? { kind: "process", process: position, name: id }
          : { kind: "device", grant: grants.indexOf(device) },
      binding: "plain",
      adapters: by === "adapter" ? adapters : [],
      functions: by === "nothing" ? [] : [{ name: "f", target: called, reason: "" }],
    },
    hole: (before) => before.filter((edge) => edge.consumer === consumer).length,
    interface: id,
    enters: by === "nothing" ? [] : [name, ...(beside === undefined ? [] : [`p${beside}`])],
  };
}
