/** Components that use WASI in executables: what works there as on Node, and what is refused; see docs/support.md. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { linuxImage } from "../../host-metal/image/linux.ts";
import { configuration, connect, dir } from "../../toolchain/link/config/grants.ts";
import { buildModule } from "../../toolchain/compile/index.ts";
import { FILL_NOTES, missingSqlite, sqliteShell } from "../guests/sqlite.ts";
import { missing } from "../host-metal/hal/boot.ts";
import { bootableOf, CACHE, nativeOf, onLinux, onMetal, type Behaviour } from "../host-metal/image/hosts.ts";
import { MISSING } from "../host-metal/image/tools.ts";
import { THOROUGH } from "../thorough.ts";
import { CLOCK, CONSOLE, ENTROPY, runGuest, STDIO, wasiGuest, wasiPlan } from "./guest.ts";
import { directoriesIn, makeFolder } from "./rows/filesystem.ts";

const folder = mkdtempSync(join(tmpdir(), "atoll-wasi-image-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("have no network, which is said", async () => {
  const grants = [CLOCK, CONSOLE, ENTROPY, STDIO, connect("127.0.0.1:1")];
  const plan = await wasiPlan(await wasiGuest("tcp"), { grants });
  const made = linuxImage(plan, { output: "never-written", cache: "never-written", optimisation: "fast" });
  await expect(made).rejects.toThrow(/atoll:device\/sockets, function .*: images do not have it/);
});

/** All C of a shim takes a while. */
it.skipIf(MISSING !== undefined || !THOROUGH).each([
  ["cli", ["two words"], "hello, world"],
  ["cli", ["copy"], Buffer.from([0, 0xff, 0x0a, 0x0d, 0x80])],
  ["cli", ["exit-with-code", "7"], ""],
  ["clocks", [], ""],
])(
  "%s %j does what it does on Node",
  async (guest, words, input) => {
    const environment = { HOME: "/nowhere", NAME: "zoë" };
    const grants = [CLOCK, CONSOLE, ENTROPY, STDIO, configuration({ arguments: words, environment })];
    const plan = await wasiPlan(
      await wasiGuest(guest, guest === "cli" ? "export wasi:cli/run@0.2.12;" : undefined),
      { grants },
    );
    // Whoever looks at the clock until it has moved waits for ever in a run with a seed.
    const seed = guest === "clocks" ? undefined : 1;
    const { stdout, outcome } = await runGuest(plan, input, folder, seed);
    const output = join(folder, `${guest}-${words.join("-")}`);
    await linuxImage(plan, { output, cache: CACHE, optimisation: "fast" });
    const env = { ATOLL_TAGS: "0", ...(seed !== undefined && { ATOLL_SEED: String(seed) }) };
    const ran = spawnSync(output, { input, env });
    expect(ran.stdout.toString("latin1")).toBe(stdout.toString("latin1"));
    expect(outcome).toMatchObject({ kind: "ended", exitCode: ran.status });
  },
  300_000,
);

describe.skipIf(MISSING !== undefined || !THOROUGH)("files", () => {
  it("are in executables, and on the bare machine, as on Node", async () => {
    const [node, base] = [join(folder, "as-on-node"), join(folder, "files")];
    for (const each of [node, base]) makeFolder(join(each, "files"));
    const grants = [CLOCK, CONSOLE, ENTROPY, STDIO, ...directoriesIn("files")];
    const plan = await wasiPlan(await wasiGuest("filesystem"), { grants });
    const linked = { plan, base, folder: base };
    const bootable = missing() === undefined ? await bootableOf(linked) : undefined;
    const expected = (await runGuest(plan, "", node)).lines;
    expect(expected.filter((line) => !line.startsWith("ok "))).toEqual([]);
    expect(untagged(onLinux(await nativeOf(linked), linked, {}))).toEqual(expected);
    if (bootable === undefined) return;
    expect(untagged(await onMetal(bootable, linked, { memory: 128 }))).toEqual(expected);
  }, 600_000);

  it.skipIf(missingSqlite() !== undefined)(
    "are enough for SQLite's shell, with a database that is there when it is run again",
    async () => {
      const base = join(folder, "sqlite");
      mkdirSync(join(base, "data"), { recursive: true });
      const file = join(base, "sqlite.wasm");
      writeFileSync(file, await sqliteShell());
      const plan = await wasiPlan(readFileSync((await buildModule(file)).output), {
        arguments: ["/data/test.db"],
        environment: { HOME: "/data" },
        grants: [STDIO, CLOCK, ENTROPY, dir("data", "read-write", { as: "/data" })],
      });
      const linked = { plan, base, folder: base };
      const native = await nativeOf(linked);
      const filled = onLinux(native, linked, { input: `${FILL_NOTES}select count(*), sum(id) from notes;` });
      expect(untagged(filled)).toEqual(["4500|11250000"]);
      const again = onLinux(native, linked, { input: "select count(*) from notes; pragma integrity_check;" });
      expect(untagged(again)).toEqual(["4500", "ok"]);
      const onNode = await runGuest(plan, "select count(*) from notes where body = 'changed';", base);
      expect(onNode.lines).toEqual(["643"]);
      if (missing() !== undefined) return;
      // It is packed, changed in memory, and opened again there.
      const bootable = await bootableOf(linked);
      const input = `delete from notes where id > 100; vacuum;
.open /data/other.db
${FILL_NOTES}
.open /data/test.db
select count(*) from notes; pragma integrity_check;
.open /data/other.db
select count(*), sum(id) from notes;
`;
      expect(untagged(await onMetal(bootable, linked, { input, memory: 256 }))).toEqual([
        "90",
        "ok",
        "4500|11250000",
      ]);
    },
    1_200_000,
  );
});

/** Lines without the name of their process. */
function untagged({ output }: Behaviour): string[] {
  return Buffer.from(output, "latin1")
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => line.replace(/^guest │ /, ""));
}
