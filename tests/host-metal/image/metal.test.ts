/** Images for the bare machine: least memory, both machines, and what they are refused. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metalImage } from "../../../host-metal/image/metal.ts";
import { atoll } from "../../cli/atoll.ts";
import { boot, MACHINES, missing, RINGS } from "../hal/boot.ts";
import { bootableOf, CACHE, linkSystem, type Linked } from "./hosts.ts";
import { fileOf } from "./systems.ts";
import { MISSING } from "./tools.ts";

const reason = missing() ?? MISSING;
if (reason !== undefined) console.warn(`skipped: images for the bare machine: ${reason}`);

const folder = mkdtempSync(join(tmpdir(), "atoll-metal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(reason !== undefined)("a hello", () => {
  const images: string[] = [];
  beforeAll(async () => {
    const linked = await linkSystem("hello", folder);
    for (const ring of RINGS) images.push(await bootableOf(linked, ring));
  });

  it.each(MACHINES)("boots in 16 MiB on %s", async (machine) => {
    const lines = [Buffer.from("main │ Hello, Atoll!").toString("latin1")];
    for (const image of images)
      expect(await boot({ machine, image, words: "" })).toEqual({ lines, status: 0 });
  });

  it("has a ring, which no executable for Linux has", async () => {
    const hello = fileOf({ system: "hello" });
    const args = ["image", "--target", "linux", "--ring", "3", hello];
    const { code, stderr } = await atoll(args, { cwd: folder });
    expect(stderr).toContain("--ring is for --target metal: on Linux, an image is a process like any other.");
    expect(code).toBe(1);
    const asked = ["image", "--target", "metal", "--ring", "1", hello];
    expect((await atoll(asked, { cwd: folder })).stderr).toMatch(/argument '1' is invalid. .*0, 3/);
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
