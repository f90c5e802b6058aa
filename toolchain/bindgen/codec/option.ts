/** Options: a discriminant, and the value if it is 1. */
import { flattenType, variantLayout } from "../../abi/index.ts";
import type { Body } from "../body.ts";
import { atoll, spell } from "../spell.ts";
import { grouped, place, storeLine, type Codec, type KindCodec, type OfKind } from "./codec.ts";

type Option = OfKind<"option">;

export const optionCodec: KindCodec<Option> = {
  load(codec, type, at, offset) {
    const value = codec.load(type.type, at, offset + payloadOffset(type));
    return either(codec, type, `load<u8>(${place(at, offset)}) != 0`, value);
  },

  store(codec, body, type, value, at, offset) {
    whenPresent(
      body,
      type,
      value,
      (held) => {
        storeLine(body, "u8", "1", at, offset);
        codec.store(body, type.type, held, at, offset + payloadOffset(type));
      },
      () => storeLine(body, "u8", "0", at, offset),
    );
  },

  lift(codec, type, [some = "", ...values]) {
    return either(codec, type, `${some} != 0`, codec.lift(type.type, values));
  },

  lower(codec, body, type, value) {
    const some = body.fresh("some");
    body.line(`let ${some} = 0;`);
    const flats = flattenType(type.type).map((core, i) => {
      const name = body.fresh(`some${i}`);
      body.line(`let ${name}: ${core} = 0;`);
      return name;
    });
    whenPresent(body, type, value, (held) => {
      body.line(`${some} = 1;`);
      for (const [i, flat] of codec.lower(body, type.type, held).entries()) {
        body.line(`${flats[i]} = ${flat};`);
      }
    });
    return [some, ...flats];
  },
};

function payloadOffset(type: Option): number {
  return variantLayout([{}, { type: type.type }]).payloadOffset;
}

function either(codec: Codec, type: Option, condition: string, held: string): string {
  if (type.as === "null") return `${condition} ? ${grouped(held)} : null`;
  const option = atoll(codec.file, "Option");
  const inner = spell(codec.file, type.type);
  return `${condition} ? ${option}.some<${inner}>(${held}) : ${option}.none<${inner}>()`;
}

function whenPresent(
  body: Body,
  type: Option,
  value: string,
  present: (held: string) => void,
  missing?: () => void,
): void {
  const option = body.local("option", value);
  const held = type.as === "null" ? option : `${option}.value`;
  body.chain([
    [
      type.as === "null" ? `${option} !== null` : `${option}.isSome`,
      () => present(type.as === "null" ? held : body.local("held", held)),
    ],
    ...(missing === undefined ? [] : [[undefined, missing] as const]),
  ]);
}
