/**
 * Core module binary → `CoreModule`.
 *
 * Takes the sections apart in their order and checks what the binary format
 * fixes: sizes, order, counts that must agree. Indices and types are not
 * validated; an engine does that. Bodies, constant expressions, data and custom
 * sections are views of the input. Memory stays within 256 bytes for each byte
 * of input. Core spec 3.0 §5.5 "Modules".
 */
import { ByteReader, hex, type Place } from "../byte-reader.ts";
import { type CoreFuncIndex, index } from "../index-space.ts";
import { kindOfBinary } from "../preamble.ts";
import type { CoreModule, CustomSection } from "./module.ts";
import { CUSTOM_SECTION, type SectionName, SECTIONS } from "./section-ids.ts";
import { readCodeSection } from "./sections/code-section.ts";
import { readDataCountSection, readDataSection } from "./sections/data-section.ts";
import { readElementSection } from "./sections/element-section.ts";
import { readExportSection } from "./sections/export-section.ts";
import { readFunctionSection } from "./sections/function-section.ts";
import { readGlobalSection } from "./sections/global-section.ts";
import { readImportSection } from "./sections/import-section.ts";
import { readMemorySection } from "./sections/memory-section.ts";
import { readTableSection } from "./sections/table-section.ts";
import { readTagSection } from "./sections/tag-section.ts";
import { readTypeSection } from "./sections/type-section.ts";

type Draft = { -readonly [K in keyof CoreModule]: CoreModule[K] } & { customs: CustomSection[] };

/** Reads one section into the module; returns how many items it has. */
const READERS: Readonly<Record<SectionName, (reader: ByteReader, module: Draft) => number>> = {
  type: (reader, module) => (module.types = readTypeSection(reader)).length,
  import: (reader, module) => (module.imports = readImportSection(reader)).length,
  function: (reader, module) => (module.functions = readFunctionSection(reader)).length,
  table: (reader, module) => (module.tables = readTableSection(reader)).length,
  memory: (reader, module) => (module.memories = readMemorySection(reader)).length,
  tag: (reader, module) => (module.tags = readTagSection(reader)).length,
  global: (reader, module) => (module.globals = readGlobalSection(reader)).length,
  export: (reader, module) => (module.exports = readExportSection(reader)).length,
  start: (reader, module) => {
    module.start = index<CoreFuncIndex>(reader.u32("start function"));
    return 1;
  },
  element: (reader, module) => (module.elements = readElementSection(reader)).length,
  "data count": (reader, module) => {
    module.dataCount = readDataCountSection(reader);
    return 1;
  },
  code: (reader, module) => (module.code = readCodeSection(reader, 0)).length,
  data: (reader, module) => (module.data = readDataSection(reader)).length,
};

/** Decodes a module. `place` says where `bytes` lie in the outermost file, for errors. */
export function decodeModule(bytes: Uint8Array, place: Place = { offset: 0, path: "module" }): CoreModule {
  const reader = new ByteReader(bytes, place);
  if (kindOfBinary(bytes, place) !== "module") reader.fail("a core module", "a component");
  reader.position = 8;
  const module = emptyDraft();
  let order = -1;
  let after = CUSTOM_SECTION;
  while (reader.remaining > 0) {
    const start = reader.position;
    const id = reader.byte("section");
    if (id === CUSTOM_SECTION) {
      module.customs.push(readCustom(reader, after));
      continue;
    }
    const next = SECTIONS.findIndex((section) => section.id === id);
    const section = SECTIONS[next] ?? reader.fail("a section identifier, 0 to 13", hex(id), start);
    if (next <= order) refuseOrder(reader, section.name, order, start);
    order = next;
    if (readSection(reader, section.name, module) > 0) after = id;
  }
  checkCounts(reader, module);
  return module;
}

function emptyDraft(): Draft {
  return {
    types: [],
    imports: [],
    functions: [],
    tables: [],
    memories: [],
    tags: [],
    globals: [],
    exports: [],
    elements: [],
    code: [],
    data: [],
    customs: [],
  };
}

function refuseOrder(reader: ByteReader, name: SectionName, order: number, start: number): never {
  const last = SECTIONS[order]?.name;
  const expected = `a section that comes after the ${last} section`;
  return reader.fail(expected, last === name ? `a second ${name} section` : `the ${name} section`, start);
}

function readSection(reader: ByteReader, name: SectionName, module: Draft): number {
  return reader.within(`${name} section`, () => {
    const size = reader.u32("size of the section");
    const content = reader.slice(size, `the ${name} section`);
    const items = READERS[name](content, module);
    content.finish("the section");
    return items;
  });
}

function readCustom(reader: ByteReader, after: number): CustomSection {
  return reader.within("custom section", () => {
    const size = reader.u32("size of the section");
    const content = reader.slice(size, "the custom section");
    const name = content.name("name of the section");
    return { name, bytes: content.take(content.remaining, "content"), after };
  });
}

function checkCounts(reader: ByteReader, module: Draft): void {
  const { functions, code, data, dataCount } = module;
  if (functions.length !== code.length) {
    reader.fail(`${functions.length} function bodies, as the function section says`, String(code.length));
  }
  if (dataCount !== undefined && dataCount !== data.length) {
    reader.fail(`${dataCount} data segments, as the data count section says`, String(data.length));
  }
}
