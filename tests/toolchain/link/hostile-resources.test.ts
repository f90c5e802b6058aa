/**
 * Damaged components with resources, and with components in them: a plan or a LinkError.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { decodeComponent, type Component } from "../../../toolchain/wasm/index.ts";
import { tries } from "../../thorough.ts";
import { linked, refused } from "./guests.ts";
import { changed, encoded, leaves } from "./mutations.ts";
import { blobProvider, blobStore, siblings } from "./resource-guests.ts";

const SEED = 20261121;

type Which = "store" | "blobs" | "nested";
let whole: Record<Which, Uint8Array>;

beforeAll(async () => {
  whole = { store: await blobStore(), blobs: await blobProvider(), nested: await siblings() };
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
      { numRuns: tries(400), seed: SEED },
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
      { numRuns: tries(250), seed: SEED },
    );
  });
});
