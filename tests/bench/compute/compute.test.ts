/** The programs that only compute: the C beside them does the same work, and the tables say what was missing. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inC, startedAlone } from "../../../bench/compute/executables.ts";
import { markdownTable, report } from "../../../bench/compute/report.ts";
import { linked, startedOnV8 } from "../../../bench/compute/v8.ts";
import { openWorkspace, ROOT } from "../../../bench/harness/workspace.ts";
import { missingCompiler } from "../../../host-metal/hal/build.ts";
import { compileLean } from "../../../toolchain/compile/index.ts";

const TEXT = Buffer.from('{"a": [1, 20, -3], "b": {"c\\"": true, "d": null}}\n');

test.skipIf(missingCompiler() !== undefined).each(["sort", "json-scan"])(
  "%s in C gives the checksums of the one on V8",
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), "atoll-compute-"));
    try {
      const output = join(folder, "program.wasm");
      await compileLean({ app: join(ROOT, `bench/compute/programs/${name}.ts`), output });
      const onV8 = startedOnV8(linked(readFileSync(output)), TEXT);
      const alone = await startedAlone(await inC(name, openWorkspace()), TEXT);
      for (const round of [0, 7]) expect((await alone.run(round)).checksum).toBe(onV8.run(round) >>> 0);
      alone.end();
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

describe("the tables", () => {
  const measured = { program: "sort", plain: 100, metered: 110, fuel: 1_000_000 };

  test("hold executables against V8", () => {
    const all = [{ ...measured, native: 120, c: 60 }];
    expect(report(all)).toContain("worst 1.20 × of V8, OVER the limit of 1.15 ×");
    expect(markdownTable(all)).toContain("| sort | 100.00 ms | 120.00 ms | 60.00 ms | 1.20 × |");
  });

  test("say why there are no executables", () => {
    const all = [{ ...measured, missing: "there is no cc." }];
    expect(report(all)).toContain("No executables: there is no cc.");
    expect(markdownTable(all)).toContain("| sort | 100.00 ms |  |  |  |");
  });
});
