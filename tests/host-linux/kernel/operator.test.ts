/** Programs that end others, and see what waits for them and what they hold. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSystem, type Outcome } from "../../../host-linux/index.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { buildApps } from "../../../toolchain/compile/index.ts";
import { link } from "../../../toolchain/link/index.ts";
import type { Grant } from "../../../toolchain/link/plan.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { recordFile } from "./recording.ts";
import { Written } from "../written.ts";

const PROGRAMS: Readonly<Record<string, string>> = {
  "worker.ts": `// @wit t:worker/api
import { self } from "atoll:kernel/process";
export function life(): u32 { return self().life; }
`,
  "operator.ts": `// @wit t:operator/main
import { Fault } from "atoll";
import { get } from "atoll:device/configuration";
import { writeLine } from "atoll:device/console";
import { processes } from "atoll:kernel/introspect";
import { self } from "atoll:kernel/process";
import { kill, stop } from "atoll:kernel/supervisor";
import { sleep } from "atoll:kernel/time";
import { life, tryLife } from "t:worker/api";
function pidOf(name: string): u32 {
  const all = processes();
  for (let i = 0; i < all.length; i++) if (all[i].name == name) return all[i].pid;
  return 0;
}
function tell(): void {
  const asked = tryLife();
  writeLine(asked.isOk ? "life " + asked.value.toString() : Fault[asked.error]);
}
export function run(): void {
  tell();
  if (self().life > 1) return;
  const does = get("does");
  if (does == "kill") kill(pidOf("worker"));
  if (does == "stop") stop(pidOf("worker"));
  if (does == "kill itself") kill(self().pid);
  if (does == "stop all") stop(pidOf("test"));
  sleep(does == "stop all" ? 60_000_000 : 1);
  tell();
  const again = kill(pidOf("nobody"));
  writeLine(again.isOk ? "killed nobody" : Fault[again.error]);
}
`,
  "server.ts": `// @wit t:server/api
import { fullness } from "atoll:kernel/mailbox";
import { sleep } from "atoll:kernel/time";
let waiting: u32[] = [];
export function work(text: string): void { sleep(1000); waiting.push(fullness().messages); }
export function waited(): string { return waiting.join(" ") + " of " + fullness().mostMessages.toString(); }
`,
  "client.ts": `// @wit t:client/main
import { writeLine } from "atoll:device/console";
import { held } from "atoll:kernel/capability";
import { Authority } from "atoll:kernel/types";
import { waited, work } from "t:server/api";
export function run(): void {
  for (let i = 0; i < 3; i++) work("a");
  writeLine(waited());
  const mine = held();
  for (let i = 0; i < mine.length; i++) writeLine(Authority[mine[i].allows] + " " + mine[i].usesLeft.toString());
}
`,
};

let folder: Folder;
let kernel: KernelModules;
beforeAll(async () => {
  kernel = await builtKernel();
  folder = await new Folder().write(PROGRAMS);
  await buildApps(Object.keys(PROGRAMS).map((name) => folder.file(name)));
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

interface Other {
  readonly name: string;
  readonly import: string;
  readonly wire: object;
}

const GRANTS: readonly Grant[] = [
  { device: "atoll:device/console" },
  { device: "atoll:kernel/introspect" },
  { device: "atoll:kernel/supervisor" },
];

/** Runs the program as the entry, beside another one. */
async function run(
  entry: string,
  { name, import: imported, wire }: Other,
  does: string = "",
): Promise<{ readonly output: string; readonly outcome: Outcome }> {
  const files = { entry: `./${entry}.wasm`, [name]: `./${name}.wasm` };
  const { plan } = link({
    config: {
      name: "test",
      processes: {
        entry: {
          component: files.entry,
          imports: { [imported]: { process: name, ...wire } },
          grants: GRANTS,
          configuration: { does },
        },
        [name]: { component: `./${name}.wasm` },
      },
      entry: "entry",
      supervisor: {},
    },
    components: new Map(
      Object.values(files).map((file) => [file, readFileSync(folder.file(`build/${file.slice(2)}`))]),
    ),
    kernel,
    reset: true,
  });
  const stdout = new Written();
  const outcome = await runSystem(plan, { base: folder.path, tags: false, stdout, record: recordFile(plan) });
  return { output: stdout.text, outcome };
}

const WORKER = { name: "worker", import: "t:worker/api", wire: {} };
const ended = expect.objectContaining({ kind: "ended", exitCode: 0 });

describe("who is granted supervision", () => {
  it.each([
    ["kill", "life 1\nlife 2\nUnavailable\n", ended],
    ["stop", "life 1\nUnavailable\nUnavailable\n", ended],
    // It does not go on, and is restarted.
    ["kill itself", "life 1\nlife 1\n", ended],
    ["stop all", "life 1\n", expect.objectContaining({ kind: "stopped" })],
  ])("can %s", async (does, output, outcome) => {
    expect(await run("operator", WORKER, does)).toEqual({ output, outcome });
  });
});

it("a process sees what waits for it, and what it holds", async () => {
  const wire = { cast: ["work"], limits: { uses: 10 } };
  const { output, outcome } = await run("client", { name: "server", import: "t:server/api", wire });
  expect(outcome).toEqual(ended);
  expect(output).toBe("3 2 1 of 256\nCall 0\nCall 6\nLook 0\n");
});
