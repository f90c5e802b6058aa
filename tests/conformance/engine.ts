/**
 * What runs the components of the scripts: here the linker and the Linux host, in the test's own thread.
 *
 * The runner knows only this interface, so that other hosts can stand behind it.
 */
import callJob from "../../cli/call-job.ts";
import { HostError } from "../../host-linux/host-error.ts";
import type { Running } from "../../host-linux/instantiate.ts";
import type { ComponentValue, FunctionType } from "../../toolchain/abi/index.ts";
import { AbiError, ValueError } from "../../toolchain/abi/index.ts";
import { AFTER_RESET } from "../after-reset/pool.ts";
import { inOneDomain } from "../fused/mode.ts";
import { bringUp } from "../toolchain/link/bring-up.ts";
import { link, LinkError } from "../../toolchain/link/index.ts";
import type { ExportedFunction } from "../../toolchain/link/plan.ts";

export interface ComponentInstance {
  /** Of an exported function. @throws EngineError when there is none. */
  functionType(name: string): FunctionType;
  /** @throws GuestTrap */
  call(name: string, args: readonly ComponentValue[]): ComponentValue | undefined;
}
export interface Engine {
  /** @throws GuestTrap, or EngineError when the engine cannot run the component. */
  instantiate(binary: Uint8Array): ComponentInstance;
}

/** The engine is at fault, or does not support what the component uses. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}
/** The component trapped. */
export class GuestTrap extends Error {
  override readonly name = "GuestTrap";
}

const FILE = "test.wasm";

export const linuxEngine: Engine = {
  instantiate(binary) {
    const { plan, worlds } = told(() =>
      link(
        inOneDomain({
          config: { name: "conformance", processes: { test: { component: FILE } } },
          components: new Map([[FILE, binary]]),
          reset: AFTER_RESET,
        }),
      ),
    );
    const running = told(() => bringUp(plan));
    const types = new Map<string, FunctionType>();
    for (const item of worlds.get("test")?.exports ?? []) {
      if (item.kind === "function") types.set(item.name, item.type);
    }
    return new LinuxInstance(running, types);
  },
};

class LinuxInstance implements ComponentInstance {
  readonly #running: Running;
  readonly #types: ReadonlyMap<string, FunctionType>;
  /** After a trap nothing may be called any more. CanonicalABI.md, "Component Instances". */
  #trapped = false;

  constructor(running: Running, types: ReadonlyMap<string, FunctionType>) {
    this.#running = running;
    this.#types = types;
  }

  functionType(name: string): FunctionType {
    const type = this.#types.get(name);
    if (type === undefined) throw new EngineError(`no exported function ${JSON.stringify(name)}`);
    return type;
  }

  call(name: string, args: readonly ComponentValue[]): ComponentValue | undefined {
    const type = this.functionType(name);
    if (this.#trapped) throw new GuestTrap("cannot enter component instance");
    try {
      return told(() =>
        callJob(this.#running, { process: 0, callee: this.#callee(name), type, args } as never),
      ) as ComponentValue | undefined;
    } catch (error) {
      this.#trapped ||= error instanceof GuestTrap;
      throw error;
    }
  }

  #callee(name: string): ExportedFunction {
    const found = this.#running.plan.templates[0]?.exports.find((exported) => exported.name === name);
    if (found === undefined) throw new EngineError(`the plan has no function ${JSON.stringify(name)}`);
    return found;
  }
}

/** Tells the guest's faults from the engine's. */
function told<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const ours = [LinkError, HostError, AbiError, ValueError].some((type) => error instanceof type);
    throw ours ? new EngineError(message, { cause: error }) : new GuestTrap(message, { cause: error });
  }
}
