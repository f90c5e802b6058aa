/**
 * A trap of a fused system names process, function and TypeScript line, as the same system does unfused.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { trapText, type TrapReport } from "../../../../host-linux/index.ts";
import { describeTrap } from "../../../../host-linux/trap/trap.ts";
import { buildApps } from "../../../../toolchain/compile/index.ts";
import type { LinkPlan } from "../../../../toolchain/link/plan.ts";
import { bringUp, call } from "../bring-up.ts";
import { linked } from "../guests.ts";

const SHELF = `// @wit test:shelf/api
let count: u32 = 0;

export function divide(a: u32, b: u32): u32 {
  count += 1;
  return a / b;
}

function inner(name: string): string {
  if (name.length > 3) throw new Error("too long: " + name);
  return name + "!";
}

export function label(name: string): string {
  return inner(name);
}

export function spell(units: Array<u16>): string {
  let text = "";
  for (let i = 0; i < units.length; i++) text += String.fromCharCode(units[i]);
  return text;
}

export function spin(n: u32): u32 {
  let x: u32 = 1;
  for (let i: u32 = 0; i < n; i++) x = x * 3 + i;
  return x;
}
`;

const READER = `// @wit test:reader/api
import { divide, label, spell, spin } from "test:shelf/api";

export function half(n: u32, by: u32): u32 {
  return divide(n, by) + 1;
}

export function read(): u32 {
  return label("much too long").length;
}

export function broken(): u32 {
  return spell([0xd800, 65]).length;
}

export function own(n: u32): u32 {
  if (n > 1) throw new Error("reader's own");
  return n;
}

export function spend(n: u32): u32 {
  return spin(n);
}
`;

let shelf: Uint8Array;
let reader: Uint8Array;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "atoll-fused-trap-"));
  try {
    writeFileSync(join(folder, "shelf.ts"), SHELF);
    writeFileSync(join(folder, "reader.ts"), READER);
    await buildApps([join(folder, "shelf.ts"), join(folder, "reader.ts")]);
    shelf = readFileSync(join(folder, "build/shelf.wasm"));
    reader = readFileSync(join(folder, "build/reader.wasm"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

type Mode = "unfused" | "merged" | "optimised";

const plans = new Map<Mode, LinkPlan>();

function planOf(mode: Mode): LinkPlan {
  const domain = mode === "unfused" ? {} : { domain: "library" };
  const plan =
    plans.get(mode) ??
    linked(
      {
        shelf: { bytes: shelf, quotas: { fuel: 1e6 }, ...domain },
        reader: {
          bytes: reader,
          imports: { "test:shelf/api": { process: "shelf", plain: true } },
          ...domain,
        },
      },
      undefined,
      { optimised: mode === "optimised" },
    ).plan;
  plans.set(mode, plan);
  return plan;
}

/** What a function of `reader` traps with. */
function trapOf(mode: Mode, name: string, ...args: number[]): TrapReport {
  const plan = planOf(mode);
  const running = bringUp(plan);
  try {
    call(running, "reader", `test:reader/api#${name}`, ...args);
  } catch (error) {
    const report = describeTrap(error, plan, running);
    if (report === undefined) throw error;
    return report;
  }
  throw new Error("it did not trap");
}

/** Each process, how it was entered, and its innermost function and line. */
function places({ segments }: TrapReport): unknown {
  return segments.map(({ processes, through, frames }) => {
    const shown = frames.find(({ function: name = "" }) => !name.endsWith("/abort"));
    const place = shown?.program ?? shown?.source;
    const name = shown?.function?.replace(/^.*\//, "");
    return { processes, through, function: name, place: `${place?.file}:${place?.line}` };
  });
}

const SHELF_API = "test:shelf/api-guarded";

describe.each(["unfused", "merged", "optimised"] as const)("a trap, %s", (mode) => {
  it("of the callee names it, its line and who called", () => {
    const report = trapOf(mode, "half", 10, 0);
    expect(report.kind).toBe("divide-by-zero");
    expect(places(report)).toEqual([
      { processes: ["shelf"], through: SHELF_API, function: "divide", place: "shelf.ts:6" },
      { processes: ["reader"], through: undefined, function: "half", place: "reader.ts:5" },
    ]);
  });

  it("keeps what the guest said", () => {
    const report = trapOf(mode, "read");
    expect(report.reason).toBe("gave up: too long: much too long");
    expect(places(report)).toMatchObject([
      { processes: ["shelf"], through: SHELF_API, function: "label", place: "shelf.ts:10" },
      { processes: ["reader"], function: "read" },
    ]);
  });

  it("of the caller itself is not the callee's", () => {
    const report = trapOf(mode, "own", 2);
    expect(report.reason).toBe("gave up: reader's own");
    expect(places(report)).toEqual([
      { processes: ["reader"], through: undefined, function: "own", place: "reader.ts:17" },
    ]);
  });

  it("of a value that is refused names both ends and the rule", () => {
    const text = trapText(trapOf(mode, "broken"));
    const [headline] = text.split("\n");
    expect(headline).toBe(
      "a value between reader and shelf (test:shelf/api-guarded) was refused: string is not valid UTF-16",
    );
    expect(text).toMatch(/test-shelf-api-guarded\.ts:\d+:\d+ {2}broken/);
  });

  it("for want of fuel names who spent it", () => {
    const report = trapOf(mode, "spend", 1e7);
    expect(report.kind).toBe("out-of-fuel");
    expect(places(report)).toMatchObject([
      { processes: ["shelf"], function: "spin", place: "shelf.ts:26" },
      { processes: ["reader"], function: "spend" },
    ]);
  });
});
