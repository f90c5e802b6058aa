/**
 * The specification's own tests, against decoders, validation, linker and host.
 *
 * Run alone: `npx vitest run tests/conformance`. `ATOLL_BLESS=1` writes
 * `not-yet.txt` anew.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Assembler } from "./assembler.ts";
import { linuxEngine } from "./engine.ts";
import { readList, writeList, wrongReasons } from "./not-yet.ts";
import { type Outcome, runScript } from "./runner.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/conformance/component-model", import.meta.url));
const present = existsSync(FOLDER);
if (!present)
  console.warn("conformance tests skipped: ../shared/conformance/component-model is not beside the project");

describe.skipIf(!present)("the specification's tests", () => {
  const files = present ? globSync("*/*.wast", { cwd: FOLDER }).sort() : [];
  const outcomes = new Map<string, Outcome[]>();
  let assembler: Assembler;
  beforeAll(() => {
    assembler = new Assembler();
  });
  afterAll(async () => {
    await assembler.close();
    console.table(table(outcomes));
  });

  test.each(files)("%s", async (file) => {
    const run = await runScript(readFileSync(`${FOLDER}/${file}`, "utf8"), assembler, linuxEngine);
    outcomes.set(file, run);
    expect(run.length).toBeGreaterThan(0);
  });

  test("what does not pass is what not-yet.txt lists", () => {
    const failing = files.flatMap((file) =>
      (outcomes.get(file) ?? []).flatMap(({ line, reason }) =>
        reason === undefined ? [] : [`${file}:${line} ${reason}`],
      ),
    );
    if (process.env["ATOLL_BLESS"] === "1") writeList(failing);
    expect(readList()).toEqual(failing);
    expect(wrongReasons(failing)).toEqual([]);
  });
});

/** Passed and all, by folder and file. */
function table(
  outcomes: ReadonlyMap<string, readonly Outcome[]>,
): Record<string, { passed: number; of: number }> {
  return Object.fromEntries(
    [...outcomes].map(([file, run]) => [
      file.replace(basename(file), basename(file, ".wast")),
      { passed: run.filter(({ reason }) => reason === undefined).length, of: run.length },
    ]),
  );
}
