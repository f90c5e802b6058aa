/** Caps on who may fall with a process, and what linking says of it. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  blastSets,
  capabilityGraph,
  printBlastSets,
  type LinkResult,
  type ProcessConfig,
} from "../../../toolchain/link/index.ts";
import { component, linked, refused } from "./guests.ts";

let middle: Uint8Array;
let guarded: Uint8Array;
let leaf: Uint8Array;
beforeAll(async () => {
  const api = "package t:n; interface api { go: func() -> u32; }";
  leaf = await component(
    `${api} world w { export api; }`,
    `(module (func (export "t:n/api#go") (result i32) (unreachable)))`,
  );
  middle = await component(
    `package t:m; interface api { go: func() -> u32; } world w { import t:n/api; export api; }
     package t:n { interface api { go: func() -> u32; } }`,
    `(module (import "t:n/api" "go" (func $go (result i32))) (func (export "t:m/api#go") (result i32) (call $go)))`,
  );
  guarded = await component(
    `package t:top; world w { import t:m/api-guarded; export run: func(); }
     package t:m { interface api-guarded { use atoll:fault/types@0.1.0.{fault}; go: func() -> result<u32, fault>; } }`,
    `(module (import "t:m/api-guarded" "go" (func $go (param i32))) (memory (export "memory") 1)
      (func (export "run") (call $go (i32.const 0))))`,
  );
});

function system(leafBlast?: number, wire: { readonly plain?: true } = {}): LinkResult {
  const cap: Pick<ProcessConfig, "blast"> = leafBlast === undefined ? {} : { blast: leafBlast };
  return linked({
    top: { bytes: guarded, imports: { "t:m/api": { process: "middle", ...wire } } },
    middle: { bytes: middle, imports: { "t:n/api": "leaf" } },
    leaf: { bytes: leaf, ...cap },
  });
}

describe("a cap on a blast set", () => {
  it("is kept where guards end it", () => {
    expect(blastSets(capabilityGraph(system(1).plan))).toEqual([{ process: "leaf", falls: ["middle"] }]);
  });

  it("names who falls, and by which calls, when it is passed", () => {
    expect(refused(() => system(1, { plain: true }))).toBe(
      [
        'limit: process "leaf", blast: expected at most 1; when it traps, 2 other processes fall:',
        "  middle  middle → leaf",
        "  top     top → middle → leaf",
        "Guard calls on these ways: import the guarded view of an interface (atoll wit guard) without `plain: true`, or give its wire onFault.",
      ].join("\n"),
    );
    expect(refused(() => system(0))).toContain("expected at most 0; when it traps, 1 other process falls:");
  });

  it("is a whole number", () => {
    expect(refused(() => system(-1))).toContain('process "leaf", blast: expected at least 0, found -1');
  });
});

describe("blast sets", () => {
  it("are listed for people", () => {
    expect(printBlastSets(blastSets(capabilityGraph(system(2, { plain: true }).plan)))).toBe(
      "when one traps, these fall too\n  leaf    middle, top\n  middle  top\n",
    );
    expect(printBlastSets([])).toBe("no process takes another along when it traps\n");
  });
});
