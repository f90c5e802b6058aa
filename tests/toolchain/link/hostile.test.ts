/**
 * Components that nobody's tool made: linking ends in a plan or in a LinkError.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { decodeComponent } from "../../../toolchain/wasm/index.ts";
import { tries } from "../../thorough.ts";
import { computing } from "../../thread-time.ts";
import { ALLOCATOR, component, CONSOLE, linked, refused, text } from "./guests.ts";
import { changed, encoded, leaves } from "./mutations.ts";

const SEED = 20261121;
const API =
  "interface api { record hit { name: string, score: f64, tags: list<string> } find: func(text: string, limit: option<u32>) -> result<list<hit>, string>; }";

let app: Uint8Array;
let api: Uint8Array;

beforeAll(async () => {
  app = await component(
    `package t:h@1.0.0; ${API} world w { import api; import atoll:device/console@0.1.0; export run: func() -> result<_, string>; }`,
    `(module (import "t:h/api@1.0.0" "find" (func $find (param i32 i32 i32 i32 i32)))
       (import "atoll:device/console@0.1.0" "read-line" (func $read (param i32))) ${ALLOCATOR}
       (func (export "_initialize"))
       (func (export "run") (result i32) (call $read (i32.const 0))
         (call $find (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 8)) (i32.const 64)))`,
  );
  api = await component(
    `package t:h@1.0.0; ${API} world w { export api; }`,
    `(module ${ALLOCATOR} (func (export "t:h/api@1.0.0#find") (param i32 i32 i32 i32) (result i32) (i32.const 8))
       (func (export "cabi_post_t:h/api@1.0.0#find") (param i32)))`,
  );
});

/** Links the system with one of its components replaced; a plan must survive its file. */
function attempt(replaced: "app" | "api", bytes: Uint8Array): string {
  const outcome = refused(() => linkedWith(replaced, bytes, {}, false));
  const metered = refused(() => linkedWith(replaced, bytes, { quotas: { fuel: 1000 } }, true));
  expect(metered.split(":")[0]).toBe(outcome.split(":")[0]);
  return outcome;
}

function linkedWith(
  replaced: "app" | "api",
  bytes: Uint8Array,
  quotas: { readonly quotas?: { readonly fuel: number } },
  reset: boolean,
): void {
  const imports = { "t:h/api": "api" };
  const { plan } = linked(
    {
      app: { bytes: replaced === "app" ? bytes : app, imports, grants: [CONSOLE], ...quotas },
      api: { bytes: replaced === "api" ? bytes : api, ...quotas },
    },
    "app",
    { reset },
  );
  parsePlan(serialisePlan(plan));
}

describe("a damaged component", () => {
  it("byte by byte", () => {
    const outcomes = new Set<string>();
    const edit = fc.tuple(fc.constantFrom("app", "api"), fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(edit, ([which, at, byte]) => {
        const bytes = (which === "app" ? app : api).slice();
        bytes[at % bytes.length] = byte;
        outcomes.add(attempt(which, bytes).split(":")[0] ?? "");
      }),
      { numRuns: tries(250), seed: SEED },
    );
    expect(outcomes).toContain("component");
  });

  it("index by index and name by name, still well-formed", () => {
    const parts = { app: decodeComponent(app), api: decodeComponent(api) };
    const all = (["app", "api"] as const).flatMap((which) =>
      leaves(parts[which])
        .filter(({ value }) => typeof value === "number" || typeof value === "string")
        .map(({ path, value }) => ({ which, path, value })),
    );
    const others = fc.oneof(
      fc.nat(12),
      fc.constantFrom(
        "u8",
        "string",
        "func",
        "core func",
        "t:h/api@1.0.0",
        "find",
        "",
        "utf8",
        "latin1+utf16",
      ),
    );
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...all), others, ({ which, path, value }, to) => {
        fc.pre(typeof value === typeof to);
        const bytes = encoded(changed(parts[which], path, to));
        if (bytes) outcomes.add(attempt(which, bytes).split(":")[0] ?? "");
      }),
      { numRuns: tries(500), seed: SEED },
    );
    expect([...outcomes]).toEqual(expect.arrayContaining(["component", "wiring", "type"]));
  });

  it("definition by definition: left out, doubled, moved", () => {
    const parts = { app: decodeComponent(app), api: decodeComponent(api) };
    fc.assert(
      fc.property(fc.constantFrom("app", "api"), fc.nat(), fc.nat(), fc.nat(2), (which, from, to, how) => {
        const definitions = [...parts[which as "app"].definitions];
        const at = from % definitions.length;
        const taken = how === 0 ? definitions.slice(at, at + 1) : definitions.splice(at, 1);
        if (how < 2) definitions.splice(to % (definitions.length + 1), 0, ...taken);
        const bytes = encoded({ definitions });
        if (bytes) attempt(which, bytes);
      }),
      { numRuns: tries(250), seed: SEED },
    );
  });
});

describe("a component that is small and describes something huge", () => {
  it("types that double with each line", async () => {
    const doubled = Array.from({ length: 40 }, (_, i) => `(type $t${i + 1} (tuple $t${i} $t${i}))`);
    const bytes = await text(`(component (type $t0 (tuple u8 u8)) ${doubled.join(" ")}
      (core module $m (memory (export "m") 1) (func (export "f") (param i32)))
      (core instance $i (instantiate $m))
      (func (export "f") (param "x" $t40) (canon lift (core func $i "f") (memory (core memory $i "m")))))`);
    const time = computing(() => {
      expect(refused(() => linked({ a: { bytes } }))).toMatch(/^(component|not-yet): /);
    });
    expect(time).toBeLessThan(2000);
  });
});
