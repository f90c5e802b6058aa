/** Handles that a program narrows, drops and takes back as it likes: it can do what a model of plain objects says. */
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { runSystem } from "../../../host-linux/index.ts";
import { builtKernel } from "../../../kernel/built.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { link } from "../../../toolchain/link/index.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { CONSOLE } from "../../toolchain/link/guests.ts";
import { Written } from "../written.ts";

const FUNCTIONS = ["a", "b", "c"] as const;

const STORE = `// @wit t:store/api
  ${FUNCTIONS.map((name) => `export function ${name}(): void {}`).join("\n")}`;

/** Does what its arguments say, a script each, and prints what came of it. Handle 0 is the provider's. */
const MAIN = `// @wit t:main/api
  import { Functions, Process } from "t:store/api-process";
  import { Result, Void, Fault } from "atoll";
  import { getArguments } from "atoll:device/configuration";
  import { writeLine } from "atoll:device/console";
  function call(handle: Process, name: i32): Result<Void, Fault> {
    return name == 0 ? handle.tryA() : name == 1 ? handle.tryB() : handle.tryC();
  }
  function play(script: string): string {
    const handles: Process[] = [Process.provider()];
    let told = "";
    const steps = script.split(" ");
    for (let i = 0; i < steps.length; i++) {
      const words = steps[i].split(",");
      const at = handles[I32.parseInt(words[1])];
      if (words[0] == "drop") at.drop();
      else if (words[0] == "revoke") told += at.tryRevoke().isOk ? "." : "!";
      else if (words[0] == "call") told += call(at, I32.parseInt(words[2])).isOk ? "." : "!";
      else {
        const made = at.tryNarrow(<Functions>I32.parseInt(words[2]), U32.parseInt(words[3]), 0, 0);
        told += made.isOk ? "." : "!";
        handles.push(made.isOk ? made.value : handles[0]);
      }
    }
    for (let i = 0; i < handles.length; i++) handles[i].drop();
    return told;
  }
  export function run(): void {
    const scripts = getArguments();
    for (let i = 0; i < scripts.length; i++) writeLine(play(scripts[i]));
  }`;

type Step =
  | { readonly kind: "narrow"; readonly of: number; readonly mask: number; readonly uses: number }
  | { readonly kind: "call"; readonly of: number; readonly name: number }
  | { readonly kind: "revoke" | "drop"; readonly of: number };

const of = fc.nat(9);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("narrow"),
      of,
      mask: fc.integer({ min: -1, max: 9 }),
      uses: fc.nat(3),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("call"), of, name: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("revoke", "drop"), of }) },
);

interface Handle {
  readonly parent?: Handle;
  readonly mask: number;
  uses: number;
  isRevoked: boolean;
  isDropped: boolean;
}

/** What the program prints, and its script: a step is left out whose handle the program has not got. */
function model(steps: readonly Step[]): { readonly script: string; readonly told: string } {
  const handles: Handle[] = [{ mask: 7, uses: Infinity, isRevoked: false, isDropped: false }];
  const script: string[] = [];
  let told = "";
  const limits = (handle: Handle): Handle[] => [handle, ...(handle.parent ? limits(handle.parent) : [])];
  for (const one of steps) {
    const number = one.of % handles.length;
    const handle = handles[number];
    if (handle === undefined || handle.isDropped) continue;
    const all = limits(handle);
    const isOver = handle.isRevoked || all.some(({ uses }) => uses === 0);
    let isDone = !isOver;
    const words: (string | number)[] = [one.kind, number];
    if (one.kind === "narrow") {
      words.push(one.mask, one.uses);
      const made = {
        parent: handle,
        mask: handle.mask & one.mask,
        uses: one.uses === 0 ? Infinity : one.uses,
      };
      // Where none was made, the program has the first one twice.
      handles.push(isOver ? (handles[0] ?? handle) : { ...made, isRevoked: false, isDropped: false });
    } else if (one.kind === "call") {
      words.push(one.name);
      isDone &&= ((handle.mask >> one.name) & 1) === 1;
      if (isDone) for (const limit of all) limit.uses -= 1;
    } else if (one.kind === "revoke") {
      isDone = !handle.isRevoked;
      for (const other of handles) if (limits(other).includes(handle)) other.isRevoked = true;
    } else {
      handle.isDropped = true;
    }
    script.push(words.join(","));
    if (one.kind !== "drop") told += isDone ? "." : "!";
  }
  return { script: script.join(" "), told };
}

const components = new Map<string, Uint8Array>();
beforeAll(async () => {
  using folder = await new Folder().write({ "store.ts": STORE, "main.ts": MAIN });
  const names = ["store.ts", "main.ts"];
  const built = await buildApps(names.map((name) => folder.file(name)));
  for (const name of names) {
    const output = built.find(({ app }) => app === folder.file(name))?.output ?? "";
    components.set(`./${name}`, new Uint8Array(readFileSync(output)));
  }
});

async function played(scripts: readonly string[]): Promise<string[]> {
  const main = {
    component: "./main.ts",
    grants: [CONSOLE],
    arguments: scripts,
    imports: { "t:store/api-process": "store" },
  };
  const config = {
    name: "narrowing",
    processes: { store: { component: "./store.ts" }, main },
    supervisor: {},
    entry: "main",
  };
  const { plan } = link({ config, components, kernel: await builtKernel() });
  const stdout = new Written();
  expect(await runSystem(plan, { base: ".", tags: false, stdout })).toMatchObject({
    kind: "ended",
    exitCode: 0,
  });
  return stdout.text.split("\n").slice(0, -1);
}

it("by scripts of all kinds", async () => {
  const script = fc.array(step, { minLength: 1, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(fc.array(script, { minLength: 100, maxLength: 100 }), async (all) => {
      const models = all.map(model);
      const told = await played(models.map((one) => one.script));
      const found = models.map(({ script }, i) => ({ script, told: told[i] }));
      expect(found).toEqual(models);
    }),
    // One of a hundred scripts is wrong, and is shown: there is nothing to shrink.
    { numRuns: 3, endOnFailure: true },
  );
});
