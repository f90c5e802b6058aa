/** Enums and flags: one number; an `i32` in the program, narrower in memory. */
import { discriminantSize, flagsSize } from "../../abi/index.ts";
import { place, storeLine, type KindCodec, type OfKind } from "./codec.ts";

export const enumCodec: KindCodec<OfKind<"enum" | "flags">> = {
  load: (_codec, type, at, offset) => `<i32>load<${memoryType(type)}>(${place(at, offset)})`,

  store(_codec, body, type, value, at, offset) {
    storeLine(body, memoryType(type), `<${memoryType(type)}>${value}`, at, offset);
  },

  lift: (_codec, _type, [value = ""]) => value,

  lower: (_codec, _body, _type, value) => [value],
};

function memoryType(type: OfKind<"enum" | "flags">): string {
  const count = type.labels.length;
  return `u${8 * (type.kind === "enum" ? discriminantSize(count) : flagsSize(count))}`;
}
