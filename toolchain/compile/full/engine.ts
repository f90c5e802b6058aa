/**
 * Which JavaScript engine a program goes into, and why.
 *
 * QuickJS is small and quickly built. StarlingMonkey is a browser's engine, with
 * `fetch` and the rest of the web's interfaces, and eight times the size.
 */
import type { World } from "../../abi/index.ts";

export const ENGINES = ["quickjs", "starlingmonkey"] as const;
export type Engine = (typeof ENGINES)[number];

/** As its makers write it. */
export const ENGINE_NAMES: Readonly<Record<Engine, string>> = {
  quickjs: "QuickJS",
  starlingmonkey: "StarlingMonkey",
};

export interface EngineChoice {
  readonly engine: Engine;
  /** For people: why this one. */
  readonly reason: string;
}

/** Interfaces whose resources componentize-qjs 0.4.5 cannot make. */
const NEEDS_STARLINGMONKEY = /^wasi:http\//;

/** `wanted`: what the author asks for. */
export function chooseEngine({ imports, exports }: World, wanted?: Engine): EngineChoice {
  if (wanted !== undefined) return { engine: wanted, reason: "as asked for" };
  const found = [...imports, ...exports].find(({ name }) => NEEDS_STARLINGMONKEY.test(name));
  if (found !== undefined)
    return {
      engine: "starlingmonkey",
      reason: `the world has ${found.name}, which componentize-qjs cannot do`,
    };
  return { engine: "quickjs", reason: "the smaller one, and the world needs no other" };
}
