/** Values of generated types go through a compiled program and come back the same. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ComponentValue, ValueType } from "../../../toolchain/abi/index.ts";
import { tries } from "../../thorough.ts";
import { arbitraryType, arbitraryValue } from "../abi/generate.ts";
import { API, echoWorld, TYPES } from "./echo-world.ts";
import { bindingsFor, COLLECT_ALWAYS, compileGuest, startGuest, type Guest } from "./guest.ts";

const SEED = Number(process.env["ATOLL_TEST_SEED"] ?? 20261121);
const VALUES_PER_TYPE = 30;

/** Of equal keys the last value wins, at the place of the first. */
function asProgramsSee(value: ComponentValue, type: ValueType): ComponentValue {
  const each = (v: unknown, t: ValueType): ComponentValue => asProgramsSee(v as ComponentValue, t);
  switch (type.kind) {
    case "list":
      return type.element.kind === "u8"
        ? value
        : (value as ComponentValue[]).map((v) => each(v, type.element));
    case "map": {
      const entries = (value as [ComponentValue, ComponentValue][]).map(
        ([k, v]) => [k, each(v, type.value)] as const,
      );
      return [...new Map(entries)].map(([k, v]) => [k, v]);
    }
    case "tuple":
      return (value as ComponentValue[]).map((v, i) => each(v, type.types[i] as ValueType));
    case "record":
      return Object.fromEntries(
        type.fields.map(({ label, type: t }) => [label, each((value as Record<string, unknown>)[label], t)]),
      );
    case "variant":
    case "option":
    case "result": {
      const { case: label, value: held } = value as { case: string; value?: ComponentValue };
      const payload = payloadType(type, label);
      return payload === undefined ? { case: label } : { case: label, value: each(held, payload) };
    }
    default:
      return value;
  }
}

function payloadType(
  type: Extract<ValueType, { kind: "variant" | "option" | "result" }>,
  label: string,
): ValueType | undefined {
  if (type.kind === "option") return label === "some" ? type.type : undefined;
  if (type.kind === "result") return label === "ok" ? type.ok : type.err;
  return type.cases.find((c) => c.label === label)?.type;
}

function collect(guest: Guest): void {
  (guest.exports[`${API}#collect`] as () => void)();
}

async function echoAll(types: readonly ValueType[], collectAlways: boolean): Promise<void> {
  const echo = echoWorld(types);
  const module = await compileGuest(bindingsFor(echo.world), echo.app, {
    flags: collectAlways ? COLLECT_ALWAYS : [],
  });
  let expected: ComponentValue = 0;
  const served = Object.fromEntries(
    echo.types.map((_, i) => [
      `${TYPES}#ask${i}`,
      (v: ComponentValue) => {
        expect(v).toEqual(expected);
        return v;
      },
    ]),
  );
  const guest = startGuest(module, echo.world, served, collectAlways ? collect : undefined);
  collect(guest);
  for (const [i, type] of echo.types.entries()) {
    const values = fc.sample(arbitraryValue(type), { numRuns: VALUES_PER_TYPE, seed: SEED + i });
    for (const value of values) {
      expected = asProgramsSee(value, type);
      expect(guest.call(`${API}#relay${i}`, value), `seed ${SEED}, type ${JSON.stringify(types[i])}`).toEqual(
        expected,
      );
    }
  }
}

test("generated types, nested four deep", { timeout: 120_000 }, async () => {
  const types = fc.sample(arbitraryType({ depth: 4 }), { numRuns: tries(50), seed: SEED });
  await echoAll(types, false);
});

test(
  "the same while everything unreachable is collected in each allocation",
  { timeout: 120_000 },
  async () => {
    const types = fc.sample(arbitraryType({ depth: 4 }), { numRuns: tries(30), seed: SEED + 1 });
    await echoAll(types, true);
  },
);
