/** Core instances. Binary.md, `core:instance`. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreInstanceIndex, type CoreModuleIndex, index } from "../../index-space.ts";
import type { CoreInstance } from "../component.ts";
import { readCoreSortIndex, writeCoreSortIndex } from "./sort.ts";

const INSTANTIATE = 0x00;
const EXPORTS = 0x01;
/** The sort `instance`, the only one that an argument may have. */
const INSTANCE_SORT = 0x12;

type Argument = Extract<CoreInstance, { kind: "instantiate" }>["args"][number];

export function readCoreInstance(reader: ByteReader): CoreInstance {
  const code = reader.byte("a core instance expression");
  switch (code) {
    case INSTANTIATE:
      return {
        kind: "instantiate",
        module: index<CoreModuleIndex>(reader.u32("core module")),
        args: reader.vec("arguments", "argument", 3, () => readArgument(reader)),
      };
    case EXPORTS:
      return {
        kind: "exports",
        exports: reader.vec("exports", "export", 3, () => ({
          name: reader.name("name of the export"),
          item: readCoreSortIndex(reader),
        })),
      };
    default:
      return reader.fail("0x00 instantiate or 0x01 exports", hex(code), reader.position - 1);
  }
}

function readArgument(reader: ByteReader): Argument {
  const name = reader.name("name of the argument");
  const sort = reader.byte("sort of the argument");
  if (sort !== INSTANCE_SORT) reader.fail("the sort 0x12, core instance", hex(sort), reader.position - 1);
  return { name, instance: index<CoreInstanceIndex>(reader.u32("core instance")) };
}

export function writeCoreInstance(out: ByteWriter, instance: CoreInstance): void {
  if (instance.kind === "instantiate") {
    out.byte(INSTANTIATE);
    out.u32(instance.module);
    out.vec(instance.args, ({ name, instance }) => {
      out.name(name);
      out.byte(INSTANCE_SORT);
      out.u32(instance);
    });
    return;
  }
  out.byte(EXPORTS);
  out.vec(instance.exports, ({ name, item }) => {
    out.name(name);
    writeCoreSortIndex(out, item);
  });
}
