/**
 * The exact look at a text that the quick one could not judge.
 *
 * `(pointer, end)`, in the memory of one side; traps on the first character that
 * is ill-formed. Sixteen bytes are passed at a time; only surrogates and four-byte
 * sequences are looked at one by one.
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
import { validateUtf8Blocks } from "./utf8-block.ts";
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
  const [from, end] = [body.param(0), body.param(1)];
  const char = body.local("i32");
  const rest = whilst(
    differ(get(from), get(end)),
    decodeNext(module, side, encoding, { pointer: from, end, char }),
  );
  return encoding === "utf8"
    ? all(validateUtf8Blocks({ module, side, from, end }), rest)
    : whilst(differ(get(from), get(end)), blockOrPair(module, side, body));
}

/** Eight units without surrogates, or one character. */
function blockOrPair(module: AdapterModule, side: Side, body: Body): Code {
  const [from, end] = [body.param(0), body.param(1)];
  const [char, seen] = [body.local("i32"), body.local("v128")];
  return block((next) =>
    all(
      when(
        atLeast(sub(get(end), get(from)), i32(16)),
        all(
          gatherNothing("utf16", seen),
          gather("utf16", seen, loadVector(side, from)),
          when(apply("i32.eqz", gathered("utf16", seen)), all(advance(from, 16), branch(next))),
        ),
      ),
      decodeNext(module, side, "utf16", { pointer: from, end, char }),
    ),
  );
}
