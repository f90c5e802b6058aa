/** Machines as peers: they do their work, or are named with what to install; other work gives no number. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { BOOT } from "../../../bench/boot/benchmark.ts";
import { cpio } from "../../../bench/boot/peers/cpio.ts";
import { targets } from "../../../bench/boot/targets.ts";
import { FULL, type Row } from "../../../bench/harness/measure.ts";
import { run } from "../../../bench/harness/run.ts";
import { select } from "../../../bench/harness/selection.ts";
import { ROOT } from "../../../bench/harness/workspace.ts";
import { missingEmulator } from "../../../host-metal/boot/emulator.ts";
import { MISSING } from "../../host-metal/image/tools.ts";
import { THOROUGH } from "../../thorough.ts";

// The image may have to be compiled first.
vi.setConfig({ testTimeout: 120_000 });

const SERVE = join(ROOT, "bench/boot/serve.ts");
const TINY = { ...FULL, samples: 1, warmUpTime: 0 };

test.skipIf(!THOROUGH || (MISSING ?? missingEmulator()) !== undefined)(
  "machines boot in each case",
  async () => {
    const report = await run(BOOT, { ...select(BOOT, "atoll-microvm,qemu-floor"), effort: TINY });
    expect(report.failed).toEqual([]);
    const rows = report.rows.map((row) => `${row.case} ${row.transport}`).toSorted();
    const cases = ["exit", "first-output"];
    expect(rows).toEqual(cases.flatMap((name) => [`${name} atoll-microvm`, `${name} qemu-floor`]));
  },
);

test("machines are left out where QEMU is missing", async () => {
  vi.stubEnv("PATH", "/nowhere");
  const report = await run(BOOT, { ...select(BOOT, "qemu-floor"), effort: TINY });
  vi.unstubAllEnvs();
  expect(report.rows).toEqual([]);
  expect(report.missing).toMatchObject([
    { transport: "qemu-floor", hint: expect.stringContaining("apt-get") },
  ]);
});

test.each([
  ["says something else", ["0", "Hello", "echo", "Good bye"]],
  ["ends otherwise", ["1", "Hello", "echo", "Hello"]],
  ["cannot be started", ["0", "Hello", "is-not-there"]],
])("what %s is an error and no time", async (_, words) => {
  const peer = spawn(process.execPath, [SERVE, ...words]);
  peer.stdin.write("first-output 1\n");
  let text = "";
  peer.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split("\n").length > 2) peer.stdin.end();
  });
  await once(peer, "close");
  expect(text).toMatch(/^ready\nerror .+\n$/);
});

test.runIf(process.platform === "linux").each(["the input's end", "SIGTERM"])(
  "no machine is left behind by %s",
  async (way) => {
    const forever = "console.error(process.pid); setInterval(() => {}, 1000)";
    const peer = spawn(process.execPath, [SERVE, "0", "Hello", process.execPath, "-e", forever]);
    peer.stdin.write("exit 1\n");
    const [said] = (await once(peer.stderr, "data")) as [Buffer];
    if (way === "SIGTERM") peer.kill("SIGTERM");
    else peer.stdin.end();
    await once(peer, "close");
    while (isRunning(said.toString().trim())) await new Promise((resolve) => setTimeout(resolve, 20));
  },
);

/** Whoever is to be told of its end may take a while. */
function isRunning(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function row(transport: string, median: number): Row {
  return { case: "first-output", transport, min: 1, median, max: median };
}

test("targets compare medians", () => {
  const rows = [row("atoll-microvm", 50), row("qemu-floor", 40), row("linux-vm", 1000)];
  const verdicts = targets(rows).map(({ of, ratio, reached }) => [of, ratio, reached]);
  expect(verdicts).toEqual([
    ["atoll-microvm", 1.25, true],
    ["linux-vm", 20, false],
  ]);
});

test("an initial file system has each entry and its contents where Linux looks for them", () => {
  const bytes = Buffer.from(
    cpio([
      { name: "dev/console", mode: 0o20600, device: [5, 1] },
      { name: "init", mode: 0o100755, contents: Buffer.from("program") },
    ]),
  );
  const found: unknown[] = [];
  for (let at = 0; at < bytes.length;) {
    expect(bytes.toString("latin1", at, at + 6)).toBe("070701");
    const field = (i: number): number =>
      parseInt(bytes.toString("latin1", at + 6 + 8 * i, at + 14 + 8 * i), 16);
    const name = at + 110;
    const contents = (name + field(11) + 3) & ~3;
    const end = contents + field(6);
    const text = bytes.toString("latin1", contents, end);
    found.push([bytes.toString("latin1", name, name + field(11) - 1), field(1), field(9), field(10), text]);
    at = (end + 3) & ~3;
  }
  expect(found).toEqual([
    ["dev/console", 0o20600, 5, 1, ""],
    ["init", 0o100755, 0, 0, "program"],
    ["TRAILER!!!", 0, 0, 0, ""],
  ]);
});
