/** Processes that are made at run time and use others: processes that are there, devices, time. */
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { beforeAll, expect, it } from "vitest";
import { runSystem, type Outcome } from "../../../host-linux/index.ts";
import { builtKernel } from "../../../kernel/built.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { link, type SystemConfig } from "../../../toolchain/link/index.ts";
import type { Grant, LinkPlan } from "../../../toolchain/link/plan.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { CONSOLE } from "../../toolchain/link/guests.ts";
import { Written } from "../written.ts";

const PROGRAMS = {
  "log.ts": `// @wit t:log/api
    let lines: u32 = 0;
    export function add(n: u32): u32 { if (n == 13) unreachable(); lines++; return lines; }
    export function later(n: u32): u32 { lines += n; return lines; }`,
  "room.ts": `// @wit t:room/api
    // @export atoll:kernel/alarms
    import { setAlarm } from "atoll:kernel/time";
    import { self } from "atoll:kernel/process";
    import { readLine, writeLine } from "atoll:device/console";
    import { tryAdd } from "t:log/api";
    import { Fault } from "atoll";
    let rung: u32 = 0;
    export function alarm(token: u32): void { rung += token; }
    export function wake(token: u32): void { setAlarm(token, 5000); }
    export function heard(): u32 { return rung; }
    export function add(n: u32): string { const added = tryAdd(n); return added.isOk ? added.value.toString() : Fault[added.error]; }
    export function greet(): void { writeLine("hello from a room"); }
    export function ask(): string { const line = readLine(); return line == null ? "nothing" : line; }
    export function pid(): u32 { return self().pid; }
    export function crash(): void { unreachable(); }`,
  "lobby.ts": `// @wit t:lobby/api
    // @export atoll:kernel/notices
    import { Process } from "t:room/api-process";
    import { Fault } from "atoll";
    import { writeLine } from "atoll:device/console";
    import { sleep } from "atoll:kernel/time";
    import { Reason } from "atoll:kernel/types";
    const early = Process.spawn();
    const before = early.tryHeard();
    export function notice(token: u32, reason: Reason): void { writeLine(token.toString() + " has ended: " + Reason[reason]); }
    export function visit(): void {
      writeLine((before.isErr ? Fault[before.error] : "heard") + " " + early.heard().toString());
      const a = Process.spawn(); const b = Process.spawn();
      a.greet(); b.greet();
      writeLine(a.add(1) + " " + b.add(2) + " " + a.add(13) + " " + b.add(3));
      writeLine(a.pid() != b.pid() ? "two" : "one");
      writeLine(b.ask() + " " + a.ask() + " " + b.ask());
      a.wake(1); b.wake(2); b.wake(3);
      sleep(50000);
      writeLine(a.heard().toString() + " " + b.heard().toString());
      a.monitor(7); b.monitor(8);
      a.tryCrash(); b.drop();
      const c = Process.spawn();
      writeLine(c.heard().toString());
    }`,
  "main.ts": `// @wit t:main/api
    import { visit } from "t:lobby/api";
    import { sleep } from "atoll:kernel/time";
    export function run(): void { visit(); sleep(1000); }`,
};

let plan: LinkPlan;
beforeAll(async () => {
  using folder = await new Folder().write(PROGRAMS);
  const built = await buildApps(Object.keys(PROGRAMS).map((name) => folder.file(name)));
  const components = new Map(
    Object.keys(PROGRAMS).map((name) => {
      const output = built.find(({ app }) => app === folder.file(name))?.output ?? "";
      return [`./${name}`, new Uint8Array(readFileSync(output))];
    }),
  );
  const grants: Grant[] = [CONSOLE];
  const config: SystemConfig = {
    name: "rooms",
    processes: {
      log: { component: "./log.ts" },
      room: { component: "./room.ts", grants, imports: { "t:log/api": "log" }, restart: "temporary" },
      lobby: { component: "./lobby.ts", grants, imports: { "t:room/api-process": { spawn: "room" } } },
      main: { component: "./main.ts", imports: { "t:lobby/api": "lobby" } },
    },
    supervisor: { children: ["log", { name: "rooms", strategy: "dynamic", child: "room" }, "lobby", "main"] },
    entry: { process: "main", function: "t:main/api#run" },
  };
  plan = link({ config, components, kernel: await builtKernel() }).plan;
});

const stdin = (): Readable => Readable.from([Buffer.from("first\nsecond\n")]);

async function run(): Promise<{ readonly outcome: Outcome; readonly lines: string[] }> {
  const stdout = new Written();
  const outcome = await runSystem(plan, { base: ".", tags: false, stdout, stdin });
  return { outcome, lines: stdout.text.trimEnd().split("\n") };
}

it("call processes that are there, print, read, set alarms, and are told of", async () => {
  const { outcome, lines } = await run();
  expect(lines).toEqual([
    // What is spawned while its spawner starts, starts after it.
    "Unavailable 0",
    "hello from a room",
    "hello from a room",
    // The log dies of 13, and has begun anew for the next.
    "1 2 Crashed 1",
    "two",
    "first second nothing",
    "1 5",
    "0",
    // When the lobby is idle again.
    "7 has ended: Crashed",
    "8 has ended: Unowned",
  ]);
  expect(outcome).toMatchObject({ kind: "ended", exitCode: 0 });
});
