/** A process that dies again and again with all that it has open. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { dir } from "../../index.ts";
import { CONSOLE, runGuest, wasiGuest, wasiPlan } from "./guest.ts";

const folder = mkdtempSync(join(tmpdir(), "atoll-hoards-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("leaves nothing open to its next life", async () => {
  mkdirSync(join(folder, "data"));
  const grants = [CONSOLE, dir("data", "read-write"), dir("/proc/self/fd", "read")];
  const plan = await wasiPlan(await wasiGuest("hoards"), { grants, restart: "permanent" });
  const { lines } = await runGuest(plan, "", folder);
  expect(lines.length).toBeGreaterThan(2);
  const [first = 0, ...later] = lines.map(Number);
  // The host itself may open a few in between.
  expect(Math.max(...later)).toBeLessThan(first + 50);
});
