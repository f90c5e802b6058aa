/** Processes that are made at run time have handles of others: they make some, and are given some. */
import { readFileSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { directU64 } from "../../../host-linux/devices/direct.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { LOOK_TOTALS } from "../../../kernel/abi.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { bringUp } from "../../toolchain/link/bring-up.ts";
import { CLOCK, supervised, type Guests } from "../../toolchain/link/guests.ts";
import { endOf } from "./spawn-guests.ts";

/** A branch holds leaves: its own, and those of others. */
const PROGRAMS = {
  "leaf.ts": `// @wit t:leaf/api
    let sum: u32 = 0;
    export function put(n: u32): void { sum += n; }
    export function total(): u32 { return sum; }`,
  "branch.ts": `// @wit t:branch/api
    import { Process } from "t:leaf/api-process";
    const held: Process[] = [];
    export function grow(n: u32): u32 {
      const leaf = Process.spawn(); leaf.put(n); held.push(leaf); return held.length;
    }
    export function keep(leaf: Process): u32 { held.push(leaf); return held.length; }
    export function back(): Process { return held.pop(); }
    export function all(): Process[] { return held.splice(0); }
    export function total(): u32 {
      let sum: u32 = 0;
      for (let i = 0; i < held.length; i++) sum += held[i].total();
      return sum;
    }
    export function crash(leaf: Process): void { unreachable(); }`,
};

/** Each adds to \`log\`. */
const SCENARIOS = {
  theirOwn: `const a = Branch.spawn(); const b = Branch.spawn();
    a.grow(1); a.grow(2); b.grow(40);
    log = a.total().toString() + " " + b.total().toString();
    a.drop(); log += " " + b.total().toString();`,
  given: `const a = Branch.spawn(); const b = Branch.spawn();
    a.grow(1); a.grow(2); b.grow(40);
    b.keep(a.back());
    log = a.total().toString() + " " + b.total().toString();
    const mine = b.back(); a.drop(); log += " " + mine.total().toString(); b.keep(mine);
    log += " " + b.total().toString();`,
  lists: `const a = Branch.spawn(); for (let i = 1; i <= 5; i++) a.grow(i);
    const b = Branch.spawn(); const leaves = a.all();
    for (let i = 0; i < leaves.length; i++) b.keep(leaves[i]);
    log = leaves.length.toString() + " " + a.total().toString() + " " + b.total().toString();`,
  reused: `for (let i = 0; i < 40; i++) {
      const a = Branch.spawn();
      if (a.total() != 0) log += "old ";
      a.grow(1); a.grow(i);
      if (a.total() != i + 1) log += "wrong ";
      a.drop();
    }
    log += "done";`,
  crash: `const a = Branch.spawn(); const b = Branch.spawn(); a.grow(7);
    const died = b.tryCrash(a.back());
    log = (died.isErr ? Fault[died.error] : "lived") + " " + a.total().toString();`,
  full: `const a = Branch.spawn(); const b = Branch.spawn();
    a.grow(1); a.grow(2); b.grow(3);
    const third = a.tryGrow(4);
    log = (third.isErr ? Fault[third.error] : "fits") + " " + b.total().toString();`,
  toTheDead: `const a = Branch.spawn(); const b = Branch.spawn(); a.grow(7);
    const leaf = a.back(); b.drop();
    log = a.total().toString(); const c = Branch.spawn(); c.keep(leaf); log += " " + c.total().toString();`,
};
type Scenario = keyof typeof SCENARIOS;

function program(): string {
  const cases = Object.values(SCENARIOS).map((body, i) => `function thing${i}(): void {\n${body}\n}`);
  return `
    import { Process as Branch } from "t:branch/api-process";
    import { Process as Leaf } from "t:leaf/api-process";
    import { Fault, Result, Void } from "atoll";
    import { now } from "atoll:device/clock";
    let log = "";
    ${cases.join("\n")}
    export function run(): Result<Void, string> {
      const which = now();
      ${cases.map((_, i) => `if (which == ${i}) thing${i}();`).join("\n")}
      return Result.err<Void, string>(log);
    }`;
}

let kernel: KernelModules;
const bytes = new Map<string, Uint8Array>();
beforeAll(async () => {
  kernel = await builtKernel();
  const sources = { ...PROGRAMS, "main.ts": program() };
  using folder = await new Folder().write(sources);
  const built = await buildApps(Object.keys(sources).map((name) => folder.file(name)));
  for (const name of Object.keys(sources)) {
    const output = built.find(({ app }) => app === folder.file(name))?.output ?? "";
    bytes.set(name, new Uint8Array(readFileSync(output)));
  }
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

function named(name: string): Uint8Array {
  return bytes.get(name) ?? new Uint8Array();
}

function dynamic(child: string): {
  readonly name: string;
  readonly strategy: "dynamic";
  readonly child: string;
  readonly most: number;
} {
  return { name: `${child}s`, strategy: "dynamic", child, most: 20 };
}

function start(scenario: Scenario, handles?: number): Running {
  const guests: Guests = {
    leaf: { bytes: named("leaf.ts"), restart: "temporary" },
    branch: {
      bytes: named("branch.ts"),
      restart: "temporary",
      ...(handles !== undefined && { quotas: { handles } }),
      imports: { "t:leaf/api-process": { spawn: "leaf" } },
    },
    main: {
      bytes: named("main.ts"),
      grants: [CLOCK],
      imports: { "t:branch/api-process": { spawn: "branch" }, "t:leaf/api-process": { handles: "leaf" } },
    },
  };
  const supervisor = { children: [dynamic("leaf"), dynamic("branch"), "main"] };
  const { plan } = supervised(guests, { entry: "main", supervisor, kernel });
  const which = BigInt(Object.keys(SCENARIOS).indexOf(scenario));
  running = bringUp(plan, { "atoll:device/clock": () => ({ now: directU64(() => which) }) });
  return running;
}

describe("a process that is made at run time", () => {
  it.each<[Scenario, string]>([
    ["theirOwn", "3 40 40"],
    ["given", "1 42 2 42"],
    ["lists", "5 0 15"],
    ["reused", "done"],
    ["crash", "Crashed 0"],
    ["toTheDead", "0 7"],
  ])("%s", async (scenario, said) => {
    const system = start(scenario);
    const { said: text, end } = await endOf(system);
    expect([text, end]).toEqual([said, { kind: "stopped" }]);
    const [processes, messages, handles] = system.kernel?.look(LOOK_TOTALS, 1) ?? [];
    expect([processes, messages, handles]).toEqual([4, 0, 0]);
  });
});

it("has as many handles as its template may have, whatever others have", async () => {
  const { said } = await endOf(start("full", 2));
  expect(said).toBe("Crashed 3");
  expect(running?.deaths.map(({ process, reason }) => [process, reason])).toEqual([["branch", "exhausted"]]);
});
