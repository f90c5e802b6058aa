/** Aliases. Binary.md, "Alias Definitions". */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreInstanceIndex, index, type InstanceIndex } from "../../index-space.ts";
import type { Alias, Sort } from "../component.ts";
import { isCoreSort, readSort, writeSort } from "./sort.ts";

const EXPORT = 0x00;
const CORE_EXPORT = 0x01;
const OUTER = 0x02;
/** Explainer.md, `outeraliassort`. */
const OUTER_SORTS: ReadonlySet<Sort> = new Set<Sort>(["core module", "core type", "component", "type"]);

export function readAlias(reader: ByteReader): Alias {
  const start = reader.position;
  const sort = readSort(reader);
  const code = reader.byte("target of an alias");
  switch (code) {
    case EXPORT: {
      const instance = index<InstanceIndex>(reader.u32("instance"));
      return { kind: "export", sort, instance, name: reader.name("name of the export") };
    }
    case CORE_EXPORT: {
      if (!isCoreSort(sort)) return reader.fail("a core sort for an export of a core instance", sort, start);
      const instance = index<CoreInstanceIndex>(reader.u32("core instance"));
      return { kind: "core export", sort, instance, name: reader.name("name of the export") };
    }
    case OUTER:
      if (!OUTER_SORTS.has(sort))
        reader.fail(`an outer alias of ${[...OUTER_SORTS].join(", ")}`, sort, start);
      return { kind: "outer", sort, count: reader.u32("count of scopes"), index: reader.u32("index") };
    default:
      return reader.fail("0x00 export, 0x01 core export or 0x02 outer", hex(code), reader.position - 1);
  }
}

export function writeAlias(out: ByteWriter, alias: Alias): void {
  writeSort(out, alias.sort);
  if (alias.kind === "outer") {
    out.byte(OUTER);
    out.u32(alias.count);
    out.u32(alias.index);
    return;
  }
  out.byte(alias.kind === "export" ? EXPORT : CORE_EXPORT);
  out.u32(alias.instance);
  out.name(alias.name);
}
