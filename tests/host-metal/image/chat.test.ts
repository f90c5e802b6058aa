/**
 * The chat example, smaller, on all hosts: handles that change hands, casts, alarms, and what comes of them.
 *
 * In the slow tests: `crowd` of systems.ts does the same things in `npm test`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missing } from "../hal/boot.ts";
import {
  bootableOf,
  linkSystem,
  nativeOf,
  onLinux,
  onMetal,
  onNode,
  type Behaviour,
  type Linked,
} from "./hosts.ts";
import { MISSING } from "./tools.ts";

/** As tests/fixtures/image/chat has them. */
const [ROOMS, VISITORS] = [12, 4];
/** Milliseconds, as in parity.test.ts. */
const FROM_NOTHING = 300_000;

const folder = mkdtempSync(join(tmpdir(), "atoll-chat-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let linked: Linked;
beforeAll(async () => {
  if (MISSING === undefined) linked = await linkSystem("chat", folder);
});

/** Without what depends on the time: how much was said until then. */
function timeless({ output, exitCode }: Behaviour): { readonly lines: string[]; readonly exitCode: unknown } {
  const lines = Buffer.from(output, "latin1").toString().trimEnd().split("\n");
  return { lines: lines.map((line) => line.replace(/\d+(?= ms| sentences| times)/g, "some")), exitCode };
}

const EXPECTED = {
  lines: [
    `evening │ ${ROOMS * (VISITORS + 1)} processes after some ms`,
    "evening │ 1 s: some sentences, heard some times; 0 rooms died and came back",
  ],
  exitCode: 0,
};

/** Something was said, and heard by none but the others in the room. */
function expectTalk({ output }: Behaviour): void {
  const [, said, heard] = /(\d+) sentences, heard (\d+) times/.exec(output) ?? [];
  expect(Number(heard)).toBeGreaterThan(0);
  expect(Number(heard)).toBeLessThanOrEqual(Number(said) * (VISITORS - 1));
}

describe.skipIf(MISSING !== undefined)("the chat example", () => {
  it("runs on Node", async () => {
    const behaviour = await onNode(linked, {});
    expect(timeless(behaviour)).toEqual(EXPECTED);
    expectTalk(behaviour);
  });

  it(
    "runs as a native executable",
    async () => {
      const behaviour = onLinux(await nativeOf(linked), linked, {});
      expect(timeless(behaviour)).toEqual(EXPECTED);
      expectTalk(behaviour);
    },
    FROM_NOTHING,
  );

  it.skipIf(missing() !== undefined)(
    "runs on the bare machine",
    async () => {
      const behaviour = await onMetal(await bootableOf(linked), linked, { memory: 32 });
      expect(timeless(behaviour)).toEqual(EXPECTED);
      expectTalk(behaviour);
    },
    FROM_NOTHING,
  );
});
