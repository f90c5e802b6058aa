/**
 * One source map for a fused module, which also tells whose code each byte is.
 *
 * An optimiser puts functions in line, and then a stack has no frame left for
 * them. So each mapping is given a name: the function that the code was written
 * in, with the process or the edge before it. Code without a map of its own gets
 * one mapping for each function, to `NO_SOURCE`.
 */
import { decodedMappings, encodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { NO_SOURCE, type PlanModule } from "../plan.ts";
import { functionNames } from "../rewrite/name-section.ts";
import type { OffsetMap } from "../rewrite/offset-map.ts";
import type { Part } from "./merge.ts";

/** Column, source, line, column there, name. */
type Mapping = [number, number, number, number, number];

/**
 * @param sources The plan module of each part, whose map is of the part's bytes; undefined for one without.
 * @param offsets From each part's bytes to the merged module's.
 */
export function mergedSourceMap(
  parts: readonly Part[],
  sources: readonly (PlanModule | undefined)[],
  offsets: readonly OffsetMap[],
): string {
  const joined = new Joined();
  for (const [i, part] of parts.entries()) joined.add(part, sources[i]?.sourceMap, offsets[i]);
  return joined.text();
}

class Joined {
  readonly #sources = new Map<string, number>([[NO_SOURCE, 0]]);
  readonly #names = new Map<string, number>();
  readonly #mappings: Mapping[] = [];

  add({ module, prefix, outside }: Part, text: string | undefined, offsets: OffsetMap | undefined): void {
    const map = text === undefined ? undefined : new TraceMap(text);
    const all = map === undefined ? [] : (decodedMappings(map)[0] ?? []);
    const names = functionNames(module);
    const imported = module.imports.filter(({ type }) => type.kind === "func").length;
    let next = 0;
    for (const [i, { offset, code }] of module.code.entries()) {
      const func = imported + i;
      if (outside?.has(func) === true) continue;
      const name = numberOf(this.#names, prefix + (names.get(func) ?? `function ${func}`));
      while ((all[next]?.[0] ?? Infinity) < offset) next++;
      // Code before the first mapping would count as the function's before it.
      if (all[next]?.[0] !== offset) this.#map(offsets?.get(offset), NO_SOURCE, 0, 0, name);
      for (let at = all[next]; at !== undefined && at[0] < offset + code.length; at = all[++next]) {
        const [column, source, line, from] = at;
        const file = source === undefined ? undefined : map?.sources[source];
        this.#map(offsets?.get(column), file ?? NO_SOURCE, line ?? 0, from ?? 0, name);
      }
    }
  }

  text(): string {
    const [sources, names] = [[...this.#sources.keys()], [...this.#names.keys()]];
    this.#mappings.sort((a, b) => a[0] - b[0]);
    const map = { version: 3, sources, names, mappings: [this.#mappings] } as const;
    return JSON.stringify({ version: 3, sources, names, mappings: encodedMappings(new TraceMap(map)) });
  }

  #map(at: number | undefined, source: string, line: number, column: number, name: number): void {
    if (at !== undefined) this.#mappings.push([at, numberOf(this.#sources, source), line, column, name]);
  }
}

function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key) ?? numbers.size;
  numbers.set(key, known);
  return known;
}
