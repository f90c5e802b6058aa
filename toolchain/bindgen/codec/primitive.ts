/** Numbers, bool and char: one core value; and string: address and length. */
import type { PrimitiveKind } from "../../abi/index.ts";
import { ABI } from "../source-file.ts";
import { spell } from "../spell.ts";
import { place, storeLine, type KindCodec, type OfKind } from "./codec.ts";

export const primitiveCodec: KindCodec<OfKind<PrimitiveKind>> = {
  load: (codec, type, at, offset) => `load<${spell(codec.file, type)}>(${place(at, offset)})`,

  store(codec, body, type, value, at, offset) {
    storeLine(body, spell(codec.file, type), value, at, offset);
  },

  lift(codec, type, [value = ""]) {
    switch (type.kind) {
      case "bool":
        return `${value} != 0`;
      case "s32":
      case "s64":
      case "f32":
      case "f64":
        return value;
      default:
        return `<${spell(codec.file, type)}>${value}`;
    }
  },

  lower(_codec, _body, type, value) {
    // AssemblyScript warns of these, for they would be wider in a 64-bit memory.
    return [type.as === "usize" || type.as === "isize" ? `<i32>${value}` : value];
  },
};

export const stringCodec: KindCodec<OfKind<PrimitiveKind>> = {
  load(codec, _type, at, offset) {
    const lift = codec.file.use({ module: ABI, name: "liftString" });
    return `${lift}(load<usize>(${place(at, offset)}), load<i32>(${place(at, offset + 4)}))`;
  },

  store(_codec, body, _type, value, at, offset) {
    storeLine(body, "usize", `changetype<usize>(${value})`, at, offset);
    storeLine(body, "i32", `${value}.length`, at, offset + 4);
  },

  lift: (codec, _type, values) =>
    `${codec.file.use({ module: ABI, name: "liftString" })}(${values.join(", ")})`,

  lower: (_codec, _body, _type, value) => [`<i32>changetype<usize>(${value})`, `${value}.length`],
};
