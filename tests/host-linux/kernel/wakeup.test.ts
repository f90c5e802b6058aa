/** A process that waits for its devices goes on when one has something new, or its time is over: in none lost, for none other. */
import { readFileSync } from "node:fs";
import { setImmediate as turnOfLoop } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { directU64 } from "../../../host-linux/devices/direct.ts";
import type { KernelDoor } from "../../../host-linux/devices/kernel-door.ts";
import { createTime } from "../../../host-linux/devices/kernel-time.ts";
import { createWakeup } from "../../../host-linux/devices/kernel-wakeup.ts";
import type { DeviceContext } from "../../../host-linux/devices/index.ts";
import { instantiate, type DeviceMaker } from "../../../host-linux/instantiate.ts";
import type { KernelEnd } from "../../../host-linux/kernel/running-kernel.ts";
import { SeededRun } from "../../../host-linux/seeded-run.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { CLOCK, supervised, type Guests } from "../../toolchain/link/guests.ts";
import { recording } from "./recording.ts";

/** What the clock gives, in place of nanoseconds to wait. */
const [RETURN, CRASH, FOR_EVER] = [2n ** 64n - 2n, 2n ** 64n - 3n, 2n ** 64n - 1n];

/** Asks the clock what to do, which stands for any device. */
const WAITS = `import { wallTime } from "atoll:device/clock";
  import { wait } from "atoll:kernel/wakeup";
  function waits(): void {
    while (true) {
      const time = wallTime();
      if (time == u64.MAX_VALUE - 1) return;
      if (time == u64.MAX_VALUE - 2) unreachable();
      wait(time);
    }
  }`;
const PROGRAMS = {
  "main.ts": `// @wit t:main/api
  ${WAITS}
  export function run(): void { waits(); }`,
  "other.ts": `// @wit t:other/api
  // @export atoll:kernel/alarms
  import { now } from "atoll:device/clock";
  import { setAlarm } from "atoll:kernel/time";
  setAlarm(1, 0);
  export function alarm(token: u32): void { now(); }
  export function idle(): void {}`,
  "starts.ts": `// @wit t:starts/api
  ${WAITS}
  waits();
  export function run(): void {}`,
  "room.ts": `// @wit t:room/api
  ${WAITS}
  export function go(): void { waits(); }`,
  "maker.ts": `// @wit t:maker/api
  import { Process } from "t:room/api-process";
  import { sleep } from "atoll:kernel/time";
  export function run(): void {
    const first = Process.spawn();
    const second = Process.spawn();
    first.go();
    second.go();
    sleep(60_000_000);
  }`,
};
let kernel: KernelModules;
const components = new Map<string, Uint8Array>();

beforeAll(async () => {
  kernel = await builtKernel();
  using folder = await new Folder().write(PROGRAMS);
  for (const { app, output } of await buildApps(Object.keys(PROGRAMS).map((name) => folder.file(name)))) {
    const name = Object.keys(PROGRAMS).find((one) => folder.file(one) === app) ?? "";
    components.set(name, new Uint8Array(readFileSync(output)));
  }
}, 60_000);

/** What a process does when it asks what to do: is told what wakes it, and gives what it does next. */
type Step = (wake: () => void) => bigint;

interface Ran {
  readonly end: KernelEnd;
  /** Microseconds since the start, at which the steps were asked for. */
  readonly times: readonly number[];
  /** Why processes died. */
  readonly deaths: readonly string[];
}

function bytesOf(name: string): Uint8Array {
  const bytes = components.get(name);
  if (bytes === undefined) throw new Error(`there is no ${name}`);
  return bytes;
}

/** Time is that of a run with a seed: it passes when all wait, so how late it is says what was waited for. */
async function run(plan: LinkPlan, steps: readonly Step[], other: () => void = () => {}): Promise<Ran> {
  const times: number[] = [];
  const deaths: string[] = [];
  const seeded = new SeededRun(1, () => false);
  const next = (door: KernelDoor): bigint => {
    const step = steps[times.length];
    times.push(seeded.microseconds);
    return step === undefined ? RETURN : step(door.waker());
  };
  const makeDevice: DeviceMaker = (process, grant, transfer, give, door) => {
    if (door === undefined) throw new Error("the plan has a kernel");
    const context = { transfer, give, checkStop: () => {} } as DeviceContext;
    const device = plan.root.processes[process]?.grants[grant]?.device;
    if (device === "atoll:kernel/wakeup") return createWakeup(context, door);
    if (device !== CLOCK.device) return createTime(context, door);
    return { "wall-time": directU64(() => next(door)), now: directU64(() => (other(), 0n)) };
  };
  const running = instantiate(
    plan,
    makeDevice,
    (starting) => starting.onDeath(({ process, report }) => deaths.push(`${process}: ${report?.reason}`)),
    { ...recording(plan), seeded },
  );
  const end = await running.kernel?.run(() => {});
  running.kernel?.close();
  if (end === undefined) throw new Error("the plan has a kernel");
  return { end, times, deaths };
}

function plan(guests: Guests, entry = "main"): LinkPlan {
  return supervised(guests, { entry, supervisor: {}, kernel }).plan;
}

const main = (): LinkPlan => plan({ main: { bytes: bytesOf("main.ts"), grants: [CLOCK] } });
const other = (): Guests[string] => ({ bytes: bytesOf("other.ts"), grants: [CLOCK] });

const woken: Step = (wake) => {
  wake();
  wake();
  return FOR_EVER;
};
const wokenLater: Step = (wake) => {
  void turnOfLoop().then(() => (wake(), wake()));
  return FOR_EVER;
};

describe("a wait", () => {
  it("ends when its time is over, rounded up, and that of an hour takes none", async () => {
    const steps = [() => 1n, () => 1_000n, () => 1_001n, () => 3_600_000_000_000n];
    expect((await run(main(), steps)).times).toEqual([0, 1, 2, 4, 3_600_000_004]);
  });

  it("ends at once when something came since the look, and then only once", async () => {
    expect((await run(main(), [woken, () => 5_000n])).times).toEqual([0, 0, 5]);
  });

  it("ends when something comes, and forgets what came until then", async () => {
    expect((await run(main(), [wokenLater, () => 5_000n])).times).toEqual([0, 0, 5]);
  });

  it("ends by what another process does meanwhile", async () => {
    let wake: (() => void) | undefined;
    const steps: Step[] = [
      (mine) => {
        wake = mine;
        return FOR_EVER;
      },
    ];
    const both = plan({ main: { bytes: bytesOf("main.ts"), grants: [CLOCK] }, other: other() });
    const { times } = await run(both, steps, () => wake?.());
    // The other one's alarm is set for at once: time goes on by the least there is.
    expect(times).toEqual([0, 1]);
  });

  it("for no time lets what comes from outside have its turn, also where time stands still", async () => {
    let isThere = false;
    const looks: Step = () => (isThere ? RETURN : 0n);
    const begins: Step = () => {
      setImmediate(() => (isThere = true));
      return 0n;
    };
    const { times } = await run(main(), [begins, ...Array.from({ length: 100_000 }, () => looks)]);
    expect(times.at(-1)).toBe(0);
    expect(isThere).toBe(true);
  });

  it("of which the time is over is not ended again by what comes late", async () => {
    const wakers: (() => void)[] = [];
    const keeps =
      (time: bigint): Step =>
      (wake) => {
        wakers.push(wake);
        return time;
      };
    // What comes at the third step is for the wait that follows, whoever kept it.
    const late: Step = () => {
      wakers[0]?.();
      return FOR_EVER;
    };
    expect((await run(main(), [keeps(1_000n), keeps(1_000n), late, () => 9_000n])).times).toEqual([
      0, 1, 2, 2, 11,
    ]);
  });
});

describe("a process", () => {
  it("is not woken by what was to wake its earlier life", async () => {
    let earlier: (() => void) | undefined;
    const crashes: Step = (wake) => {
      earlier = wake;
      wake();
      return CRASH;
    };
    const waits: Step = () => {
      earlier?.();
      return 7_000n;
    };
    const { times, end } = await run(main(), [crashes, waits]);
    expect(times).toEqual([0, 0, 7]);
    expect(end.kind).toBe("stopped");
  });

  it("cannot wait while it starts", async () => {
    const guests = {
      main: { bytes: bytesOf("main.ts"), grants: [CLOCK] },
      starts: { bytes: bytesOf("starts.ts"), grants: [CLOCK], restart: "temporary" },
    } as const;
    const { deaths } = await run(plan(guests), [() => 1_000n, () => 1_000n]);
    expect(deaths).toEqual([
      "starts: was refused by a device: a process cannot wait while it starts, nor where `atoll call` calls it, only in a function that is called, such as run or alarm",
    ]);
  });

  it("that was made at run time is woken itself, not one that is like it", async () => {
    const made = supervised(
      {
        maker: {
          bytes: bytesOf("maker.ts"),
          imports: { "t:room/api-process": { spawn: "room", cast: ["go"] } },
        },
        room: { bytes: bytesOf("room.ts"), grants: [CLOCK] },
      },
      {
        entry: "maker",
        kernel,
        supervisor: {
          children: [
            { name: "rooms", strategy: "dynamic", child: "room", restart: "temporary", most: 2 },
            "maker",
          ],
        },
      },
    ).plan;
    const wakers: (() => void)[] = [];
    const waits: Step = (wake) => {
      wakers.push(wake);
      // Both wait for ever by then.
      if (wakers.length === 2) setImmediate(() => wakers[1]?.());
      return FOR_EVER;
    };
    const again: Step = (wake) => {
      wakers.push(wake);
      return 4_000n;
    };
    const { times } = await run(made, [waits, waits, again]);
    // The second one, and that one again; the first is never heard of.
    expect(times).toEqual([0, 0, 0, 4]);
  });
});
