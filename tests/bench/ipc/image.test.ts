/** The peers in images: they do the reference's work, or are named with what to install. */
import { expect, test, vi } from "vitest";
import { FULL } from "../../../bench/harness/measure.ts";
import { run } from "../../../bench/harness/run.ts";
import { select } from "../../../bench/harness/selection.ts";
import { IPC } from "../../../bench/ipc/benchmark.ts";
import { casesOf, transportNamed } from "../../../bench/ipc/transports.ts";
import { missingEmulator } from "../../../host-metal/boot/emulator.ts";
import { MISSING } from "../../host-metal/image/tools.ts";

// The images may have to be compiled first.
vi.setConfig({ testTimeout: 180_000 });

const TINY = { ...FULL, samples: 1, sampleTime: 0.1, warmUpTime: 0 };

test.skipIf(MISSING !== undefined)("carry every case in a native executable", async () => {
  const transports = ["native-fused", "native-c-call"];
  const report = await run(IPC, { ...select(IPC, transports.join(",")), effort: TINY });
  expect(report.failed).toEqual([]);
  expect(report.missing).toEqual([]);
  const expected = transports.flatMap((name) => casesOf(transportNamed(name)).map((c) => `${name} ${c}`));
  expect(report.rows.map((row) => `${row.transport} ${row.case}`).toSorted()).toEqual(expected.toSorted());
});

test.skipIf(MISSING !== undefined || missingEmulator() !== undefined)(
  "carry cases in an image without Linux",
  async () => {
    const asked = "metal-fused,metal-c-call,u32x2,string-64,bytes-4k-in";
    const report = await run(IPC, { ...select(IPC, asked), effort: TINY });
    expect(report.failed).toEqual([]);
    expect(report.rows).toHaveLength(6);
  },
);

test.skipIf(MISSING !== undefined)("are left out where QEMU is missing", async () => {
  vi.stubEnv("PATH", "/nowhere");
  const report = await run(IPC, { ...select(IPC, "u32x2,metal-direct"), effort: TINY });
  vi.unstubAllEnvs();
  expect(report.rows).toEqual([]);
  expect(report.missing).toMatchObject([
    { transport: "metal-direct", reason: expect.stringContaining("qemu-system-x86_64 is not installed") },
  ]);
});
