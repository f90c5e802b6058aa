/** What lean programs ask of the kernel: time, alarms, their own end, a look at everybody. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSystem, type Death, type Outcome } from "../../../host-linux/index.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { link, type SystemConfig } from "../../../toolchain/link/index.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { recordFile } from "./recording.ts";
import { Written } from "../written.ts";

const ALARMS = `// @wit t:bell/api
// @export atoll:kernel/alarms
import { cancelAlarm, setAlarm } from "atoll:kernel/time";
import { Fault } from "atoll";
let rung = "";
export function alarm(token: u32): void {
  if (token == 666) throw new Error("the bell is broken");
  rung += token.toString() + ";";
}
export function crash(): void { setAlarm(666, 0); }
export function set(token: u32, milliseconds: u32): u32 {
  const made = setAlarm(token, <u64>milliseconds * 1000);
  return made.isOk ? made.value : 0;
}
export function why(): string {
  const made = setAlarm(0, u64.MAX_VALUE);
  return made.isOk ? "set" : Fault[made.error];
}
export function cancel(alarm: u32): bool { return cancelAlarm(alarm); }
export function heard(): string { return rung; }
`;

const PROGRAMS = {
  "bell.ts": ALARMS,
  "mortal.ts": `// @wit t:mortal/api
// @export atoll:kernel/alarms
import { exit, self } from "atoll:kernel/process";
import { setAlarm } from "atoll:kernel/time";
let rung: u32 = 0;
export function alarm(token: u32): void { rung++; }
export function heard(): u32 { return rung; }
export function end(): void { setAlarm(1, 20000); exit(); }
export function life(): u32 { return self().life; }
export function name(): string { return self().name; }
export function pid(): u32 { return self().pid; }
`,
  "early.ts": `// @wit t:early/main
import { sleep } from "atoll:kernel/time";
sleep(1000);
export function run(): void {}
`,
  "mayfly.ts": `// @wit t:mayfly/api
// @export atoll:kernel/alarms
import { exit, self } from "atoll:kernel/process";
import { setAlarm } from "atoll:kernel/time";
let rung = 0;
setAlarm(0, 10000);
export function alarm(token: u32): void {
  rung++;
  if (rung == 2) exit();
  setAlarm(0, 10000);
}
export function me(): string { return \`\${self().name} \${self().pid}\`; }
`,
  "pond.ts": `// @wit t:pond/api
// @export atoll:kernel/notices
import { Reason } from "atoll:kernel/types";
import { Process } from "t:mayfly/api-process";
const flies: Process[] = [];
let ends = "";
export function notice(token: u32, reason: Reason): void { ends += \`\${token} \${Reason[reason]};\`; }
export function hatch(token: u32): string {
  const fly = Process.spawn();
  fly.monitor(token);
  flies.push(fly);
  return fly.me();
}
export function heard(): string { return ends; }
`,
  "watcher.ts": `// @wit t:watcher/main
import { writeLine } from "atoll:device/console";
import { sleep } from "atoll:kernel/time";
import { hatch, heard } from "t:pond/api";
export function run(): void {
  const one = hatch(1);
  const two = hatch(2);
  writeLine(one.split(" ")[0] + (one == two ? " twice" : ", another"));
  while (heard().split(";").length < 3) sleep(5000);
  writeLine(heard());
}
`,
  "quitter.ts": `// @wit t:quitter/main
import { exit } from "atoll:kernel/process";
export function run(): void { exit(); }
`,
  "order.ts": `// @wit t:order/main
import { sleep } from "atoll:kernel/time";
import { writeLine } from "atoll:device/console";
import { cancel, heard, set } from "t:bell/api";
export function run(): void {
  set(3, 200); set(1, 50); const four = set(4, 150); set(2, 100); set(5, 0);
  writeLine(cancel(four) ? "cancelled" : "too late");
  writeLine(cancel(four) ? "again" : "gone");
  writeLine(cancel(12345) ? "forged" : "no such alarm");
  while (!heard().endsWith("3;")) sleep(5000);
  writeLine(heard());
}
`,
  "breaker.ts": `// @wit t:breaker/main
import { sleep } from "atoll:kernel/time";
import { writeLine } from "atoll:device/console";
import { crash, heard, set } from "t:bell/api";
export function run(): void {
  set(1, 0); sleep(10000); writeLine(heard());
  set(2, 20); crash(); sleep(40000); writeLine("after: " + heard());
}
`,
  "quota.ts": `// @wit t:quota/main
import { writeLine } from "atoll:device/console";
import { cancel, set, why } from "t:bell/api";
export function run(): void {
  const one = set(1, 1000000);
  const two = set(2, 1000000);
  writeLine((one != 0 && two != 0).toString() + " " + why());
  cancel(one);
  writeLine(why());
}
`,
  "ends.ts": `// @wit t:ends/main
import { Fault } from "atoll";
import { sleep } from "atoll:kernel/time";
import { writeLine } from "atoll:device/console";
import { heard, name, pid, tryEnd, tryLife } from "t:mortal/api";
export function run(): void {
  const before = pid();
  writeLine(name() + " " + (tryEnd().isErr ? "ended" : "goes on"));
  const life = tryLife();
  writeLine(life.isOk ? \`life \${life.value}\` : Fault[life.error]);
  if (life.isErr) return;
  writeLine(pid() == before ? "the same pid" : "another pid");
  sleep(50000);
  writeLine(\`\${heard()} alarms of the life before\`);
}
`,
  "sleeper.ts": `// @wit t:sleeper/api
import { sleep } from "atoll:kernel/time";
export function nap(milliseconds: u32): u32 { sleep(<u64>milliseconds * 1000); return milliseconds; }
`,
  "busy.ts": `// @wit t:busy/api
// @export atoll:kernel/alarms
import { setAlarm } from "atoll:kernel/time";
import { nap } from "t:sleeper/api";
setAlarm(1, 0);
export function alarm(token: u32): void { nap(60000); }
`,
  "naps.ts": `// @wit t:naps/main
import { now } from "atoll:device/clock";
import { writeLine } from "atoll:device/console";
import { sleep } from "atoll:kernel/time";
import { nap } from "t:sleeper/api";
export function run(): void {
  const start = now();
  sleep(20000);
  writeLine(nap(10).toString());
  const rested = now();
  for (let i = 0; i < 1000; i++) sleep(0);
  writeLine((now() - rested) / 1000000 < 900 ? "gave way" : "slept for nothing");
  const took = (now() - start) / 1000000;
  writeLine(took >= 29 ? "slept" : \`only \${took} ms\`);
}
`,
  "look.ts": `// @wit t:look/main
// @export atoll:kernel/alarms
import { writeLine } from "atoll:device/console";
import { events, handles, ProcessInfo, processes, State, totals } from "atoll:kernel/introspect";
import { Authority } from "atoll:kernel/types";
import { self } from "atoll:kernel/process";
import { setAlarm, sleep } from "atoll:kernel/time";
function nameOf(all: ProcessInfo[], pid: u32): string {
  for (let i = 0; i < all.length; i++) if (all[i].pid == pid) return all[i].name;
  return "";
}
export function alarm(token: u32): void {}
export function run(): void {
  setAlarm(1, 10000000);
  sleep(20000);
  const all = processes();
  for (let i = 0; i < all.length; i++) {
    const one = all[i];
    const parent = one.parent == 0 ? "root" : one.parent == all[0].pid ? all[0].name : "?";
    const me = one.pid == self().pid ? ", me" : "";
    const waits = one.waitsFor == 0 ? "" : " for " + nameOf(all, one.waitsFor);
    writeLine(\`\${one.name}: \${State[one.state]}\${waits} under \${parent}, life \${one.life}, records \${one.records}\${me}\`);
  }
  writeLine(totals().processes == <u32>all.length ? "all" : "not all");
  const held = handles();
  for (let i = 0; i < held.length; i++) {
    writeLine(\`\${nameOf(all, held[i].holder)} may \${Authority[held[i].allows]} \${nameOf(all, held[i].provider)}\`);
  }
  writeLine(totals().now >= 20000 ? "later" : "too early");
  const newest = events(1000);
  let waits = 0;
  for (let i = 0; i < newest.length; i++) if (newest[i].kind == "wait" && newest[i].pid == self().pid) waits++;
  writeLine(\`\${events(1).length} \${waits}\`);
}
`,
  "spy.ts": `// @wit t:spy/api
import { processes } from "atoll:kernel/introspect";
export function seen(): u32 { return processes().length; }
`,
  "master.ts": `// @wit t:master/main
import { writeLine } from "atoll:device/console";
import { Process } from "t:spy/api-process";
export function run(): void {
  const first = Process.spawn(), second = Process.spawn();
  writeLine(first.seen().toString() + " " + second.seen().toString());
  first.drop();
  const third = Process.spawn();
  writeLine(second.seen().toString() + " " + third.seen().toString());
}
`,
  "dozer.ts": `// @wit t:dozer/api
// @export atoll:kernel/alarms
import { setAlarm, sleep } from "atoll:kernel/time";
setAlarm(7, 0);
export function alarm(token: u32): void { sleep(60000000); }
`,
} as const;

let folder: Folder;
let kernel: KernelModules;
beforeAll(async () => {
  kernel = await builtKernel();
  folder = await new Folder().write(PROGRAMS);
  await buildApps(Object.keys(PROGRAMS).map((name) => folder.file(name)));
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

type Processes = Readonly<Record<string, Omit<SystemConfig["processes"][string], "component">>>;

/** Runs the process `main`; processes are made of the programs of their names, or of `of`. */
async function run(
  processes: Processes,
  of: Readonly<Record<string, string>> = {},
  supervisor: SystemConfig["supervisor"] = {},
): Promise<{
  readonly lines: readonly string[];
  readonly outcome: Outcome;
  readonly deaths: readonly string[];
}> {
  const named = Object.entries(processes).map(([name, process]) => {
    return [name, { ...process, component: `./${of[name] ?? name}.wasm` }] as const;
  });
  const components = new Map(
    named.map(([, { component }]) => [component, readFileSync(folder.file(`build/${component.slice(2)}`))]),
  );
  const { plan } = link({
    config: { name: "test", processes: Object.fromEntries(named), entry: "main", supervisor },
    components,
    kernel,
  });
  const stdout = new Written();
  const deaths: string[] = [];
  const onDeath = ({ process }: Death): void => void deaths.push(process);
  const record = recordFile(plan);
  const outcome = await runSystem(plan, { base: folder.path, tags: false, stdout, onDeath, record });
  return { lines: stdout.text.split("\n").slice(0, -1), outcome, deaths };
}

const CONSOLE = { device: "atoll:device/console" } as const;
const CLOCK = { device: "atoll:device/clock" } as const;
const ended = expect.objectContaining({ kind: "ended", exitCode: 0 });

describe("time", () => {
  it("blocks who sleeps, and who waits for that one, for at least that time", async () => {
    const { lines, outcome } = await run(
      { main: { imports: { "t:sleeper/api": "sleeper" }, grants: [CONSOLE, CLOCK] }, sleeper: {} },
      { main: "naps" },
    );
    expect(outcome).toEqual(ended);
    expect(lines).toEqual(["10", "gave way", "slept"]);
  });

  it("rings alarms in the order of their times, while another process sleeps, and none that was cancelled", async () => {
    const { lines, outcome } = await run(
      { main: { imports: { "t:bell/api": "bell" }, grants: [CONSOLE] }, bell: {} },
      { main: "order" },
    );
    expect(outcome).toEqual(ended);
    expect(lines).toEqual(["cancelled", "gone", "no such alarm", "5;1;2;3;"]);
  });

  it("ends in an alarm that traps only who was called", async () => {
    const { lines, outcome, deaths } = await run(
      { main: { imports: { "t:bell/api": "bell" }, grants: [CONSOLE] }, bell: {} },
      { main: "breaker" },
    );
    expect(outcome).toEqual(ended);
    expect(lines).toEqual(["1;", "after: "]);
    expect(deaths).toEqual(["bell"]);
  });

  it("sets no more alarms than the quota of records", async () => {
    const { lines } = await run(
      { main: { imports: { "t:bell/api": "bell" }, grants: [CONSOLE] }, bell: { quotas: { records: 2 } } },
      { main: "quota" },
    );
    expect(lines).toEqual(["true Exhausted", "set"]);
  });

  it("cannot be slept away while a process starts", async () => {
    const { outcome } = await run({ main: {} }, { main: "early" });
    expect(JSON.stringify(outcome)).toContain("a process cannot sleep while it starts");
  });
});

function mortal(restart: "permanent" | "transient"): Processes {
  return { main: { imports: { "t:mortal/api": "mortal" }, grants: [CONSOLE] }, mortal: { restart } };
}

describe("exit", () => {
  it("begins a new life of a permanent process, without the alarms of the old one", async () => {
    const { lines, outcome, deaths } = await run(mortal("permanent"), { main: "ends" });
    expect(outcome).toEqual(ended);
    expect(deaths).toEqual([]);
    expect(lines).toEqual(["mortal ended", "life 2", "the same pid", "0 alarms of the life before"]);
  });

  it("is the end of a transient one", async () => {
    const { lines, outcome } = await run(mortal("transient"), { main: "ends" });
    expect(outcome).toEqual(ended);
    expect(lines).toEqual(["mortal ended", "Unavailable"]);
  });
});

it("a process that was spawned has its own time, end and name", async () => {
  const { lines, outcome } = await run(
    {
      main: { imports: { "t:pond/api": "pond" }, grants: [CONSOLE] },
      pond: { imports: { "t:mayfly/api-process": { spawn: "mayfly" } } },
      mayfly: { restart: "temporary" },
    },
    { main: "watcher" },
    { children: [{ name: "flies", strategy: "dynamic", child: "mayfly", most: 2 }] },
  );
  expect(outcome).toEqual(ended);
  expect(lines).toEqual(["mayfly, another", "1 Normal;2 Normal;"]);
});

describe("the process in which the system starts", () => {
  it("ends it in order when it exits and is not started again", async () => {
    const { outcome } = await run({ main: { restart: "transient" } }, { main: "quitter" });
    expect(outcome).toEqual(ended);
  });

  it("is restarted in vain when it exits each time", async () => {
    const { outcome } = await run({ main: {} }, { main: "quitter" });
    expect(outcome).toEqual({
      kind: "failed",
      message:
        'test has ended: process "main" exited, 4 times within 5000 ms; its supervisor "test" bears 3 failures in that time.',
    });
  });

  it("ends it with an error when it fails and is temporary", async () => {
    const { outcome } = await run({ main: { restart: "temporary" } }, { main: "early" });
    expect(JSON.stringify(outcome)).toContain(
      'test has ended: process \\"main\\", in which it starts, crashed, and is temporary.',
    );
  });
});

describe("introspection", () => {
  it("shows every process, what it does, and what happened", async () => {
    const { lines, outcome } = await run(
      {
        main: { grants: [CONSOLE, { device: "atoll:kernel/introspect" }] },
        dozer: { stopDeadline: 50 },
        mortal: {},
        busy: { imports: { "t:sleeper/api": "sleeper" }, stopDeadline: 50 },
        sleeper: { stopDeadline: 50 },
      },
      { main: "look" },
    );
    expect(outcome).toEqual(ended);
    expect(lines).toEqual([
      "test: Up under root, life 1, records 0",
      "sleeper: Waiting under test, life 1, records 0",
      "busy: Waiting for sleeper under test, life 1, records 0",
      "dozer: Waiting under test, life 1, records 0",
      "main: Running under test, life 1, records 1, me",
      "mortal: Idle under test, life 1, records 0",
      "all",
      "busy may Call sleeper",
      "main may Look test",
      "later",
      "1 1",
    ]);
  });

  it("is granted to each process that is spawned, where that is", async () => {
    const { lines, outcome } = await run(
      {
        main: { imports: { "t:spy/api-process": { spawn: "spy" } }, grants: [CONSOLE] },
        spy: { restart: "temporary", grants: [{ device: "atoll:kernel/introspect" }] },
      },
      { main: "master" },
      { children: [{ name: "spies", strategy: "dynamic", child: "spy" }] },
    );
    expect(outcome).toEqual(ended);
    // The root, main, the supervisor, and two spies.
    expect(lines).toEqual(["5 5", "5 5"]);
  });
});
