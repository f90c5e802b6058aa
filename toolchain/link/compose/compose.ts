/**
 * Components composed into one: what a part exports fills the imports of later parts.
 *
 * The result is a component like any other, whose parts are nested in it: each has
 * a memory and handles of its own, and calls between them cross as between
 * processes. What no part exports, the result imports. It is made of definitions,
 * as a decoder gives them, and never written to a file. Source: Component Model
 * Explainer.md, "Instance Definitions".
 */
import type { World } from "../../abi/index.ts";
import type { Component, InstanceIndex } from "../../wasm/index.ts";
import { LinkError } from "../error.ts";
import { findInterface } from "../interface-name.ts";
import { Definitions } from "./definitions.ts";
import { importedInterfaces, ImportTypes } from "./import-type.ts";

/** A component that is to be a part of another. */
export interface Part {
  /** What to call it in messages. */
  readonly file: string;
  readonly component: Component;
  readonly world: World;
  /** What it exports is for the other parts only. */
  readonly inner?: true;
}

/** The same versions, as of imports and exports of processes. @throws LinkError (`not-yet`, `type`, `wiring`) */
export function composeComponents(parts: readonly Part[]): Component {
  const filled = parts.map((part, i) => providersOf(part, parts.slice(0, i)));
  const definitions = new Definitions();
  const outer = importAll(parts, filled, definitions);
  const instances: InstanceIndex[] = [];
  for (const [i, { component }] of parts.entries()) {
    const providers = filled[i] ?? new Map<string, Filling>();
    const args = [...importsOf(parts[i])].flatMap(({ name }) => {
      const given = providers.get(name);
      const instance = given ? definitions.aliasInstance(instances[given.part], given.name) : outer.get(name);
      return instance === undefined ? [] : [{ name, item: { sort: "instance" as const, index: instance } }];
    });
    instances.push(definitions.instantiate(definitions.component(component), args));
  }
  const used = new Set(filled.flatMap((one) => [...one.values()].map(({ part, name }) => `${part} ${name}`)));
  const exporters = new Map<string, string>();
  for (const [i, part] of parts.entries()) {
    for (const item of part.inner ? [] : part.world.exports) {
      if (used.has(`${i} ${item.name}`)) continue;
      const other = exporters.get(item.name);
      if (other !== undefined) throw exportedTwice(item.name, other, part.file);
      exporters.set(item.name, part.file);
      definitions.exportOf(instances[i], item);
    }
  }
  return definitions.finish();
}

function exportedTwice(name: string, below: string, above: string): LinkError {
  return new LinkError(
    "wiring",
    `${above} drives ${below}, and both export "${name}"`,
    `A driver imports what it calls of the component. Take it out, or one of the two exports.`,
  );
}

/** Which export of which part fills an import. */
interface Filling {
  readonly part: number;
  readonly name: string;
}

/** The last part before it that exports an interface fills the import. */
function providersOf(part: Part, before: readonly Part[]): Map<string, Filling> {
  const filled = new Map<string, Filling>();
  for (const { name } of importsOf(part)) {
    for (const [i, { world }] of before.entries()) {
      const names = world.exports.flatMap((item) => (item.kind === "interface" ? [item.name] : []));
      const found = findInterface(name, names);
      if (found !== undefined) filled.set(name, { part: i, name: found });
    }
  }
  return filled;
}

/** The imports of the result, by name: what several parts import is one import. */
function importAll(
  parts: readonly Part[],
  filled: readonly ReadonlyMap<string, Filling>[],
  definitions: Definitions,
): Map<string, InstanceIndex> {
  const types = new ImportTypes(definitions);
  const left = parts.flatMap((part, i) => importsOf(part).filter(({ name }) => !filled[i]?.has(name)));
  return new Map(
    importedInterfaces(left).map(({ name, interface: it }) => [name, types.importInstance(name, it)]),
  );
}

type InterfaceItem = Extract<World["imports"][number], { kind: "interface" }>;

function importsOf(part: Part | undefined): InterfaceItem[] {
  if (part === undefined) return [];
  return part.world.imports.map((item) => {
    if (item.kind === "interface") return item;
    throw new LinkError(
      "not-yet",
      `${part.file}: imports the ${item.kind} "${item.name}" by itself, and Atoll cannot compose such a component with others yet`,
      "Import it in an interface.",
    );
  });
}
