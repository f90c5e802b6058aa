/** Import section. Core spec 3.0 §5.5.5. */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { Import } from "../module.ts";
import { readExternType, writeExternType } from "./extern-type.ts";

export function readImportSection(reader: ByteReader): Import[] {
  return reader.vec("imports", "import", 4, () => readImport(reader));
}

export function readImport(reader: ByteReader): Import {
  return {
    module: reader.name("name of the imported module"),
    name: reader.name("name of the import"),
    type: readExternType(reader),
  };
}

export function writeImportSection(out: ByteWriter, imports: readonly Import[]): void {
  out.vec(imports, (item) => writeImport(out, item));
}

export function writeImport(out: ByteWriter, { module, name, type }: Import): void {
  out.name(module);
  out.name(name);
  writeExternType(out, type);
}
