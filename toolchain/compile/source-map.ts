/**
 * Source maps as they go into a component: short, relative, without contents.
 *
 * AssemblyScript names sources by its own paths. Here generated files get the
 * path they have on disk, relative to the app's folder, so that the same app
 * gives the same bytes wherever its folder lies.
 */

interface RawMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** `rename` maps a source's path to the one to keep. */
export function relativeSourceMap(json: string, rename: (source: string) => string): string {
  const map = JSON.parse(json) as RawMap;
  const { version, names, mappings } = map;
  return JSON.stringify({ version, sources: map.sources.map(rename), names, mappings });
}
