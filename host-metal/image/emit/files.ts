/**
 * What lies in directories that were granted by handles, as C: see runtime/metal/packed-files.h.
 */
import { cString } from "../c-text.ts";
import type { PackedFiles, PackedThing } from "../packed-files.ts";
import { contentsOf } from "./directories.ts";

/** @param contents A file with the contents, as the assembler finds it. */
export function fileTables({ things, roots }: PackedFiles, contents: string): string {
  const rows = [...roots].map(([path, thing]) => `{${cString(path)}, ${thing}}`);
  return [
    "/* Generated of granted directories. */",
    '#include "metal/packed-files.h"',
    ...contentsOf("packed_files_contents", contents),
    ...things.flatMap(namesOf),
    `const struct packed_thing packed_things[] = {${[...things.map(thingOf), "{0}"].join(",\n")}};`,
    `const uint32_t packed_thing_count = ${things.length};`,
    `const struct packed_file_root packed_file_roots[] = {${[...rows, "{0}"].join(", ")}};`,
    `const uint32_t packed_file_root_count = ${roots.size};`,
    "",
  ].join("\n");
}

function namesOf(thing: PackedThing, i: number): string[] {
  if (thing.type !== "FILES_DIRECTORY") return [];
  const names = thing.names.map((it) => `{${cString(it.name)}, ${it.thing}}`);
  return [`static const struct packed_file_name file_names_${i}[] = {${[...names, "{0}"].join(", ")}};`];
}

function thingOf(thing: PackedThing, i: number): string {
  const type = `.type = ${thing.type}`;
  switch (thing.type) {
    case "FILES_DIRECTORY":
      return `{${type}, .names = file_names_${i}, .name_count = ${thing.names.length}}`;
    case "FILES_FILE":
    case "FILES_LINK":
      return `{${type}, .bytes = packed_files_contents + ${thing.offset}, .size = ${thing.size}}`;
    default:
      return `{${type}}`;
  }
}
