/** Turns of processes that nothing suspends: they have no stack of their own, and may begin in the middle of another's call. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { DeviceContext } from "../../../host-linux/devices/device.ts";
import { createTime } from "../../../host-linux/devices/kernel-time.ts";
import { instantiate, type DeviceMaker, type Running } from "../../../host-linux/instantiate.ts";
import type { KernelEnd } from "../../../host-linux/kernel/running-kernel.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { supervised, type Guests } from "../../toolchain/link/guests.ts";
import { client, resultOf, script, server, start } from "./talkers.ts";
import { recording } from "./recording.ts";

let kernel: KernelModules;
let quick: Uint8Array;
beforeAll(async () => {
  kernel = await builtKernel();
  quick = await server("utf8", false);
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

const { note, digits, slow, crash, sleep } = script;

/** `app`, which follows a script, and a server that it calls. */
async function systemOf(body: string, wire: object, bytes: Uint8Array = quick): Promise<LinkPlan> {
  const guests: Guests = {
    server: { bytes },
    app: {
      bytes: await client(body),
      imports: { "t:p/api-guarded": { process: "server", ...wire } },
    },
  };
  return supervised(guests, { kernel, entry: "app" }).plan;
}

async function ended(system: Running): Promise<KernelEnd | undefined> {
  running = system;
  const end = await system.kernel?.run(() => {});
  expect(system.kernel?.mailBytes()).toBe(0);
  return end;
}

describe("a process that nothing suspends", () => {
  it("answers in the middle of its caller's call, and its caller goes on", async () => {
    const system = start(await systemOf(`${note(1, 0)} ${note(2, 1)} ${digits(2)}`, { queue: true }));
    expect(await ended(system)).toEqual({ kind: "stopped" });
    expect(resultOf(system, "app", 2, 8)).toBe(12);
  });

  it("that traps there is told of without its caller, which gets a fault", async () => {
    const body = `${note(1, 0)} ${crash(1)} ${digits(2)} ${note(3, 3)} ${digits(4)}`;
    const system = start(await systemOf(body, { queue: true }));
    await ended(system);
    expect([1, 2, 4].map((at) => resultOf(system, "app", at, at === 1 ? 4 : 8))).toEqual(["crashed", 0, 3]);
    const [death, ...others] = system.deaths;
    expect(others).toEqual([]);
    expect(death?.report?.segments.map(({ processes }) => processes)).toEqual([["server"]]);
  });

  it("handles what was cast when its sender waits for something else", async () => {
    const body = `${note(1, 0)} ${note(2, 0)} ${sleep(1_000)} ${digits(1)}`;
    const system = start(await systemOf(body, { cast: ["note"] }));
    await ended(system);
    expect(resultOf(system, "app", 1, 8)).toBe(12);
  });

  it("handles nothing that it was to begin with when it was killed", async () => {
    const body = `${note(1, 0)} ${note(2, 0)} ${sleep(1_000)} ${digits(1)}`;
    const plan = await systemOf(body, { cast: ["note"] });
    const { system, killed } = killing(plan, "server");
    await ended(system);
    expect(killed()).toEqual([true]);
    expect(resultOf(system, "app", 1, 8)).toBe(0);
    expect(system.kernel?.workers().map(({ name, life }) => [name, life])).toEqual([
      ["server", 2],
      ["app", 1],
    ]);
  });

  it("and waits all the same ends the system, whose plan is wrong", async () => {
    const plan = await systemOf(slow(1, 1_000, 0), {}, await server());
    const processes = plan.root.processes.map(({ ownStack, ...process }) =>
      process.name === "server" ? process : { ...process, ...(ownStack !== undefined && { ownStack }) },
    );
    running = start({ ...plan, root: { ...plan.root, processes } });
    await expect(running.kernel?.run(() => {})).rejects.toThrow(
      "process server waits, and the plan says that nothing suspends it: link it again.",
    );
  });
});

/** A system in which a process is killed when somebody has just begun to sleep: whoever is next has not begun then. */
function killing(
  plan: LinkPlan,
  victim: string,
): { readonly system: Running; readonly killed: () => boolean[] } {
  const killed: boolean[] = [];
  const makeTime: DeviceMaker = (_process, _grant, transfer, give, door) => {
    if (door === undefined) throw new Error("the plan has no kernel");
    const suspend = (): number | Promise<number> => {
      queueMicrotask(() => killed.push(system.kernel?.kill(victim) ?? false));
      return door.suspend();
    };
    const wait = (microseconds: bigint): number => door.wait(microseconds);
    const watched = { wait, suspend } as typeof door;
    return createTime({ transfer, give, kernel: watched, checkStop: () => {} } as DeviceContext, watched);
  };
  const system = instantiate(plan, makeTime, () => {}, recording(plan));
  return { system, killed: () => killed };
}
