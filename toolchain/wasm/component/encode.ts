/**
 * `Component` → binary, in the canonical form: shortest integers, neighbours of
 * one kind in one section. Binary.md, "Component Definitions".
 */
import { ByteWriter } from "../byte-writer.ts";
import { preamble } from "../preamble.ts";
import type { Component, Definition } from "./component.ts";
import { SECTION_IDS, SINGLE } from "./section-ids.ts";
import { writeAlias } from "./sections/alias.ts";
import { writeCanon } from "./sections/canon.ts";
import { writeCoreInstance } from "./sections/core-instance.ts";
import { writeCoreType } from "./sections/core-type.ts";
import { writeCustom } from "./sections/custom.ts";
import { writeExport } from "./sections/export.ts";
import { writeImport } from "./sections/import.ts";
import { writeInstance } from "./sections/instance.ts";
import { writeStart } from "./sections/start.ts";
import { writeType } from "./sections/type.ts";
import { writeValue } from "./sections/value.ts";

/** Encodes a component. What the format cannot hold is a RangeError. */
export function encodeComponent(component: Component): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(1024);
  out.bytes(preamble("component"));
  for (const run of runs(component.definitions)) writeSection(out, run);
  return out.toBytes();
}

/** Neighbours that share a section. */
function runs(definitions: readonly Definition[]): Definition[][] {
  const result: Definition[][] = [];
  for (const definition of definitions) {
    const last = result.at(-1);
    if (last?.[0]?.kind === definition.kind && !SINGLE.has(definition.kind)) last.push(definition);
    else result.push([definition]);
  }
  return result;
}

function writeSection(out: ByteWriter, run: readonly Definition[]): void {
  const [first] = run;
  if (first === undefined) return;
  const content = new ByteWriter(256);
  if (!SINGLE.has(first.kind)) content.u32(run.length);
  for (const definition of run) writeDefinition(content, definition);
  out.byte(SECTION_IDS[first.kind]);
  out.sized(content.toBytes());
}

function writeDefinition(out: ByteWriter, definition: Definition): void {
  switch (definition.kind) {
    case "custom":
      return writeCustom(out, definition.name, definition.bytes);
    case "core module":
      return out.bytes(definition.bytes);
    case "core instance":
      return writeCoreInstance(out, definition.instance);
    case "core type":
      return writeCoreType(out, definition.type);
    case "component":
      return out.bytes(encodeComponent(definition.component));
    case "instance":
      return writeInstance(out, definition.instance);
    case "alias":
      return writeAlias(out, definition.alias);
    case "type":
      return writeType(out, definition.type);
    case "canon":
      return writeCanon(out, definition.canon);
    case "start":
      return writeStart(out, definition.start);
    case "import":
      return writeImport(out, definition.import);
    case "export":
      return writeExport(out, definition.export);
    case "value":
      return writeValue(out, definition.type, definition.bytes);
  }
}
