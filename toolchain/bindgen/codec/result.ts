/** Results: a discriminant, and the value of one of the sides. */
import { variantLayout } from "../../abi/index.ts";
import type { AsType } from "../as-type.ts";
import type { Body } from "../body.ts";
import { atoll, resultSide } from "../spell.ts";
import { place, storeLine, type Codec, type KindCodec, type OfKind } from "./codec.ts";
import { joinedLocals, liftPayload, lowerPayload } from "./joined.ts";

type Result = OfKind<"result">;
/** Both sides as cases of a variant: ok is 0, error is 1. */
type Sides = readonly [{ label: string; type?: AsType }, { label: string; type?: AsType }];

export const resultCodec: KindCodec<Result> = {
  load(codec, type, at, offset) {
    const payload = offset + variantLayout(sidesOf(type)).payloadOffset;
    return either(codec, type, `load<u8>(${place(at, offset)}) == 0`, (side) =>
      codec.load(side, at, payload),
    );
  },

  store(codec, body, type, value, at, offset) {
    const payload = offset + variantLayout(sidesOf(type)).payloadOffset;
    eachSide(body, type, value, (side, held, discriminant) => {
      storeLine(body, "u8", String(discriminant), at, offset);
      if (side !== undefined) codec.store(body, side, held, at, payload);
    });
  },

  lift(codec, type, [which = "", ...values]) {
    return either(codec, type, `${which} == 0`, (side) => liftPayload(codec, sidesOf(type), side, values));
  },

  lower(codec, body, type, value) {
    const sides = sidesOf(type);
    const locals = joinedLocals(body, sides, "side");
    eachSide(body, type, value, (side, held, discriminant) => {
      body.line(`${locals[0]} = ${discriminant};`);
      if (side !== undefined) lowerPayload(codec, body, sides, side, held, locals.slice(1));
    });
    return locals;
  },
};

function sidesOf(type: Result): Sides {
  return [side("ok", type.ok), side("error", type.err)];
}

function side(label: string, type: AsType | undefined): Sides[0] {
  return type === undefined ? { label } : { label, type };
}

function either(codec: Codec, type: Result, isOk: string, read: (side: AsType) => string): string {
  const { file } = codec;
  const result = atoll(file, "Result");
  const sides = `<${resultSide(file, type.ok)}, ${resultSide(file, type.err)}>`;
  const valueOf = (side: AsType | undefined): string =>
    side === undefined ? `${atoll(file, "Void")}.value` : read(side);
  return `${isOk} ? ${result}.ok${sides}(${valueOf(type.ok)}) : ${result}.err${sides}(${valueOf(type.err)})`;
}

function eachSide(
  body: Body,
  type: Result,
  value: string,
  write: (side: AsType | undefined, held: string, discriminant: number) => void,
): void {
  const result = body.local("result", value);
  const branch = (side: AsType | undefined, field: string, discriminant: number): void =>
    write(side, side === undefined ? "" : body.local(field, `${result}.${field}`), discriminant);
  body.chain([
    [`${result}.isOk`, () => branch(type.ok, "value", 0)],
    [undefined, () => branch(type.err, "error", 1)],
  ]);
}
