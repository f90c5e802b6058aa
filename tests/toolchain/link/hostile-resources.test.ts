/**
 * Damaged components with resources, and with components in them: a plan or a LinkError.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { decodeComponent, type Component } from "../../../toolchain/wasm/index.ts";
import { linked, refused, text } from "./guests.ts";
import { changed, encoded, leaves } from "./mutations.ts";
import { blobProvider, blobStore } from "./resource-guests.ts";

const SEED = 20261121;

/** Two siblings, one of which makes what the other uses, borrows and drops. */
const NESTED = `(component
  (component $maker
    (type $R' (resource (rep i32))) (export $R "r" (type $R'))
    (core func $new (canon resource.new $R'))
    (core module $m (import "" "new" (func $new (param i32) (result i32)))
      (func (export "make") (result i32) (call $new (i32.const 7)))
      (func (export "get") (param i32) (result i32) (local.get 0)))
    (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
    (func (export "make") (result (own $R)) (canon lift (core func $i "make")))
    (func (export "get") (param "r" (borrow $R)) (result u32) (canon lift (core func $i "get"))))
  (component $user
    (import "m" (instance $m (export "r" (type $R (sub resource)))
      (export "make" (func (result (own $R)))) (export "get" (func (param "r" (borrow $R)) (result u32)))))
    (alias export $m "r" (type $R))
    (core func $drop (canon resource.drop $R))
    (core func $make (canon lower (func $m "make")))
    (core func $get (canon lower (func $m "get")))
    (core module $c (import "" "make" (func $make (result i32))) (import "" "get" (func $get (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "go") (result i32) (local $h i32) (local.set $h (call $make))
        (call $get (local.get $h)) (call $drop (local.get $h))))
    (core instance $c (instantiate $c (with "" (instance
      (export "make" (func $make)) (export "get" (func $get)) (export "drop" (func $drop))))))
    (func (export "go") (result u32) (canon lift (core func $c "go"))))
  (instance $maker (instantiate $maker))
  (instance $user (instantiate $user (with "m" (instance $maker))))
  (func (export "go") (alias export $user "go")))`;

type Which = "store" | "blobs" | "nested";
let whole: Record<Which, Uint8Array>;

beforeAll(async () => {
  whole = { store: await blobStore(), blobs: await blobProvider(), nested: await text(NESTED) };
});

function attempt(which: Which, bytes: Uint8Array): string {
  const parts = { ...whole, [which]: bytes };
  return refused(() => {
    const { plan } = linked({
      store: { bytes: parts.store, imports: { "t:r/blobs": "blobs" } },
      blobs: { bytes: parts.blobs },
      nested: { bytes: parts.nested },
    });
    parsePlan(serialisePlan(plan));
  });
}

const which = fc.constantFrom<Which>("store", "blobs", "nested");

describe("what is damaged", () => {
  it("nothing links", () => {
    expect(attempt("nested", whole.nested)).toBe("linked");
  });

  it("one index or name", () => {
    const all = (["store", "blobs", "nested"] as const).flatMap((of) =>
      leaves(decodeComponent(whole[of]))
        .filter(({ value }) => typeof value === "number" || typeof value === "string")
        .map(({ path, value }) => ({ of, path, value })),
    );
    const others = fc.oneof(
      fc.nat(12),
      fc.constantFrom(
        "own",
        "borrow",
        "type",
        "func",
        "core func",
        "resource.new",
        "resource.drop",
        "r",
        "m",
        "",
      ),
    );
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...all), others, ({ of, path, value }, to) => {
        fc.pre(typeof value === typeof to);
        const bytes = encoded(changed(decodeComponent(whole[of]), path, to));
        if (bytes) outcomes.add(attempt(of, bytes).split(":")[0] ?? "");
      }),
      { numRuns: 400, seed: SEED },
    );
    expect([...outcomes]).toEqual(expect.arrayContaining(["component", "linked"]));
  });

  it("one definition: left out, doubled, moved", () => {
    const place = fc.nat();
    fc.assert(
      fc.property(which, place, place, fc.nat(2), fc.boolean(), (of, from, to, how, inside) => {
        const edited = (source: Component): Component => {
          const definitions = [...source.definitions];
          const at = from % definitions.length;
          const taken = how === 0 ? definitions.slice(at, at + 1) : definitions.splice(at, 1);
          if (how < 2) definitions.splice(to % (definitions.length + 1), 0, ...taken);
          return { definitions };
        };
        const source = decodeComponent(whole[of]);
        const definitions = source.definitions.map((definition) =>
          inside && definition.kind === "component"
            ? { ...definition, component: edited(definition.component) }
            : definition,
        );
        const bytes = encoded(inside ? { definitions } : edited(source));
        if (bytes) attempt(of, bytes);
      }),
      { numRuns: 250, seed: SEED },
    );
  });
});
