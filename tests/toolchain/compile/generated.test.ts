/** Apps with generated types, nested four deep: inferred, compiled and called. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ValueType } from "../../../toolchain/abi/index.ts";
import { typesEqual } from "../../../toolchain/abi/index.ts";
import { tries } from "../../thorough.ts";
import { arbitraryType, arbitraryValue } from "../abi/generate.ts";
import { runs } from "../abi/runs.ts";
import { compileText, instantiate } from "./guest.ts";
import { asKept, Speller, withoutLengths } from "./spell-type.ts";

const SEEDS = [1, 2, 3, 4].slice(0, tries(4));
const TYPES = 24;
const VALUES = 12;

test.each(SEEDS)("types that nobody chose, %i", async (seed) => {
  const types = fc.sample(arbitraryType(), { numRuns: TYPES, seed }).map(withoutLengths);
  const { text, expected } = appOf(types);
  const { component } = await compileText(text);
  const guest = await instantiate(component);
  for (const [i, type] of expected.entries()) {
    const inferred = guest.world.exports.flatMap((item) =>
      item.kind === "interface" ? item.interface.functions.filter(({ name }) => name === `f${i}`) : [],
    )[0]?.type.result;
    expect(inferred !== undefined && typesEqual(inferred, type), text).toBe(true);
    fc.assert(
      fc.property(arbitraryValue(type), (value) => {
        expect(guest.call(`f${i}`, value)).toEqual(asKept(value, type));
      }),
      runs(VALUES),
    );
  }
});

/** One function for each type, which gives back what it got. */
function appOf(types: readonly ValueType[]): { text: string; expected: readonly ValueType[] } {
  const speller = new Speller();
  const functions = types.map((type, i) => {
    const spelled = speller.spell(type);
    return `export function f${i}(p: ${spelled}): ${spelled} { return p; }`;
  });
  const tuples = Array.from({ length: 8 }, (_, i) => `Tuple${i + 1}`).join(", ");
  const head = `import { Char, Option, Result, Void, ${tuples} } from "atoll";`;
  return { text: [head, ...speller.declarations, ...functions, ""].join("\n"), expected: types };
}
