/** Images for the bare machine: least memory, both machines, and what they are refused. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metalImage } from "../../../host-metal/image/metal.ts";
import { boot, MACHINES, missing } from "../hal/boot.ts";
import { bootableOf, CACHE, linkSystem, type Linked } from "./hosts.ts";
import { MISSING } from "./tools.ts";

const reason = missing() ?? MISSING;
if (reason !== undefined) console.warn(`skipped: images for the bare machine: ${reason}`);

const folder = mkdtempSync(join(tmpdir(), "atoll-metal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(reason !== undefined)("a hello", () => {
  let image: string;
  beforeAll(async () => {
    image = await bootableOf(await linkSystem("hello", folder));
  });

  it.each(MACHINES)("boots in 16 MiB on %s", async (machine) => {
    expect(await boot({ machine, image, words: "" })).toEqual({
      lines: [Buffer.from("main │ Hello, Atoll!").toString("latin1")],
      status: 0,
    });
  });
});

describe.skipIf(reason !== undefined)("a directory that was granted to a system", () => {
  let linked: Linked;
  beforeAll(async () => {
    linked = await linkSystem("devices", folder);
  });
  const makingWith = (base: string): Promise<unknown> =>
    metalImage(linked.plan, { output: join(folder, "none"), cache: CACHE, optimisation: "fast", base });

  it("must be there when the image is made", async () => {
    await expect(makingWith(join(folder, "elsewhere"))).rejects.toThrow(
      /^Process main is granted the directory \.\/texts, of which .*elsewhere\/texts cannot be read \(ENOENT\)\.$/,
    );
  });

  it("must be a directory", async () => {
    const base = join(folder, "file");
    mkdirSync(base);
    writeFileSync(join(base, "texts"), "");
    await expect(makingWith(base)).rejects.toThrow(
      "Process main is granted the directory ./texts, which is not a directory.",
    );
  });
});
