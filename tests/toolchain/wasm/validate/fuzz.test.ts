/**
 * Whatever decodes is validated or refused, quickly; nothing else is thrown.
 *
 * Mutants of real components, and arbitrary components with indices at random.
 * `ATOLL_FUZZ_SECONDS` makes it run longer, `ATOLL_FUZZ_SEED` starts elsewhere.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Component,
  decodeComponent,
  validateComponent,
  ValidationError,
  WasmError,
} from "../../../../toolchain/wasm/index.ts";
import { computing } from "../../../thread-time.ts";
import { arbitraryComponent } from "../arbitrary-component.ts";
import { Corpus, Random } from "../mutate.ts";
import { assemble } from "../samples.ts";
import { places, split } from "../section-tree.ts";
import { BUILTINS, LINKED, TYPES } from "../texts.ts";

/** The same on every machine; `SECONDS` go on after them. */
const ROUNDS = 1000;
const SECONDS = Number(process.env["ATOLL_FUZZ_SECONDS"] ?? 0);
const SEED = Number(process.env["ATOLL_FUZZ_SEED"] ?? 1);
const MAX_MILLISECONDS = 2000;

/** Resources, instances in instances, types reached by several ways. */
const RESOURCES = `(component
  (import "a:b/types" (instance $types
    (export "r" (type $r (sub resource)))
    (export "[constructor]r" (func (param "x" u32) (result (own $r))))
    (export "[method]r.m" (func (param "self" (borrow $r)) (result (option (own $r)))))
    (type $rec (record (field "a" (own $r)) (field "b" (list string))))
    (export "rec" (type (eq $rec)))))
  (alias export $types "r" (type $r)) (alias export $types "rec" (type $rec))
  (import "f" (func $f (param "x" $rec) (result (tuple u8 (own $r)))))
  (component $c
    (import "t" (type $t (sub resource)))
    (import "i" (instance (export "u" (type (sub resource)))))
    (export "again" (type $t))
    (type $local (resource (rep i32)))
    (core func (canon resource.new $local))
    (export "local" (type $local)))
  (instance $bag (export "u" (type $r)))
  (instance $i (instantiate $c (with "t" (type $r)) (with "i" (instance $bag))))
  (export "i" (instance $i))
  (export "f" (func $f)))`;

/** Whether it is valid. */
function judge(component: () => Component): boolean {
  let valid = false;
  const time = computing(() => {
    valid = isValid(component);
  });
  expect(time).toBeLessThan(MAX_MILLISECONDS);
  return valid;
}

function isValid(component: () => Component): boolean {
  try {
    validateComponent(component());
    return true;
  } catch (error) {
    if (error instanceof ValidationError || error instanceof WasmError) return false;
    throw error;
  }
}

test(
  `mutants, seed ${SEED}`,
  async () => {
    const texts = await Promise.all([BUILTINS, LINKED, TYPES, RESOURCES].map((text) => assemble(text)));
    const corpus = new Corpus(texts);
    const random = new Random(SEED);
    const kinds = [...new Set(texts.flatMap((text) => places(split(text)).map(({ kind }) => kind)))];
    const counts = { valid: 0, refused: 0 };
    const end = performance.now() + SECONDS * 1000;
    for (let round = 0; round < ROUNDS || performance.now() < end; round++) {
      for (const kind of kinds) {
        const { binary, changes } = corpus.mutant(kind, random);
        try {
          counts[judge(() => decodeComponent(binary)) ? "valid" : "refused"]++;
        } catch (error) {
          throw new Error(`seed ${SEED}, round ${round}, ${kind}: ${changes.join(", ")}`, { cause: error });
        }
      }
    }
    console.log("mutants", counts);
    expect(counts.valid).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(500);
  },
  SECONDS * 1000 + 60_000,
);

test("arbitrary components", () => {
  fc.assert(
    fc.property(arbitraryComponent, (component) => {
      judge(() => component);
    }),
    { seed: SEED, numRuns: 1500 },
  );
});
