/**
 * The modules of a plan while it is made: the same bytes once, each name once.
 *
 * A module's name is part of its bytes, so an adapter is named after its content,
 * and a guest's name is asked for before it is written.
 */
import { createHash } from "node:crypto";
import { encodeModule, type CoreModule } from "../wasm/index.ts";
import { LinkError } from "./error.ts";
import type { PlanModule } from "./plan.ts";
import { functionNames, nameSection } from "./rewrite/name-section.ts";

export class ModuleTable {
  readonly #modules: PlanModule[] = [];
  readonly #byHash = new Map<string, number>();
  readonly #names = new Set<string>();

  get modules(): readonly PlanModule[] {
    return this.#modules;
  }

  /** The name, or the name with a number when it is taken. */
  freshName(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#names.has(name); i++) name = `${wanted}-${i}`;
    this.#names.add(name);
    return name;
  }

  /** Returns the module's position. @throws LinkError when an engine would not take it. */
  add(module: Omit<PlanModule, "hash">): number {
    const hash = sha256(module.bytes);
    let position = this.#byHash.get(hash);
    if (position === undefined) {
      checkValid(module.bytes, `module ${module.name} is not valid after it was linked`);
      position = this.#modules.push({ ...module, hash }) - 1;
      this.#byHash.set(hash, position);
    }
    return position;
  }

  /** Adds a module that the linker made, named `role-` and the begin of its hash. */
  addMade(role: "adapter" | "transfer" | "handles" | "liveness" | "accounts", module: CoreModule): number {
    const nameless = encodeModule({ ...module, customs: [] }).bytes;
    const name = `${role}-${sha256(nameless).slice(0, 12)}`;
    const customs = [nameSection(name, functionNames(module))];
    return this.add({ name, role, bytes: encodeModule({ ...module, customs }).bytes });
  }
}

/** @throws LinkError that begins with `complaint` when an engine would not take the module. */
export function checkValid(bytes: Uint8Array, complaint: string): void {
  if (WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) return;
  throw new LinkError("component", `${complaint}: ${reasonOf(bytes)}`);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What the engine says about a module that it does not accept. */
function reasonOf(bytes: Uint8Array): string {
  try {
    void new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    return "the validator refuses it, and the compiler does not";
  } catch (error) {
    return String(error).replace(/^.*?WebAssembly\.Module\(\): /, "");
  }
}
