/** Handles that a process makes less of, and takes back: of processes that it makes, and of one that is there. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { runSystem } from "../../../host-linux/index.ts";
import { builtKernel } from "../../../kernel/built.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { link, type SystemConfig } from "../../../toolchain/link/index.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { CONSOLE } from "../../toolchain/link/guests.ts";
import { Written } from "../written.ts";

const ROOM = (name: string): string => `// @wit t:${name}/api
  let lines: u32 = 0;
  export function say(text: string): u32 { lines++; return lines; }
  export function count(): u32 { return lines; }`;

/** What `main` does, by what it shows; each may use what is above them in the program. */
const THINGS = {
  functions: `const less = room.narrow(Functions.Count, 0, 0, 0);
    told = [say(room), say(less), count(less), count(less.narrow(Functions.Say | Functions.Count, 0, 0, 0))].join(" ");`,
  uses: `const two = room.narrow(ALL, 2, 0, 0); const same = two.narrow(ALL, 5, 0, 0);
    told = [say(two), say(same), say(two), say(same), say(room)].join(" ");`,
  rate: `const slow = room.narrow(ALL, 0, 1, 0); let refused = 0;
    for (let i = 0; i < 50; i++) if (say(slow) == "Overloaded") refused++;
    sleep(1_100_000); told = [refused > 0 ? "refused" : "", say(slow) != "Overloaded" ? "goes on" : ""].join(", ");`,
  lease: `const short = room.narrow(ALL, 0, 0, 1); const long = room.narrow(ALL, 0, 0, 3_600_000_000); sleep(1000);
    told = [say(short), say(long), say(long.narrow(ALL, 0, 0, 0)), say(room)].join(" ");`,
  long: `told = [say(room.narrow(ALL, u32.MAX_VALUE, u32.MAX_VALUE, u64.MAX_VALUE)), say(room.narrow(<Functions>-1, 0, 0, 1_000_000_000))].join(" ");`,
  revoke: `const share = room.narrow(ALL, 0, 0, 0); const given = share.narrow(ALL, 0, 0, 0); const a = say(given);
    share.revoke();
    const again = share.tryRevoke(); const less = given.tryNarrow(ALL, 0, 0, 0);
    told = [a, say(given), say(share), name(again.error), name(less.error), say(room)].join(" ");`,
  revokeOwn: `const share = room.narrow(ALL, 0, 0, 0); room.revoke(); const next = Process.spawn();
    told = [say(room), say(share), say(next)].join(" ");`,
  dropped: `const share = room.narrow(ALL, 0, 0, 0); const given = share.narrow(ALL, 1, 0, 0); share.drop();
    told = [say(given), say(given)].join(" ");`,
  deep: `let at = room; for (let i = 0; i < 16; i++) at = at.narrow(ALL, 0, 0, 0);
    const more = at.tryNarrow(ALL, 0, 0, 0); told = [say(at), name(more.error)].join(" ");`,
  many: `const all: Process[] = []; let made = room.tryNarrow(ALL, 0, 0, 0);
    while (made.isOk) { all.push(made.value); made = room.tryNarrow(ALL, 0, 0, 0); }
    told = name(made.error) + " after " + all.length.toString();`,
  provider: `const store = Store.provider(); const less = store.narrow(StoreFunctions.Count, 0, 0, 0);
    told = [store.say("x").toString(), less.count().toString(), name(less.trySay("y").error)].join(" ");
    store.revoke(); told += " " + name(less.tryCount().error) + " " + Store.provider().count().toString();`,
  limited: `const a = Limited.provider(); const b = Limited.provider();
    told = [a.count().toString(), name(a.trySay("y").error), b.count().toString(), name(a.tryCount().error)].join(" ");`,
  narrowNothing: `const none = room.narrow(<Functions>0, 0, 0, 0); const token = none.tryMonitor(1);
    told = [say(none), token.isOk ? "told" : ""].join(" ");`,
};
type Thing = keyof typeof THINGS;

const MAIN = `// @wit t:main/api
  // @export atoll:kernel/notices
  import { Process, Functions } from "t:room/api-process";
  import { Process as Store, Functions as StoreFunctions } from "t:store/api-process";
  import { Process as Limited } from "t:limited/api-process";
  import { Fault } from "atoll";
  import { Reason } from "atoll:kernel/types";
  import { sleep } from "atoll:kernel/time";
  import { writeLine } from "atoll:device/console";
  import { getArguments } from "atoll:device/configuration";
  const ALL: Functions = Functions.Say | Functions.Count;
  let told = "";
  export function notice(token: u32, reason: Reason): void {}
  function name(fault: Fault): string { return Fault[fault]; }
  function say(r: Process): string { const s = r.trySay("x"); return s.isOk ? s.value.toString() : Fault[s.error]; }
  function count(r: Process): string { const s = r.tryCount(); return s.isOk ? s.value.toString() : Fault[s.error]; }
  ${Object.entries(THINGS)
    .map(([name, body]) => `function ${name}Thing(): void { const room = Process.spawn(); ${body} }`)
    .join("\n")}
  export function run(): void {
    const all = getArguments();
    for (let i = 0; i < all.length; i++) {
      const which = all[i];
      ${Object.keys(THINGS)
        .map((name) => `if (which == "${name}") ${name}Thing();`)
        .join("\n")}
      writeLine(told);
    }
  }`;

const PROGRAMS = {
  "room.ts": ROOM("room"),
  "store.ts": ROOM("store"),
  "limited.ts": ROOM("limited"),
  "main.ts": MAIN,
};
const components = new Map<string, Uint8Array>();

beforeAll(async () => {
  using folder = await new Folder().write(PROGRAMS);
  for (const { app, output } of await buildApps(Object.keys(PROGRAMS).map((name) => folder.file(name)))) {
    const name = Object.keys(PROGRAMS).find((one) => folder.file(one) === app);
    components.set(`./${name}`, new Uint8Array(readFileSync(output)));
  }
});

/** What it printed of each, in one run. */
async function play(things: readonly Thing[], handles?: number): Promise<string[]> {
  const config: SystemConfig = {
    name: "narrowing",
    processes: {
      room: { component: "./room.ts", restart: "temporary" },
      store: { component: "./store.ts" },
      limited: { component: "./limited.ts" },
      main: {
        component: "./main.ts",
        grants: [CONSOLE],
        arguments: things,
        ...(handles !== undefined && { quotas: { handles } }),
        imports: {
          "t:room/api-process": { spawn: "room" },
          "t:store/api-process": "store",
          "t:limited/api-process": { process: "limited", limits: { functions: ["count"], uses: 2 } },
        },
      },
    },
    supervisor: {
      children: ["store", { name: "rooms", strategy: "dynamic", child: "room", most: 20 }, "main"],
    },
    entry: "main",
  };
  const { plan } = link({ config, components, kernel: await builtKernel() });
  const stdout = new Written();
  expect(await runSystem(plan, { base: ".", tags: false, stdout })).toMatchObject({
    kind: "ended",
    exitCode: 0,
  });
  return stdout.text.trimEnd().split("\n");
}

/** By name, of those that leave enough for the others. */
const told = new Map<Thing, string | undefined>();
beforeAll(async () => {
  const things = (Object.keys(THINGS) as Thing[]).filter((thing) => thing !== "many");
  const lines = await play(things, 100);
  for (const [i, thing] of things.entries()) told.set(thing, lines[i]);
});

describe("a handle that was made from another one", () => {
  it.each<[string, Thing, string]>([
    ["allows the functions that it says, and never more than the other one", "functions", "1 Revoked 1 1"],
    ["works as often as both of them allow", "uses", "1 2 Revoked Revoked 3"],
    ["works so often in a second", "rate", "refused, goes on"],
    ["works for a time", "lease", "Revoked 1 2 3"],
    ["has no limit that cannot be counted", "long", "1 2"],
    ["goes with the one that it was made from", "revoke", "1 Revoked Revoked Revoked Revoked 2"],
    ["outlives the other one, with its limits", "dropped", "1 Revoked"],
    ["may be made from one that was made so, sixteen times", "deep", "1 Exhausted"],
    ["may allow nothing but to watch", "narrowNothing", "Revoked told"],
  ])("%s", (_, thing, expected) => {
    expect(told.get(thing)).toBe(expected);
  });

  it("counts", async () => {
    // 256, two for each wire, and one for each room that there may be; less its wires' four, and its room's.
    expect(await play(["many"])).toEqual(["Exhausted after 277"]);
  });
});

it("the end of the handle that a process was made with is its end, also when it is revoked", () => {
  expect(told.get("revokeOwn")).toBe("Revoked Revoked 1");
});

describe("a wire to a process that is there", () => {
  it("gives handles of it, which can be taken back", () => {
    expect(told.get("provider")).toBe("1 1 Revoked Revoked 1");
  });

  it("gives what its limits allow, all handles together", () => {
    expect(told.get("limited")).toBe("0 Revoked 0 Revoked");
  });
});
