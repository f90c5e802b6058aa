/**
 * The modules of a plan, compiled once each and instantiated as often as asked for.
 */
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { HostError } from "../host-error.ts";
import { at } from "./plan-parts.ts";

export class Modules {
  readonly #plan: LinkPlan;
  readonly #compiled = new Map<number, WebAssembly.Module>();

  constructor(plan: LinkPlan) {
    this.#plan = plan;
  }

  instance(where: string, module: number, imports: WebAssembly.Imports): WebAssembly.Instance {
    const { name } = at(this.#plan.modules, module, "module");
    try {
      return new WebAssembly.Instance(this.#module(module), imports);
    } catch (error) {
      // A trap of a start function is the guest's; everything else is the plan's.
      if (error instanceof WebAssembly.RuntimeError || error instanceof HostError) throw error;
      throw new HostError(`${where}: module ${name} cannot be instantiated: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  #module(position: number): WebAssembly.Module {
    const known = this.#compiled.get(position);
    if (known !== undefined) return known;
    const { bytes } = at(this.#plan.modules, position, "module");
    const compiled = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    this.#compiled.set(position, compiled);
    return compiled;
  }
}
