/** The chat example, smaller, on all hosts: thousands of handles that change hands, casts, alarms, and what comes of them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSystem } from "../../../host-linux/index.ts";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { metalImage } from "../../../host-metal/image/metal.ts";
import { parsePlan } from "../../../toolchain/link/plan-file.ts";
import type { Grant, LinkPlan } from "../../../toolchain/link/plan.ts";
import { atoll } from "../../cli/atoll.ts";
import { THOROUGH } from "../../thorough.ts";
import { boot, missing } from "../hal/boot.ts";
import { MISSING } from "./tools.ts";

const CACHE = join(import.meta.dirname, "../../fixtures/image/build");
const [ROOMS, VISITORS] = [40, 9];

const folder = mkdtempSync(join(tmpdir(), "atoll-chat-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let plan: LinkPlan;
beforeAll(async () => {
  if (MISSING !== undefined) return;
  const linked = join(folder, "chat.atoll");
  const file = join(import.meta.dirname, "../../../components/examples/chat/system.ts");
  const { stderr } = await atoll(["link", file, "-o", linked], { cwd: folder });
  if (!existsSync(linked)) throw new Error(stderr);
  plan = smaller(parsePlan(new Uint8Array(readFileSync(linked))));
});

/** As the user would by `atoll run system.ts -- ROOMS VISITORS SECONDS`, which images have no word for. */
function smaller(whole: LinkPlan): LinkPlan {
  const values = { rooms: `${ROOMS}`, visitors: `${VISITORS}`, seconds: "1" };
  const configured = (grant: Grant): Grant =>
    grant.device === "atoll:device/configuration" ? { ...grant, values } : grant;
  const processes = whole.root.processes.map((process) =>
    Object.assign({}, process, { grants: process.grants.map(configured) }),
  );
  return { ...whole, root: { ...whole.root, processes } };
}

async function onNode(): Promise<string> {
  let output = "";
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      output += chunk.toString();
      done();
    },
  });
  await runSystem(plan, { base: folder, stdout });
  return output;
}

/** Without what depends on the time: how much was said until then. */
function timeless(output: string): string[] {
  const lines = output.trimEnd().split("\n");
  return lines.map((line) => line.replace(/\d+(?= ms| sentences| times)/g, "some"));
}

/** Sentences, and how often they were heard: by all others in a room. */
function talk(output: string): { readonly said: number; readonly heard: number } {
  const [, said, heard] = /(\d+) sentences, heard (\d+) times/.exec(output) ?? [];
  return { said: Number(said), heard: Number(heard) };
}

describe.skipIf(MISSING !== undefined)("the chat example", () => {
  it("runs as a native executable", async () => {
    const image = join(folder, "chat-linux");
    await linuxImage(plan, { output: image, cache: CACHE, optimisation: "fast" });
    const { stdout, status } = spawnSync(image, { encoding: "utf8" });
    expect(status).toBe(0);
    expect(timeless(stdout)).toEqual(timeless(await onNode()));
    const { said, heard } = talk(stdout);
    expect(said).toBeGreaterThan(0);
    expect(heard).toBeLessThanOrEqual(said * (VISITORS - 1));
  });

  // What it needs there is compiled anew; "crowd" of systems.ts does the same things, and is there in any case.
  it.skipIf(missing() !== undefined || !THOROUGH)("runs on the bare machine", async () => {
    const image = join(folder, "chat.elf");
    await metalImage(plan, { output: image, cache: CACHE, optimisation: "fast" });
    const { lines, status } = await boot({ machine: "microvm", image, console: true, memory: 128 });
    const output = Buffer.from(lines.join("\n"), "latin1").toString();
    expect(status).toBe(0);
    expect(timeless(output)).toEqual([
      `evening │ ${ROOMS * (VISITORS + 1)} processes after some ms`,
      "evening │ 1 s: some sentences, heard some times; 0 rooms died and came back",
    ]);
    expect(talk(output).heard).toBeGreaterThan(0);
  });
});
