/** Consumers that know nothing of faults: `onFault` maps them to an error that they know. */
import { describe, expect, it } from "vitest";
import type { WireConfig } from "../../../toolchain/link/config/system.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { component, linked, refused } from "../../toolchain/link/guests.ts";
import type { LinkResult } from "../../../toolchain/link/index.ts";

/** One function that traps unless it is asked not to, with a result of the given WIT type. */
async function pair(type: string, flat: boolean, api = "api"): Promise<[Uint8Array, Uint8Array]> {
  const face = `package t:p; interface ${api} { enum code { none, io, busy } variant why { text(string), io, other }
    go: func(way: u32) -> ${type}; }`;
  const results = flat ? "(result i32)" : "";
  const server = await component(
    `${face} world w { export ${api}; }`,
    `(module (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "t:p/${api}#go") (param i32) (result i32)
        (if (local.get 0) (then unreachable)) (i32.const ${flat ? 0 : 64})))`,
  );
  const app = await component(
    `${face} world w { import ${api}; export go: func(way: u32) -> u64; }`,
    `(module (import "t:p/${api}" "go" (func $go (param i32 ${flat ? "" : "i32"}) ${results}))
      (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "go") (param i32) (result i64)
        (i64.store (i32.const 64) (i64.const 0))
        ${
          flat
            ? "(i32.store (i32.const 64) (call $go (local.get 0)))"
            : "(call $go (local.get 0) (i32.const 64))"
        }
        (i64.load (i32.const 64))))`,
  );
  return [app, server];
}

function wired(
  [app, server]: readonly [Uint8Array, Uint8Array],
  wire: Omit<WireConfig, "process">,
): LinkResult {
  return linked({
    app: { bytes: app, imports: { "t:p/api": { process: "server", ...wire } } },
    server: { bytes: server },
  });
}

describe("onFault", () => {
  it.each([
    ["result", true, "err", 0n, 1n],
    ["result<u32>", false, "err", 0n, 1n],
    ["result<u64, code>", false, { err: "io" }, 0n, 1n | (1n << 64n)],
    ["result<_, code>", false, { err: "busy" }, 0n, 1n | (2n << 8n)],
    ["result<_, why>", false, { err: "io" }, 0n, 1n | (1n << 32n)],
  ] as const)("of a %s gives the error", async (type, flat, onFault, good, bad) => {
    const running = bringUp(wired(await pair(type, flat), { onFault }).plan);
    expect(call(running, "app", "go", 0)).toBe(good);
    const left = call(running, "app", "go", 1);
    expect(left).toBe(bad % 2n ** 64n);
    expect(call(running, "app", "go", 0)).toBe(left);
    expect(running.deaths.map(({ process }) => process)).toEqual(["server"]);
  });

  it.each([
    ["u32", "err", "It returns no result, so there is no error to return."],
    ["result<u32, code>", "err", 'Write one of its cases: { err: "none" }, { err: "io" }, { err: "busy" }.'],
    ["result<u32, string>", "err", "none of its values could stand for a fault"],
    ["result<u32>", { err: "io" }, 'Its error has no type. Write onFault: "err".'],
    ["result<u32, code>", { err: "oi" }, 'It has: { err: "none" }, { err: "io" }, { err: "busy" }.'],
    ["result<u32, why>", { err: "text" }, 'It has: { err: "io" }, { err: "other" }.'],
    ["result<u32, string>", { err: "io" }, "neither an enum nor a variant that has a case without payload"],
  ] as const)("that does not fit a %s is refused: %j", async (type, onFault, hint) => {
    const message = refused(() => wired(pairs.get(type) as [Uint8Array, Uint8Array], { onFault }));
    expect(message).toContain('type: process "app", imports "t:p/api": onFault:');
    expect(message).toContain(`does not fit the function "go": func(way: u32) -> ${type.split("<")[0]}`);
    expect(message).toContain(hint);
  });

  it("is refused together with plain, and plain where the import is plain", async () => {
    const both = await pair("result", true);
    expect(refused(() => wired(both, { onFault: "err", plain: true }))).toContain(
      "expected plain or onFault",
    );
    expect(refused(() => wired(both, { plain: true }))).toContain("this import is plain already");
  });
});

const pairs = new Map<string, readonly [Uint8Array, Uint8Array]>();
for (const type of ["u32", "result<u32>", "result<u32, code>", "result<u32, string>", "result<u32, why>"]) {
  pairs.set(type, await pair(type, type === "u32"));
}
