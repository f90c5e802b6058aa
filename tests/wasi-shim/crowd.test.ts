/** Many idle connections of one process: it answers one of them, and nobody else is in its way. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { listen } from "../../index.ts";
import { THOROUGH } from "../thorough.ts";
import { CLOCK, CONSOLE, wasiGuest, wasiPlan } from "./guest.ts";
import { portOf, start } from "./running.ts";

const COUNT = THOROUGH ? 10_000 : 300;
/** Of this process, which needs some for itself. */
const SPARE = 300;
const VISITORS = new URL("visitors.ts", import.meta.url).pathname;

function mostOpenFiles(): number {
  const [, soft = "0"] = /^Max open files\s+(\w+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  return soft === "unlimited" ? Infinity : Number(soft);
}

it(`answers one of ${COUNT} connections`, { timeout: 300_000 }, async ({ skip }) => {
  const most = mostOpenFiles();
  skip(
    most < COUNT + SPARE,
    `a process may have ${most} files open here, ${COUNT + SPARE} are needed: ulimit -n`,
  );
  const guest = await wasiGuest("peer");
  const configuration = { what: "crowd", connections: String(COUNT) };
  const server = start(await wasiPlan(guest, { grants: [CLOCK, CONSOLE, listen(0)], configuration }));
  const port = await portOf(server);
  const visitors = promisify(execFile)(process.execPath, [VISITORS, String(port), String(COUNT)]);
  await server.line("all are there");
  expect((await visitors).stdout).toBe("is anybody there?");
  expect(await server.outcome).toMatchObject({ kind: "ended", exitCode: 0 });
});
