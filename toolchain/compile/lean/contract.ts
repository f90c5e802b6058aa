/**
 * What a build is about: the world, its WIT, and how the program spells it.
 *
 * Either an author writes the world in WIT and the program has to fit it
 * (given.ts), or the program is all there is and the world follows from it
 * (inferred.ts). From here on both are built alike.
 */
import type { AsWorld, Bindings } from "../../bindgen/index.ts";
import type { WorldWit } from "../wit/parse.ts";

export interface Contract {
  readonly world: AsWorld;
  readonly wit: WorldWit;
  /** The WIT of the exported interface alone, for the apps that import it. */
  readonly exported: string;
  /** Documentation by item path, from WIT and from the program. */
  readonly docs: ReadonlyMap<string, string>;
  /** What the program's imports mean in this world. */
  readonly ids: InterfaceIds;
  /** What is worth telling, such as exports that the world does not have. */
  readonly notes: readonly string[];
}

/** The specifiers of a program's imports → the ids of the interfaces that they mean. */
export type InterfaceIds = ReadonlyMap<string, string>;

/** Generated texts, by the specifier that programs import them by. */
export type GeneratedModules = ReadonlyMap<string, string>;

export function modulesOf(bindings: Pick<Bindings, "files">): GeneratedModules {
  return new Map(bindings.files.map(({ module, text }) => [module, text]));
}
