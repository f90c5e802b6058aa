/** `atoll call` into a system under supervision: what needs no running system works, the rest says so. */
import { afterAll, expect, it } from "vitest";
import { atoll, builtFolder } from "./atoll.ts";

const folder = builtFolder("ticker");
const setting = { cwd: folder.path };
afterAll(() => folder.remove());

it("calls a process that waits for nobody", async () => {
  const { code, stdout } = await atoll(
    ["call", "--system", "system.ts", "--process", "store", "divided", "3"],
    setting,
  );
  expect([stdout, code]).toEqual(["0\n", 0]);
});

it("refuses one that waits for the answers of others", async () => {
  const { code, stdout, stderr } = await atoll(
    ["call", "--system", "system.ts", "--process", "front", "run"],
    setting,
  );
  expect([stdout, code]).toEqual(["", 1]);
  expect(stderr).toMatch(
    /^atoll: ticker: process "front" cannot be called from outside: it waits for answers of process "store" \(\w+ of ticker:store\/api-guarded, a message\), which only a running system has\.\nCall one/m,
  );
});
