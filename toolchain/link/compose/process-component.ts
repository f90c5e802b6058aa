/**
 * The component of a process: the one that `system.ts` names, with what it is composed of.
 *
 *     shim ◀── component ◀── driver
 *
 * A component that imports WASI gets a shim of its own, so that each process has
 * its own view of WASI, made of its grants. A driver calls what the component
 * exports, in the same process.
 */
import { createHash } from "node:crypto";
import type { ProcessConfig } from "../config/system.ts";
import { LinkError } from "../error.ts";
import { decodeComponentFile } from "../passes/decode.ts";
import { loadComponent, typesOf, type LoadedComponent } from "../passes/load-component.ts";
import { composeComponents, type Part } from "./compose.ts";
import { checkShim, isWasi, SHIMS, shimFor, type ShimName } from "./shim.ts";

export interface ProcessComponents {
  /** Bytes of each component, by its path as `system.ts` writes it; a program's are those that were built from it. */
  readonly components: ReadonlyMap<string, Uint8Array>;
  /** Those that `shimsFor` the components names. */
  readonly shims?: Partial<Readonly<Record<ShimName, Uint8Array>>>;
}

type Source = Pick<ProcessConfig, "component" | "driver" | "imports">;

interface ReadPart extends Part {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly hash: string;
}

/** Of each process, by its name; what several are made from is read once. @throws LinkError */
export function loadProcesses(
  processes: Readonly<Record<string, Source>>,
  given: ProcessComponents,
): Map<string, LoadedComponent> {
  const loader = new Loader(given);
  return new Map(Object.entries(processes).map(([name, source]) => [name, loader.load(name, source)]));
}

class Loader {
  readonly #given: ProcessComponents;
  readonly #loaded = new Map<string, LoadedComponent>();
  readonly #parts = new Map<string, ReadPart>();

  constructor(given: ProcessComponents) {
    this.#given = given;
  }

  load(process: string, { component, driver, imports = {} }: Source): LoadedComponent {
    const wired = Object.keys(imports).filter(isWasi);
    const key = JSON.stringify([component, driver, wired]);
    const found = this.#loaded.get(key) ?? this.#compose(process, component, driver, wired);
    this.#loaded.set(key, found);
    return found;
  }

  #compose(
    process: string,
    component: string,
    driver: string | undefined,
    wired: readonly string[],
  ): LoadedComponent {
    const guest = this.#named(process, component);
    const written = driver === undefined ? [guest] : [guest, this.#named(process, driver)];
    const parts = [...this.#shimOf(written, wired), ...written];
    const wasi = [...new Set(written.flatMap(importNames))].filter(isWasi);
    return loadComponent({
      file: component,
      component: parts.length === 1 ? guest.component : composeComponents(parts),
      hash: parts.length === 1 ? guest.hash : sha256(parts.map(({ hash }) => hash).join(" ")),
      wasi,
    });
  }

  #named(process: string, file: string): ReadPart {
    const bytes = this.#given.components.get(file);
    if (bytes !== undefined) return this.#part(file, bytes);
    throw new LinkError("config", `process "${process}": no bytes were given for the component ${file}`);
  }

  /** The smallest one that has all; none where nobody imports WASI. */
  #shimOf(parts: readonly ReadPart[], wired: readonly string[]): ReadPart[] {
    const wanted = new Set(parts.flatMap((part) => shimFor(importNames(part)) ?? []));
    const name = SHIMS.findLast((shim) => wanted.has(shim));
    if (name === undefined) return [];
    const bytes = this.#given.shims?.[name];
    if (bytes === undefined) throw noShim(parts, name);
    const shim: ReadPart = { ...this.#part(`the WASI shim "${name}"`, bytes), inner: true };
    for (const [i, part] of parts.entries()) checkShim(part, [shim, ...parts.slice(0, i)], wired);
    return [shim];
  }

  #part(file: string, bytes: Uint8Array): ReadPart {
    const known = this.#parts.get(file);
    if (known !== undefined) return known;
    const component = decodeComponentFile(bytes, file);
    const { world } = typesOf(component, file);
    const part = { file, component, world, hash: sha256(bytes) };
    this.#parts.set(file, part);
    return part;
  }
}

/** Who links has not given what `shimsFor` names. */
function noShim([part]: readonly ReadPart[], name: ShimName): LinkError {
  return new LinkError(
    "component",
    `${part?.file ?? "the component"} imports WASI, and the linker was not given the shim "${name}" for it`,
  );
}

function importNames({ world }: ReadPart): string[] {
  return world.imports.map(({ name }) => name);
}

function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
