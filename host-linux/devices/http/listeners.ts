/**
 * The listeners of a system: opened before its processes, closed behind them.
 *
 * They belong to no process: one that is restarted, or of which there is none for a
 * while, finds its requests where it left them.
 */
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { HostError } from "../../host-error.ts";
import type { GrantOf } from "../device.ts";
import { Listener } from "./listener.ts";

type ServerGrant = GrantOf<"atoll:device/http-server">;

export class HttpListeners {
  readonly #listeners = new Map<string, Listener>();

  /** All that the grants of a plan name. Throws HostError when one is not to be had. */
  static async open({ root }: LinkPlan): Promise<HttpListeners> {
    const all = new HttpListeners();
    try {
      for (const grant of root.processes.flatMap(({ grants }) => grants)) {
        if (grant.device === "atoll:device/http-server" && grant.closed !== true) await all.#open(grant);
      }
    } catch (error) {
      await all.close();
      throw error;
    }
    return all;
  }

  async #open(grant: ServerGrant): Promise<void> {
    if (this.#listeners.has(keyOf(grant))) return;
    const listener = new Listener(grant);
    await listener.open();
    this.#listeners.set(keyOf(grant), listener);
  }

  of(grant: ServerGrant): Listener {
    if (grant.closed === true) return new Listener(grant);
    const found = this.#listeners.get(keyOf(grant));
    if (found !== undefined) return found;
    throw new HostError(`The HTTP listener ${keyOf(grant)} is not open.`);
  }

  /** No new connections; what came before is still answered. */
  stop(): void {
    for (const listener of this.#listeners.values()) listener.stop();
  }

  /** Once nobody answers any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#listeners.values()].map((listener) => listener.close()));
  }
}

function keyOf({ host, port }: ServerGrant): string {
  return `${host}:${port}`;
}
