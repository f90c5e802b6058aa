/**
 * One folder per mistake: what an author sees for it.
 *
 * tests/fixtures/mistakes/NAME has app.ts, perhaps more files and options.json,
 * and expected.txt. `npx vitest run tests/toolchain/compile/mistakes -u` blesses
 * the messages as they are; read the diff.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  CompileError,
  compileLean,
  formatDiagnostic,
  type LeanOptions,
} from "../../../toolchain/compile/index.ts";

const ROOT = resolve(import.meta.dirname, "../../fixtures/mistakes");
const OWN_INTERFACES = /(Atoll's own interfaces \(atoll:device\/console@0\.1\.0)(, atoll:[\w/-]+@[\d.]+)+\)/;
const NAMES = readdirSync(ROOT).sort();

describe("every mistake has its message", () => {
  test.each(NAMES)("%s", async (name) => {
    await expect(await messagesOf(name)).toMatchFileSnapshot(join(ROOT, name, "expected.txt"));
  });
});

test("every message says what to do, or is AssemblyScript's own", () => {
  const without = NAMES.filter((name) => !read(name, "expected.txt").includes("help:"));
  expect(without).toEqual(["syntax", "type-mismatch", "unknown-name", "wrong-argument"]);
});

/** The messages in a copy of the folder, so that a build leaves nothing among the fixtures. */
async function messagesOf(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-mistake-"));
  cpSync(join(ROOT, name), folder, { recursive: true });
  try {
    await compileLean({ app: join(folder, "app.ts"), ...optionsOf(folder) });
    return "no error\n";
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    const texts = error.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, folder));
    const text = texts.join("\n\n").replaceAll(`${folder}/`, "");
    // All of them, the first one in any case: others come with each new interface.
    return `${text.replace(OWN_INTERFACES, "$1, …)")}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Empty if it is not there: vitest writes new files when all tests are done. */
function read(name: string, file: string): string {
  const path = join(ROOT, name, file);
  return existsSync(path) ? readFileSync(path, "utf8") : "help:";
}

function optionsOf(folder: string): Partial<LeanOptions> {
  const path = join(folder, "options.json");
  if (!existsSync(path)) return {};
  const { wit, ...rest } = JSON.parse(readFileSync(path, "utf8")) as { wit: string };
  return { ...rest, wit: join(folder, wit) };
}
