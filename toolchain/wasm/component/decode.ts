/**
 * Component binary → `Component`.
 *
 * Takes sections apart as they come; a component has no order of sections.
 * Core modules, custom sections and values stay views of the input. Indices
 * and types are not validated. Components and types may nest 100 deep. Memory
 * stays within 256 bytes for each byte of input. Binary.md, "Component
 * Definitions".
 */
import { ByteReader, hex, type Place } from "../byte-reader.ts";
import { kindOfBinary } from "../preamble.ts";
import type { Component, Definition } from "./component.ts";
import { type DefinitionKind, SECTION_IDS, SINGLE } from "./section-ids.ts";
import { readAlias } from "./sections/alias.ts";
import { readCanon } from "./sections/canon.ts";
import { readCoreInstance } from "./sections/core-instance.ts";
import { readCoreModule } from "./sections/core-module.ts";
import { readCoreType } from "./sections/core-type.ts";
import { readCustom } from "./sections/custom.ts";
import { readExport } from "./sections/export.ts";
import { readImport } from "./sections/import.ts";
import { readInstance } from "./sections/instance.ts";
import { readStart } from "./sections/start.ts";
import { readType } from "./sections/type.ts";
import { readValue } from "./sections/value.ts";

type Read = (reader: ByteReader, offset: number) => Definition;
const READERS: Readonly<Record<DefinitionKind, Read>> = {
  custom: (r, offset) => ({ kind: "custom", offset, ...readCustom(r) }),
  "core module": (r, offset) => ({ kind: "core module", offset, bytes: readCoreModule(r) }),
  "core instance": (r, offset) => ({ kind: "core instance", offset, instance: readCoreInstance(r) }),
  "core type": (r, offset) => ({ kind: "core type", offset, type: readCoreType(r) }),
  component: (r, offset) => ({ kind: "component", offset, component: readComponent(r) }),
  instance: (r, offset) => ({ kind: "instance", offset, instance: readInstance(r) }),
  alias: (r, offset) => ({ kind: "alias", offset, alias: readAlias(r) }),
  type: (r, offset) => ({ kind: "type", offset, type: readType(r) }),
  canon: (r, offset) => ({ kind: "canon", offset, canon: readCanon(r) }),
  start: (r, offset) => ({ kind: "start", offset, start: readStart(r) }),
  import: (r, offset) => ({ kind: "import", offset, import: readImport(r) }),
  export: (r, offset) => ({ kind: "export", offset, export: readExport(r) }),
  value: (r, offset) => ({ kind: "value", offset, ...readValue(r) }),
};
/** Bytes that the smallest definition takes. */
const MIN_SIZES: Readonly<Record<DefinitionKind, number>> = {
  custom: 1,
  "core module": 8,
  "core instance": 2,
  "core type": 2,
  component: 8,
  instance: 2,
  alias: 4,
  type: 1,
  canon: 1,
  start: 3,
  import: 4,
  export: 5,
  value: 2,
};
const kinds = new Map(Object.entries(SECTION_IDS).map(([kind, id]) => [id, kind as DefinitionKind]));

/** Decodes a component. `place` says where `bytes` lie in the outermost file, for errors. */
export function decodeComponent(
  bytes: Uint8Array,
  place: Place = { offset: 0, path: "component" },
): Component {
  return readComponent(new ByteReader(bytes, place));
}

/** Reads up to the reader's end, preamble included. */
function readComponent(reader: ByteReader): Component {
  const place = { offset: reader.offset, path: reader.path };
  if (kindOfBinary(reader.bytes.subarray(reader.position, reader.end), place) !== "component") {
    reader.fail("a component", "a core module");
  }
  reader.position += 8;
  const definitions: Definition[] = [];
  const seen = new Map<DefinitionKind, number>();
  reader.nested("a component", () => {
    while (reader.remaining > 0) readSection(reader, definitions, seen);
  });
  return { definitions };
}

/** `seen` counts the definitions of each kind, so that errors name them by number. */
function readSection(reader: ByteReader, definitions: Definition[], seen: Map<DefinitionKind, number>): void {
  const id = reader.byte("section");
  const kind = kinds.get(id);
  if (kind === undefined) reader.fail("a section identifier, 0 to 12", hex(id), reader.position - 1);
  else if (SINGLE.has(kind)) readSingle(reader, kind, definitions, seen);
  else reader.within(`${kind} section`, () => readMany(reader, kind, definitions, seen));
}

function readSingle(
  reader: ByteReader,
  kind: DefinitionKind,
  definitions: Definition[],
  seen: Map<DefinitionKind, number>,
): void {
  const number = seen.get(kind) ?? 0;
  seen.set(kind, number + 1);
  const label = kind === "custom" || kind === "start" ? `${kind} section` : kind;
  const read = (): void => {
    const content = reader.slice(reader.u32("size of the section"), "the section");
    definitions.push(READERS[kind](content, content.offset));
    content.finish("the section");
  };
  reader.within(label, read, number);
}

function readMany(
  reader: ByteReader,
  kind: DefinitionKind,
  definitions: Definition[],
  seen: Map<DefinitionKind, number>,
): void {
  const content = reader.slice(reader.u32("size of the section"), "the section");
  const count = content.count("definitions", MIN_SIZES[kind]);
  const first = seen.get(kind) ?? 0;
  seen.set(kind, first + count);
  content.repeat(kind, first, count, () => {
    definitions.push(READERS[kind](content, content.offset));
  });
  content.finish("the section");
}
