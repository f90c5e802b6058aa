/** Random systems under a supervisor, of the parts in parts.ts, and random input for them. */
import * as fc from "fast-check";
import type { SystemConfig } from "../../../../toolchain/link/index.ts";
import { callsOthers, PARTS, SIDES } from "./parts.ts";

type Process = SystemConfig["processes"][string];
type Imports = NonNullable<Process["imports"]>;

/** Units of fuel, in which a loop without end ends. */
const FUEL = 100_000;
const PAGE = 65_536;

const wishes = fc.record(
  {
    cast: fc.constant(["tell"]),
    deadline: fc.integer({ min: 1, max: 20 }),
    queue: fc.constant(true as const),
    limits: fc.record({ uses: fc.integer({ min: 6, max: 20 }), rate: fc.integer({ min: 100, max: 1000 }) }),
  },
  { requiredKeys: [] },
);
/** Most say nothing; `to` picks one of those that may be called. */
const wire = fc
  .tuple(fc.nat(), fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, wishes))
  .map(([to, wishes]) => ({ to, wishes }));
type Wire = ValueOf<typeof wire>;
type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never;

const life = fc.record(
  {
    restart: fc.constantFrom("permanent", "transient", "transient", "temporary"),
    backoff: fc.record({ first: fc.integer({ min: 1, max: 4 }), limit: fc.integer({ min: 4, max: 30 }) }),
    priority: fc.constantFrom(0, 1, 2, 3),
    mailbox: fc.record({ messages: fc.integer({ min: 1, max: 3 }) }),
    pays: fc.constant("self"),
  },
  { requiredKeys: [] },
);

const worker = fc.record({
  part: fc.constantFrom(...PARTS),
  wires: fc.tuple(wire, wire),
  slice: fc.option(fc.integer({ min: 500, max: 20_000 })),
  life,
  /** The supervisor that it is a child of; 0 is the root. */
  group: fc.nat({ max: 2 }),
});
type Worker = ValueOf<typeof worker>;

const supervisor = fc.record(
  {
    strategy: fc.constantFrom("one_for_one", "one_for_all", "rest_for_one"),
    intensity: fc.integer({ min: 1, max: 16 }),
    window: fc.integer({ min: 10, max: 60_000 }),
  },
  { requiredKeys: ["strategy"] },
);

export const systems: fc.Arbitrary<SystemConfig> = fc
  .record({
    workers: fc.array(worker, { minLength: 3, maxLength: 7 }),
    driver: fc.tuple(wire, wire),
    root: supervisor,
    groups: fc.tuple(supervisor, supervisor),
  })
  .map(({ workers, driver, root, groups }) => {
    const names = workers.map((_, i) => `w${i}`);
    const inGroup = (wanted: number): string[] => names.filter((_, i) => workers[i]?.group === wanted);
    const nested = groups.map((group, i) => ({
      name: `group${i + 1}`,
      ...group,
      children: inGroup(i + 1),
    }));
    return {
      name: "generated",
      processes: {
        driver: {
          component: "./driver.wasm",
          imports: importsOf(driver, names),
          grants: [{ device: "atoll:device/console" }],
        },
        ...Object.fromEntries(workers.map((it, i) => [`w${i}`, processOf(it, names.slice(i + 1))])),
      },
      supervisor: {
        ...root,
        children: [...nested.filter(({ children }) => children.length > 0), ...inGroup(0), "driver"],
      },
      entry: "driver",
    };
  });

/** It calls those behind it, so there is no circle; the last one has nobody to call. */
function processOf({ part, wires, slice, life }: Worker, others: string[]): Process {
  const calls = callsOthers(part) && others.length > 0;
  return {
    component: `./${callsOthers(part) && !calls ? "leaf" : part}.wasm`,
    ...(calls && { imports: importsOf(wires, others) }),
    quotas: { fuel: FUEL, memory: 2 * PAGE, ...(slice !== null && { slice }) },
    ...life,
  };
}

function importsOf(wires: readonly [Wire, Wire], others: string[]): Imports {
  return Object.fromEntries(
    SIDES.map((side, i) => {
      const { to = 0, wishes } = wires[i] ?? {};
      const process = others[to % others.length] ?? "";
      return [`gen:part/${side}`, { process, interface: "gen:part/api", ...wishes }];
    }),
  );
}

/** Bytes that are text or not, with and without ends of lines. */
export const input: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.string({ unit: "binary", maxLength: 40 }).map((text) => Buffer.from(text)) },
      fc.uint8Array({ maxLength: 40 }),
      fc.constant(Buffer.from("\r")),
    ),
    { minLength: 12, maxLength: 24 },
  )
  .map((lines) => new Uint8Array(Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]))));
