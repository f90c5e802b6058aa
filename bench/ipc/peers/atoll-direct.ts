/**
 * `atoll-*`: two processes, linked by `atoll link`, brought up by the Linux host.
 *
 * Nothing is arranged for the benchmark: the plan goes through its file format,
 * and the caller's loops are called as a host calls any export.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instantiate, type Running } from "../../../host-linux/instantiate.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { CASES } from "../cases.ts";
import { type GuestKind, guestComponent, interfacesOf } from "../guests.ts";
import { toolchainHash, type Workspace } from "../../harness/workspace.ts";
import type { TransportName } from "../transports.ts";
import { carryBy } from "./floor.ts";
import { type Carry, type HostedPeer, hosted } from "./peer.ts";

const CALLER = "caller";

export const atollDirect: HostedPeer = {
  async prepare(transport, workspace) {
    for (const kind of kindsOf(transport)) await linked(kind, transport, workspace);
    return hosted(transport, workspace);
  },
  async open(transport, workspace) {
    const callers = kindsOf(transport).map(async (kind) => {
      const running = broughtUp(await linked(kind, transport, workspace));
      const exports = callerOf(running);
      if (transport === "atoll-revocable") repoint(running, kind, carryBy(exports));
      return exports;
    });
    return carryBy(Object.assign({}, ...(await Promise.all(callers))));
  },
};

/** The kinds of guests that a transport joins, one pair of each. */
const KINDS: Readonly<Partial<Record<TransportName, readonly GuestKind[]>>> = {
  "atoll-direct-lean": ["lean", "lean-cells"],
  "atoll-direct-wat": ["wat", "text", "cells"],
  "atoll-revocable": ["wat", "cells"],
  "atoll-guarded": ["guarded", "guarded-cells"],
  "atoll-fused": ["wat", "text", "cells"],
  "atoll-fused-lean": ["lean", "lean-cells"],
};

export function kindsOf(transport: TransportName): readonly GuestKind[] {
  return KINDS[transport] ?? [];
}

function broughtUp(path: string): Running {
  return instantiate(parsePlan(readFileSync(path)), () => {
    throw new Error("the benchmark's processes have no devices");
  });
}

function positionOfCaller({ plan }: Running): number {
  return plan.root.processes.findIndex(({ name }) => name === CALLER);
}

function callerOf(running: Running): WebAssembly.Exports {
  const { plan } = running;
  const caller = positionOfCaller(running);
  const template = plan.templates[plan.root.processes[caller]!.template]!;
  return Object.fromEntries(template.exports.map(({ name, func }) => [name, running.item(caller, func)]));
}

const ROUNDS_BEFORE = 10_000;

/** Takes the caller's import away after it was used, sees that it is gone, and gives it back. */
function repoint(running: Running, kind: GuestKind, carry: Carry): void {
  const { between, runs } = interfacesOf(kind);
  const c = CASES.find(({ run }) => runs.endsWith(`/${run.interface ?? "runs"}`))!;
  void carry(c, ROUNDS_BEFORE);
  running.revoke(positionOfCaller(running), between);
  if (works(() => void carry(c, 1))) throw new Error(`${between} can be called though it was revoked`);
  running.grant(positionOfCaller(running), between);
}

function works(call: () => void): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}

/** Path of the system's plan. */
async function linked(kind: GuestKind, transport: TransportName, workspace: Workspace): Promise<string> {
  const domain = transport.startsWith("atoll-fused") ? { domain: "both" } : {};
  const components = new Map([
    ["caller.wasm", await guestComponent(kind, "caller", workspace)],
    ["callee.wasm", await guestComponent(kind, "callee", workspace)],
  ]);
  const inputs = [...components.values(), toolchainHash(), JSON.stringify(domain)];
  const folder = await workspace.made("system", inputs, async (folder) => {
    const { link } = await import("../../../toolchain/link/index.ts");
    const { plan } = link({
      config: {
        name: "bench-ipc",
        processes: {
          [CALLER]: {
            component: "caller.wasm",
            imports: { [interfacesOf(kind).between]: "callee" },
            ...domain,
          },
          callee: { component: "callee.wasm", ...domain },
        },
      },
      components,
    });
    writeFileSync(join(folder, "system.atoll"), serialisePlan(plan));
  });
  return join(folder, "system.atoll");
}
