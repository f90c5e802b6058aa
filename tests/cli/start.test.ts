/** What the command line keeps from one start to the next. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { atoll, workFolder } from "./atoll.ts";

const folder = workFolder();
afterAll(() => folder.remove());

const startWith = (cache: string): Promise<unknown> =>
  atoll(["--version"], {
    cwd: folder.path,
    env: { XDG_CACHE_HOME: cache, NODE_COMPILE_CACHE: undefined, NODE_DISABLE_COMPILE_CACHE: undefined },
  });

it("keeps what it has compiled", async () => {
  expect(await startWith(folder.path)).toMatchObject({ code: 0, stderr: "" });
  const kept = readdirSync(join(folder.path, "atoll"), { recursive: true });
  expect(kept.length).toBeGreaterThan(5);
});

it("starts where nothing can be kept", async () => {
  const file = join(folder.path, "file");
  writeFileSync(file, "");
  expect(await startWith(file)).toMatchObject({ code: 0, stderr: "" });
});
