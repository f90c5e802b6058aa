/** One process that traps in each start, floods another one, or spawns in vain: the rest of the system serves. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { runSystem } from "../../../host-linux/index.ts";
import type { Death } from "../../../host-linux/guard/deaths.ts";
import { builtKernel } from "../../../kernel/built.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { link, type SystemConfig } from "../../../toolchain/link/index.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { CONSOLE } from "../../toolchain/link/guests.ts";
import { recordFile } from "./recording.ts";
import { Written } from "../written.ts";

const PROGRAMS = {
  "store.ts": `// @wit t:store/api
  let sum: u32 = 0;
  export function add(n: u32): u32 { sum += n; return sum; }`,
  "bad.ts": `// @wit t:bad/api
  throw new Error("not today");
  export function get(): u32 { return 1; }`,
  "victim.ts": `// @wit t:victim/api
  let heard: u32 = 0;
  export function say(text: string): void { heard++; }
  export function count(): u32 { return heard; }`,
  // Without end, from its first alarm on.
  "flooder.ts": `// @wit t:flooder/api
  // @export atoll:kernel/alarms
  import { setAlarm } from "atoll:kernel/time";
  import { writeLine } from "atoll:device/console";
  import { Fault } from "atoll";
  import { trySay } from "t:victim/api";
  setAlarm(1, 0);
  export function alarm(token: u32): void {
    let told = false;
    while (true) {
      const said = trySay("more and more");
      if (said.isErr && !told) { writeLine("flooder: " + Fault[said.error]); told = true; }
    }
  }
  export function idle(): void {}`,
  "asks.ts": `// @wit t:asks/api
  import { Fault } from "atoll";
  import { writeLine } from "atoll:device/console";
  import { add } from "t:store/api";
  import { tryGet } from "t:bad/api";
  export function run(): void {
    const got = tryGet();
    writeLine((got.isOk ? "ok" : Fault[got.error]) + " " + add(1).toString());
  }`,
  "makes.ts": `// @wit t:makes/api
  import { Fault } from "atoll";
  import { writeLine } from "atoll:device/console";
  import { add } from "t:store/api";
  import { Process } from "t:bad/api-process";
  export function run(): void {
    for (let i = 0; i < 8; i++) {
      const made = Process.trySpawn();
      if (made.isErr) { writeLine(Fault[made.error] + " " + add(1).toString()); continue; }
      const got = made.value.tryGet();
      writeLine("made, " + (got.isOk ? "ok" : Fault[got.error]) + " " + add(1).toString());
    }
  }`,
  "outlasts.ts": `// @wit t:outlasts/api
  import { Fault } from "atoll";
  import { writeLine } from "atoll:device/console";
  import { sleep } from "atoll:kernel/time";
  import { add } from "t:store/api";
  import { tryCount } from "t:victim/api";
  export function run(): void {
    sleep(1000);
    let answered: u32 = 0;
    for (let i = 0; i < 50; i++) { answered = add(1); sleep(0); }
    let heard = tryCount();
    while (heard.isErr && heard.error == Fault.Overloaded) { sleep(1000); heard = tryCount(); }
    writeLine(answered.toString() + " " + (heard.isOk && heard.value > 0 ? "heard" : "lost"));
  }`,
};
const components = new Map<string, Uint8Array>();

beforeAll(async () => {
  using folder = await new Folder().write(PROGRAMS);
  for (const { app, output } of await buildApps(Object.keys(PROGRAMS).map((name) => folder.file(name)))) {
    const name = Object.keys(PROGRAMS).find((one) => folder.file(one) === app);
    components.set(`./${name}`, new Uint8Array(readFileSync(output)));
  }
}, 60_000);

/** Lines that were printed, and who died of what. */
async function run(
  processes: SystemConfig["processes"],
  children: NonNullable<SystemConfig["supervisor"]>["children"],
): Promise<{ readonly lines: readonly string[]; readonly deaths: readonly string[] }> {
  const store = { component: "./store.ts" };
  const config: SystemConfig = {
    name: "test",
    processes: { store, ...processes },
    supervisor: { children: ["store", ...(children ?? [])] },
    entry: "main",
  };
  const { plan } = link({ config, components, kernel: await builtKernel() });
  const stdout = new Written();
  const deaths: string[] = [];
  const onDeath = ({ process, reason }: Death): void => void deaths.push(`${process} ${reason}`);
  const options = { base: ".", tags: false, stdout, onDeath, record: recordFile(plan) };
  expect(await runSystem(plan, options)).toMatchObject({ kind: "ended", exitCode: 0 });
  return { lines: stdout.text.split("\n").slice(0, -1), deaths };
}

const STORE = { "t:store/api": "store" };

describe("a component that traps in each of its starts", () => {
  it("is given up by its supervisor, and unavailable to who calls it", async () => {
    const { lines, deaths } = await run(
      {
        bad: { component: "./bad.ts" },
        main: { component: "./asks.ts", grants: [CONSOLE], imports: { ...STORE, "t:bad/api": "bad" } },
      },
      [{ name: "shaky", restart: "temporary", intensity: 2, children: ["bad"] }, "main"],
    );
    expect(lines).toEqual(["Unavailable 1"]);
    expect(deaths).toEqual(["bad crashed", "bad crashed", "bad crashed"]);
  });

  it.each([
    ["and ends its supervisor, when it is to be restarted", "transient", 3, "Unavailable"],
    ["and leaves a handle of nobody, when it is not", "temporary", 8, "made, Revoked"],
  ] as const)("is made in vain, %s", async (_, restart, died, later) => {
    const { lines, deaths } = await run(
      {
        bad: { component: "./bad.ts", restart },
        main: {
          component: "./makes.ts",
          grants: [CONSOLE],
          imports: { ...STORE, "t:bad/api-process": { spawn: "bad" } },
        },
      },
      [
        { name: "rooms", strategy: "dynamic", child: "bad", most: 5, intensity: 2, restart: "temporary" },
        "main",
      ],
    );
    const expected = Array.from({ length: 7 }, (_unused, i) => `${later} ${i + 2}`);
    expect(lines).toEqual(["made, Revoked 1", ...expected]);
    expect(deaths).toEqual(Array.from({ length: died }, () => "bad crashed"));
  });
});

it.each([
  ["is full as long as that goes on, and all other processes answer", { fuel: 3_000_000 }, {}],
  ["by a wire with limits has room for others", { fuel: 1_000_000_000 }, { limits: { rate: 50 } }],
] as const)("a mailbox that is flooded %s", async (_, { fuel }, limits) => {
  const { lines } = await run(
    {
      victim: { component: "./victim.ts", mailbox: { messages: 60 } },
      flooder: {
        component: "./flooder.ts",
        grants: [CONSOLE],
        restart: "temporary",
        stopDeadline: 0,
        quotas: { fuel, slice: 20_000 },
        imports: { "t:victim/api": { process: "victim", cast: ["say"], ...limits } },
      },
      main: {
        component: "./outlasts.ts",
        grants: [CONSOLE],
        imports: { ...STORE, "t:victim/api": { process: "victim", queue: true } },
      },
    },
    ["victim", "flooder", "main"],
  );
  expect(lines).toEqual(["flooder: Overloaded", "50 heard"]);
});
