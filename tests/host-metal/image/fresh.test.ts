/** The same inputs give the same image: all of it is made from nothing in two places, and compared. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atoll } from "../../cli/atoll.ts";
import { MISSING } from "./tools.ts";

const FIXTURE = join(import.meta.dirname, "../../fixtures/image/hello");
const parent = mkdtempSync(join(tmpdir(), "atoll-fresh-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
/** Of different length, since paths would be in a file as they are. */
const places = ["one", "the-other"].map((name) => join(parent, name));

/** A disk has all that the ELF file has, but for what only debuggers read. */
const IMAGES = [
  "--target metal -o hello.img",
  "--target metal -o hello.elf",
  "--target metal --ring 3 -o hello-ring3.elf",
  "--target metal --debug -o hello-debug.elf",
  "--target linux -o hello",
  "--target linux --debug -o hello-debug",
];

describe.skipIf(MISSING !== undefined)("an image from nothing", () => {
  beforeAll(() => {
    for (const place of places) {
      mkdirSync(place);
      for (const name of readdirSync(FIXTURE).filter((it) => it.endsWith(".ts")))
        copyFileSync(join(FIXTURE, name), join(place, name));
    }
  });

  it.each(IMAGES)("is the same in another folder: %s", { timeout: 240_000 }, async (options) => {
    const words = options.split(" ");
    const output = words.at(-1) ?? "";
    const images = await Promise.all(
      places.map(async (cwd) => {
        const { code, stderr } = await atoll(["image", "system.ts", ...words], { cwd });
        if (code !== 0) throw new Error(stderr);
        return readFileSync(join(cwd, output));
      }),
    );
    expect(images[0]?.equals(images[1] ?? Buffer.alloc(0))).toBe(true);
  });
});
