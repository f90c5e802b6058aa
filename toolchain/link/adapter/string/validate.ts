/**
 * The exact look at a text that the quick one could not judge.
 *
 * `(pointer, end)`, in the memory of one side; traps on the first character that
 * is ill-formed. Stretches without anything special are passed sixteen bytes at
 * a time.
 */
import {
  advance,
  all,
  apply,
  atLeast,
  block,
  branch,
  call,
  differ,
  get,
  i32,
  sub,
  when,
  whilst,
  type Body,
  type Code,
} from "../code.ts";
import type { Side } from "../crossing.ts";
import type { AdapterModule } from "../module.ts";
import { decodeNext } from "./decode.ts";
import { gather, gathered, gatherNothing } from "./quick-look.ts";
import { loadVector } from "../vectors.ts";

export function validate(
  module: AdapterModule,
  side: Side,
  encoding: "utf8" | "utf16",
  pointer: Code,
  end: Code,
): Code {
  return (body) => {
    const func = module.helper(
      `validate ${encoding} of the ${side.name}`,
      { params: ["i32", "i32"], results: [] },
      (inner) => scan(module, side, encoding, inner)(inner),
    );
    call(func, pointer, end)(body);
  };
}

function scan(module: AdapterModule, side: Side, encoding: "utf8" | "utf16", body: Body): Code {
  const [pointer, end] = [body.param(0), body.param(1)];
  const [char, seen] = [body.local("i32"), body.local("v128")];
  const round = block((next) =>
    all(
      when(
        atLeast(sub(get(end), get(pointer)), i32(16)),
        all(
          gatherNothing(encoding, seen),
          gather(encoding, seen, loadVector(side, pointer)),
          when(apply("i32.eqz", gathered(encoding, seen)), all(advance(pointer, 16), branch(next))),
        ),
      ),
      decodeNext(module, side, encoding, { pointer, end, char }),
    ),
  );
  return whilst(differ(get(pointer), get(end)), round);
}
