/** The chat example: what is said is heard by all others in the room, and a room that dies comes back. */
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { atoll, workFolder } from "../../cli/atoll.ts";

const SYSTEM = join(import.meta.dirname, "../../../components/examples/chat/system.ts");
const folder = workFolder();
const setting = { cwd: folder.path };
afterAll(() => folder.remove());

it("carries what 1,200 processes say, and loses no room for good", async () => {
  const [rooms, each, seconds] = [200, 5, 4];
  const args = ["run", SYSTEM, "--", String(rooms), String(each), String(seconds)];
  const { code, stdout, stderr } = await atoll(args, setting);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(`${rooms + rooms * each} processes after `);
  const last = /4 s: (\d+) sentences, heard (\d+) times; (\d+) rooms died/.exec(stdout);
  const [said = 0, heard = 0, died] = last?.slice(1).map(Number) ?? [];
  expect(said).toBeGreaterThanOrEqual(rooms * each);
  // Rude visitors: numbers 499 and 999, each in a room of its own.
  expect(died).toBe(2);
  // Everybody but who said it, and what was under way when they were counted. The rude ones fell with their
  // rooms, and nobody asks them any more: others have heard two sentences of each.
  expect(heard).toBeGreaterThan(0.5 * said * (each - 1));
  expect(heard).toBeLessThanOrEqual((said + 2 * 2) * (each - 1));
  expect(stderr.match(/process room died \(crashed\).*gave up: somebody turned the light off/g)).toHaveLength(
    2,
  );
});
