/** A real program: SQLite's shell, its sources unmodified, with a database in a granted directory. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dir, stdio } from "../../index.ts";
import type { Grant } from "../../toolchain/link/plan.ts";
import { buildModule } from "../../toolchain/compile/index.ts";
import { FILL_NOTES, missingSqlite, sqliteShell } from "../guests/sqlite.ts";
import { CLOCK, ENTROPY, runGuest, wasiPlan, type Ran } from "./guest.ts";

const MISSING = missingSqlite();
if (MISSING !== undefined) console.warn(`skipped: SQLite: ${MISSING}`);

let folder: string;
let component: Uint8Array;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "atoll-sqlite-"));
  mkdirSync(join(folder, "data"));
  if (MISSING !== undefined) return;
  const file = join(folder, "sqlite.wasm");
  writeFileSync(file, await sqliteShell());
  component = readFileSync((await buildModule(file)).output);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The shell with that on its standard input; the database is in `where`, a folder of the test. */
async function sqlite(sql: string, where = "data"): Promise<Ran> {
  return run(sql, "/data/test.db", dir(where, "read-write", { as: "/data" }));
}

async function run(sql: string, database: string, grant: Grant): Promise<Ran> {
  const plan = await wasiPlan(component, {
    arguments: [database],
    environment: { HOME: "/data" },
    grants: [stdio(), CLOCK, ENTROPY, grant],
  });
  return runGuest(plan, sql, folder);
}

describe.skipIf(MISSING !== undefined)("SQLite's shell", () => {
  it("creates and fills a database, and another run of it reads and changes that", async () => {
    const filled = await sqlite(`${FILL_NOTES}select count(*), sum(id) from notes;`);
    expect(filled).toMatchObject({ lines: ["4500|11250000"], stderr: "", outcome: { exitCode: 0 } });
    const path = join(folder, "data/test.db");
    expect(readFileSync(path).subarray(0, 15).toString()).toBe("SQLite format 3");
    const before = statSync(path).size;
    const again = await sqlite(
      `select count(*) from notes where body = 'changed'; select id from notes where title = 'note 42' limit 2;
       delete from notes where id > 100; vacuum; select count(*) from notes; pragma integrity_check;`,
    );
    expect(again).toMatchObject({ lines: ["643", "42", "142", "90", "ok"], outcome: { exitCode: 0 } });
    expect(statSync(path).size).toBeLessThan(before / 10);
    expect(readdirSync(join(folder, "data"))).toEqual(["test.db"]);
  });

  it("reads a database that it was granted for reading, and is refused any change of it", async () => {
    const granted = dir("data", "read", { as: "/data" });
    const before = readFileSync(join(folder, "data/test.db"));
    // Without locks, which would be files beside it.
    const read = await run(
      "select count(*) from notes; delete from notes;",
      "file:/data/test.db?immutable=1",
      granted,
    );
    expect(read).toMatchObject({ lines: ["90"], outcome: { exitCode: 1 } });
    expect(read.stderr).toMatch(/attempt to write a readonly database/);
    const locked = await run("delete from notes;", "/data/test.db", granted);
    expect(locked.stderr).toMatch(/disk I\/O error/);
    expect(readFileSync(join(folder, "data/test.db"))).toEqual(before);
  });

  it("says that the disk is full, and its database is whole after that", async ({ skip }) => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=131072", "none", disk], { stdio: "pipe" });
    } catch {
      skip("no small file system can be mounted here");
    }
    try {
      const full = await sqlite(FILL_NOTES, "disk");
      expect(full.stderr).toMatch(/database or disk is full/);
      const after = await sqlite("select count(*) from notes; pragma integrity_check;", "disk");
      expect(after).toMatchObject({ lines: ["0", "ok"], stderr: "" });
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});
