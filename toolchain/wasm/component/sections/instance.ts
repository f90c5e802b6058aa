/** Instances. Binary.md, `instance`. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type ComponentIndex, index } from "../../index-space.ts";
import type { Instance } from "../component.ts";
import { readExternName, writeExternName } from "./extern-name.ts";
import { readSortIndex, writeSortIndex } from "./sort.ts";

const INSTANTIATE = 0x00;
const EXPORTS = 0x01;

export function readInstance(reader: ByteReader): Instance {
  const code = reader.byte("an instance expression");
  switch (code) {
    case INSTANTIATE:
      return {
        kind: "instantiate",
        component: index<ComponentIndex>(reader.u32("component")),
        args: reader.vec("arguments", "argument", 3, () => ({
          name: reader.name("name of the argument"),
          item: readSortIndex(reader),
        })),
      };
    case EXPORTS:
      return {
        kind: "exports",
        exports: reader.vec("exports", "export", 4, () => ({
          name: readExternName(reader),
          item: readSortIndex(reader),
        })),
      };
    default:
      return reader.fail("0x00 instantiate or 0x01 exports", hex(code), reader.position - 1);
  }
}

export function writeInstance(out: ByteWriter, instance: Instance): void {
  if (instance.kind === "instantiate") {
    out.byte(INSTANTIATE);
    out.u32(instance.component);
    out.vec(instance.args, ({ name, item }) => {
      out.name(name);
      writeSortIndex(out, item);
    });
    return;
  }
  out.byte(EXPORTS);
  out.vec(instance.exports, ({ name, item }) => {
    writeExternName(out, name);
    writeSortIndex(out, item);
  });
}
