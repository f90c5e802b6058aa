/** The codec of a file: picks the kind's own. */
import type { AsType } from "../as-type.ts";
import type { SourceFile } from "../source-file.ts";
import type { Codec, KindCodec } from "./codec.ts";
import { enumCodec } from "./enum.ts";
import { fixedListCodec } from "./fixed-list.ts";
import { handleCodec } from "./handle.ts";
import { isDirect, listCodec } from "./list.ts";
import { mapCodec } from "./map.ts";
import { optionCodec } from "./option.ts";
import { primitiveCodec, stringCodec } from "./primitive.ts";
import { recordCodec } from "./record.ts";
import { resultCodec } from "./result.ts";
import { variantCodec } from "./variant.ts";

export type { Codec } from "./codec.ts";
export { splitValues } from "./codec.ts";

/** Writes what crosses into this file. */
export function codecFor(file: SourceFile): Codec {
  const codec: Codec = {
    file,
    load: (type, at, offset) => kindOf(type).load(codec, type, at, offset),
    store: (body, type, value, at, offset) => kindOf(type).store(codec, body, type, value, at, offset),
    lift: (type, values) => kindOf(type).lift(codec, type, values),
    lower: (body, type, value) => kindOf(type).lower(codec, body, type, value),
  };
  return codec;
}

/** Whether lowering builds something in scratch memory. */
export function needsScratch(type: AsType): boolean {
  switch (type.kind) {
    case "list":
      return type.length === undefined ? !isDirect(type) : needsScratch(type.element);
    case "map":
      return true;
    case "record":
      return type.fields.some((field) => needsScratch(field.type));
    case "tuple":
      return type.types.some(needsScratch);
    case "variant":
      return type.cases.some((c) => c.type !== undefined && needsScratch(c.type));
    case "option":
      return needsScratch(type.type);
    case "result":
      return [type.ok, type.err].some((side) => side !== undefined && needsScratch(side));
    default:
      return false;
  }
}

/** Each codec takes its own kind, which is what it is picked by. */
function kindOf(type: AsType): KindCodec<AsType> {
  return pick(type) as KindCodec<AsType>;
}

function pick(type: AsType): unknown {
  switch (type.kind) {
    case "list":
      return type.length === undefined ? listCodec : fixedListCodec;
    case "map":
      return mapCodec;
    case "record":
    case "tuple":
      return recordCodec;
    case "variant":
      return variantCodec;
    case "enum":
    case "flags":
      return enumCodec;
    case "option":
      return optionCodec;
    case "result":
      return resultCodec;
    case "own":
    case "borrow":
      return handleCodec;
    case "string":
      return stringCodec;
    default:
      return primitiveCodec;
  }
}
