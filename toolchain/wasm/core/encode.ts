/**
 * `CoreModule` → binary, in the canonical form: shortest integers, no empty sections.
 *
 * A custom section comes after the section that it followed when it was
 * decoded. Core spec 3.0 §5.5 "Modules".
 */
import { ByteWriter } from "../byte-writer.ts";
import { preamble } from "../preamble.ts";
import type { CoreModule, CustomSection } from "./module.ts";
import { CUSTOM_SECTION, type SectionName, SECTIONS } from "./section-ids.ts";
import { writeCodeSection } from "./sections/code-section.ts";
import { writeDataSection } from "./sections/data-section.ts";
import { writeElementSection } from "./sections/element-section.ts";
import { writeExportSection } from "./sections/export-section.ts";
import { writeFunctionSection } from "./sections/function-section.ts";
import { writeGlobalSection } from "./sections/global-section.ts";
import { writeImportSection } from "./sections/import-section.ts";
import { writeMemorySection } from "./sections/memory-section.ts";
import { writeTableSection } from "./sections/table-section.ts";
import { writeTagSection } from "./sections/tag-section.ts";
import { writeTypeSection } from "./sections/type-section.ts";

/** A module's bytes. */
export interface EncodedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each body's `code` begins in `bytes`, in the order of `CoreModule.code`. */
  readonly codeOffsets: readonly number[];
}

type Write = (out: ByteWriter, module: CoreModule) => readonly number[] | void;

/** `items` tells whether the section is there at all. */
const WRITERS: Readonly<Record<SectionName, { items: (module: CoreModule) => number; write: Write }>> = {
  type: { items: (m) => m.types.length, write: (out, m) => writeTypeSection(out, m.types) },
  import: { items: (m) => m.imports.length, write: (out, m) => writeImportSection(out, m.imports) },
  function: { items: (m) => m.functions.length, write: (out, m) => writeFunctionSection(out, m.functions) },
  table: { items: (m) => m.tables.length, write: (out, m) => writeTableSection(out, m.tables) },
  memory: { items: (m) => m.memories.length, write: (out, m) => writeMemorySection(out, m.memories) },
  tag: { items: (m) => m.tags.length, write: (out, m) => writeTagSection(out, m.tags) },
  global: { items: (m) => m.globals.length, write: (out, m) => writeGlobalSection(out, m.globals) },
  export: { items: (m) => m.exports.length, write: (out, m) => writeExportSection(out, m.exports) },
  start: { items: (m) => (m.start === undefined ? 0 : 1), write: (out, m) => out.u32(m.start ?? 0) },
  element: { items: (m) => m.elements.length, write: (out, m) => writeElementSection(out, m.elements) },
  "data count": {
    items: (m) => (m.dataCount === undefined ? 0 : 1),
    write: (out, m) => out.u32(m.dataCount ?? 0),
  },
  code: { items: (m) => m.code.length, write: (out, m) => writeCodeSection(out, m.code) },
  data: { items: (m) => m.data.length, write: (out, m) => writeDataSection(out, m.data) },
};

/** Encodes a module. What the format cannot hold is a RangeError. */
export function encodeModule(module: CoreModule): EncodedModule {
  checkCounts(module);
  const out = new ByteWriter(1024);
  out.bytes(preamble("module"));
  writeCustoms(out, module.customs, CUSTOM_SECTION);
  let codeOffsets: readonly number[] = [];
  for (const { id, name } of SECTIONS) {
    const { items, write } = WRITERS[name];
    if (items(module) > 0) {
      const content = new ByteWriter(1024);
      const offsets = write(content, module);
      out.byte(id);
      out.u32(content.length);
      const start = out.length;
      if (offsets) codeOffsets = offsets.map((offset) => start + offset);
      out.written(content);
    }
    writeCustoms(out, module.customs, id);
  }
  return { bytes: out.toBytes(), codeOffsets };
}

function checkCounts({ functions, code, data, dataCount, customs }: CoreModule): void {
  if (functions.length !== code.length) {
    throw new RangeError(`${functions.length} functions are declared, ${code.length} have bodies`);
  }
  if (dataCount !== undefined && dataCount !== data.length) {
    throw new RangeError(`${dataCount} data segments are announced, there are ${data.length}`);
  }
  const stray = customs.find(
    ({ after }) => after !== CUSTOM_SECTION && !SECTIONS.some(({ id }) => id === after),
  );
  if (stray)
    throw new RangeError(`custom section ${stray.name} follows section ${stray.after}, which does not exist`);
}

function writeCustoms(out: ByteWriter, customs: readonly CustomSection[], after: number): void {
  for (const custom of customs) {
    if (custom.after !== after) continue;
    const content = new ByteWriter(custom.bytes.length + custom.name.length + 8);
    content.name(custom.name);
    content.bytes(custom.bytes);
    out.byte(CUSTOM_SECTION);
    out.sized(content.toBytes());
  }
}
