/**
 * Whose a piece of an image is: by the names in it, which say the module or the source.
 *
 * A function that the optimiser put into another one is counted where it is.
 */
import { basename } from "node:path";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { moduleSymbol } from "../module-facts.ts";
import type { Piece } from "./link-map.ts";

export interface Owner {
  /** A module's role in the plan, or one of the parts below. */
  readonly part: string;
  /** Which of them, where there are several. */
  readonly name?: string;
}

const RUNTIME: Owner = { part: "runtime" };
const PLATFORM: Owner = { part: "platform" };
const KERNEL_RUNTIME: Owner = { part: "runtime under the kernel" };
const LAYER: Owner = { part: "hardware layer" };
const DIRECTORIES: Owner = { part: "granted directories" };
const LIBRARY: Owner = { part: "C library" };
const SYSTEM: Owner = { part: "tables of the system" };
const UNNAMED: Owner = { part: "constants without a name" };

const MODULE = /m[0-9a-f]{16}/;
/** What a compiler calls what it has made itself. */
const INVENTED = /^\.\w+(?:\.(?:__func__|CSWTCH|str1|cst\d+|str\d)\b.*)?$/;
/** A definition in C of this project: its type begins the line. */
const DEFINITION = /^[A-Za-z_][\w *]*?\b([A-Za-z_]\w*)(?=\(|\[| = |;)/gm;
const LABEL = /^([A-Za-z_]\w*):/gm;

/** A source of the runtime: its name below the runtime's folder. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

export class Owners {
  readonly #modules = new Map<string, Owner>();
  readonly #names = new Map<string, Owner>();
  readonly #all = new Set<Owner>();

  constructor(plan: LinkPlan, sources: readonly SourceText[]) {
    for (const module of plan.modules)
      this.#modules.set(moduleSymbol(module), { part: module.role, name: module.name });
    for (const { name, text } of sources) this.#read(ownerOf(name), name, text);
  }

  /** Of any piece: an owner that is the same object for the same part. */
  of(piece: Piece): Owner {
    const object = basename(piece.object);
    const module = this.#modules.get((MODULE.exec(piece.section) ?? MODULE.exec(object))?.[0] ?? "");
    if (module !== undefined) return module;
    if (object.startsWith("layer-")) return LAYER;
    if (object.startsWith("directories-")) return DIRECTORIES;
    if (/\.a\(|^crt\w*\.o$/.test(object)) return LIBRARY;
    for (const word of piece.section.split(".")) {
      const owner = this.#names.get(word);
      if (owner !== undefined) return owner;
    }
    // Of the whole program, optimised at once: no file is told.
    if (object.includes(".ltrans")) return INVENTED.test(piece.section) ? UNNAMED : SYSTEM;
    return object.startsWith("system-") ? SYSTEM : RUNTIME;
  }

  /** Those of the system's own that may be without a piece: modules and devices. */
  get expected(): readonly Owner[] {
    return [...this.#modules.values(), ...this.#all].filter(({ name }) => name !== undefined);
  }

  #read(owner: Owner, name: string, text: string): void {
    if (!/\.[cS]$/.test(name)) return;
    const known = [...this.#all].find((one) => one.part === owner.part && one.name === owner.name) ?? owner;
    this.#all.add(known);
    for (const [, symbol = ""] of text.matchAll(name.endsWith(".S") ? LABEL : DEFINITION)) {
      // Functions of one file may be called as those of another.
      const other = this.#names.get(symbol);
      this.#names.set(symbol, other === undefined || other === known ? known : RUNTIME);
    }
  }
}

function ownerOf(source: string): Owner {
  const [folder = "", file = ""] = source.split("/");
  if (folder === "kernel") return KERNEL_RUNTIME;
  if (folder === "linux" || folder === "metal") return PLATFORM;
  if (folder !== "devices") return RUNTIME;
  return { part: "device", name: file.replace(/(-files)?\.\w$/, "") };
}
