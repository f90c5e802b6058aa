/**
 * A module's source map, carried through a change of its code.
 *
 * `atoll build` puts the map into a custom section; its columns are byte offsets
 * in the module's file. Source: ECMA-426 (source map version 3), and the
 * WebAssembly convention that line is 0 and column the offset.
 */
import type { CoreModule } from "../../wasm/index.ts";
import { decodedMappings, encodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { z } from "zod";
import type { Offsets } from "./offset-map.ts";

const SOURCE_MAP_SECTION = "atoll:source-map";

const map = z.object({
  version: z.literal(3),
  sources: z.array(z.string().nullable()),
  names: z.array(z.string()).default([]),
  sourceRoot: z.string().optional(),
  mappings: z.string(),
});

/** The map that lies in the module, with new offsets; nothing when there is none, or it is damaged. */
export function carrySourceMap(module: CoreModule, offsets: Offsets): string | undefined {
  const section = module.customs.find((custom) => custom.name === SOURCE_MAP_SECTION);
  return section && movedSourceMap(textOf(section.bytes), offsets);
}

/** The map with new offsets, as JSON; nothing when it is damaged. */
export function movedSourceMap(text: string, offsets: Offsets): string | undefined {
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const { sources, names, mappings, sourceRoot } = parsed;
  const old = decodedMappings(new TraceMap({ version: 3, sources, names, mappings }))[0] ?? [];
  const moved = old.flatMap(([column, ...rest]) => {
    const at = offsets.get(column);
    return at === undefined ? [] : [[at, ...rest] as (typeof old)[number]];
  });
  moved.sort((a, b) => a[0] - b[0]);
  const encoded = encodedMappings(new TraceMap({ version: 3, sources, names, mappings: [moved] }));
  return JSON.stringify({
    version: 3,
    sources: sourceRoot ? sources.map((source) => source && `${sourceRoot}${source}`) : sources,
    names,
    mappings: encoded,
  });
}

/** Not JSON any more when it is not UTF-8. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function parse(text: string): z.infer<typeof map> | undefined {
  try {
    return map.parse(JSON.parse(text));
  } catch {
    // A map is a convenience: a component without a good one links all the same.
    return undefined;
  }
}
