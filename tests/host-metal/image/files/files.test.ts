/** Granted directories of images, in C: as on Node, step by step, and what only a tree in memory has. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingCompiler } from "../../../../host-metal/hal/build.ts";
import { leftOut } from "../../../../host-metal/image/left-out.ts";
import { packFiles } from "../../../../host-metal/image/packed-files.ts";
import { dir } from "../../../../index.ts";
import { FILE_ERRORS, type LinkPlan } from "../../../../toolchain/link/plan.ts";
import { guestWith } from "../../../host-linux/files/caller.ts";
import { THOROUGH } from "../../../thorough.ts";
import { answers, harness, type Store } from "./harness.ts";
import { sorted, Stepper } from "./stepper.ts";
import { lineOf, step, type Step } from "./steps.ts";

const SEED = -1_916_506_521;
const reason = missingCompiler();
if (reason !== undefined) console.warn(`skipped: granted directories of images: ${reason}`);

const GRANTED = [
  { path: "data", as: "/data" },
  { path: "texts", write: false },
];
const BLOCK = "x".repeat(4096);

const folder = mkdtempSync(join(tmpdir(), "atoll-image-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function error(name: (typeof FILE_ERRORS)[number]): string {
  return `!${FILE_ERRORS.indexOf(name)}`;
}

function create(slot: number, path: string): Step {
  return ["open", 0, slot, 0, path, 1, 3];
}

/** What every run begins with. */
function prepare(): string {
  const base = join(folder, "first");
  mkdirSync(join(base, "data", "b", "c"), { recursive: true });
  mkdirSync(join(base, "texts"));
  writeFileSync(join(base, "data", "a"), "packed ".repeat(1000));
  writeFileSync(join(base, "data", "b", "a"), "inner");
  symlinkSync("b/a", join(base, "data", "link"));
  writeFileSync(join(base, "texts", "a"), "fixed");
  symlinkSync("a", join(base, "texts", "link"));
  symlinkSync("/etc", join(base, "texts", "b"));
  spawnSync("mkfifo", [join(base, "texts", "pipe")]);
  return base;
}

describe.skipIf(reason !== undefined)("directories by handles, in C", () => {
  const programs = {} as Record<Store, string>;
  let first: string;
  let count = 0;
  beforeAll(() => {
    first = prepare();
    for (const store of ["tree", "linux"] as const) programs[store] = harness(store, folder, first);
  });

  /** As it was at first. */
  const fresh = (): string => {
    const base = join(folder, `run-${count++}`);
    cpSync(first, base, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith("pipe"),
    });
    spawnSync("mkfifo", [join(base, "texts", "pipe")]);
    return base;
  };
  const tell = (store: Store, steps: readonly Step[], base: string, kibibytes?: number): string[] =>
    answers(programs[store], steps.map(lineOf), base, kibibytes).map((line) =>
      line.includes(":") ? sorted(line.trim().split(" ")) : line.trim(),
    );

  it.each(["tree", "linux"] as const)("do on %s what they do on Node, whatever is asked", async (store) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const [base, other] = [fresh(), fresh()];
        const stepper = new Stepper(await guestWith(GRANTED, { base }));
        const expected = steps.map((one) => stepper.answer(one).trim());
        const found = tell(store, steps, other);
        const at = expected.findIndex((text, i) => text !== found[i]);
        const around = { step: steps[at], before: steps.slice(0, at) };
        expect({ ...around, said: found[at] }).toEqual({ ...around, said: expected[at] });
        for (const used of [base, other]) rmSync(used, { recursive: true });
      }),
      { numRuns: THOROUGH ? 1000 : 30, seed: SEED },
    );
  });

  it("say that a tree is full, keep what there was room for, and use again what is given back", () => {
    const written: Step[] = Array.from({ length: 12 }, (_, i) => ["write", 2, i * 4096, BLOCK]);
    const fill: Step[] = [create(2, "full"), ...written, ["stat", 2]];
    // Of 40 KiB some is for names and for where BLOCKs are.
    const said = tell("tree", fill, first, 40);
    const kept = said.filter((line) => line === "4096").length;
    expect(kept).toBeGreaterThan(4);
    expect(said.slice(kept + 1)).toEqual([
      ...Array.from({ length: 12 - kept }, () => error("insufficient-space")),
      `6 1 ${kept * 4096}`,
    ]);
    const again: Step[] = [...fill, ["set-size", 2, 0], ...fill.slice(1)];
    expect(tell("tree", again, first, 40).slice(-fill.length + 1)).toEqual(said.slice(1));
    const parts: Step[] = [...fill, ["set-size", 2, (kept - 2) * 4096], ["append", 2, BLOCK.repeat(3)]];
    expect(tell("tree", parts, first, 40).at(-1)).toBe(String(2 * 4096));
    // Whoever has it open goes on; the last one to close it gives it back.
    const gone: Step[] = [
      ...fill,
      ["unlink", 0, "full"],
      ["read", 2, 1, 0],
      create(2, "other"),
      ["append", 2, BLOCK],
    ];
    expect(tell("tree", gone, first, 40).slice(-4)).toEqual(["ok", "78 0", "ok", "4096"]);
  });

  it("end no file, name or link in the middle when a tree is full", () => {
    for (const make of [
      (i: number): Step => ["mkdir", 0, `directory-${i}`],
      (i: number): Step => ["link", 0, "a", 0, `name-${i}`],
      (i: number): Step => ["symlink", 0, "a", `link-${i}`],
      (i: number): Step => create(2, `file-${i}`),
    ]) {
      const steps = Array.from({ length: 400 }, (_, i) => make(i));
      const said = tell("tree", [...steps, ["list", 0]], first, 16);
      const made = said.filter((line) => line === "ok").length;
      expect(made).toBeGreaterThan(3);
      expect(said.slice(made, -1)).toEqual(
        Array.from({ length: 400 - made }, () => error("insufficient-space")),
      );
      expect(said.at(-1)?.split(" ").length).toBe(3 + made);
    }
  });

  it("have files of up to 4 GiB in a tree, with nothing where nothing was written", () => {
    const most = 2 ** 32;
    const said = tell(
      "tree",
      [
        create(2, "large"),
        ["write", 2, most - 1, "xy"],
        ["write", 2, most, "x"],
        ["stat", 2],
        ["read", 2, 3, most - 2],
        ["set-size", 2, most + 1],
        ["set-size", 2, 5],
        ["set-size", 2, most],
        ["read", 2, 2, most - 2],
      ],
      first,
      64,
    );
    expect(said).toEqual([
      "ok",
      "1",
      error("file-too-large"),
      `6 1 ${most}`,
      "0078 1",
      error("file-too-large"),
      "ok",
      "ok",
      "0000 0",
    ]);
  });

  it.each(["tree", "linux"] as const)(
    "list what is there all the while, on %s, whatever is removed meanwhile",
    (store) => {
      const names = Array.from({ length: 600 }, (_, i) => `n${i}`);
      const steps: Step[] = [
        ["mkdir", 0, "many"],
        ["open", 0, 3, 0, "many", 2, 1],
      ];
      steps.push(...names.map((name): Step => ["mkdir", 3, name]), ["list", 3]);
      steps.push(...names.map((name): Step => ["rmdir", 3, name]), ["list", 3], ["rmdir", 0, "many"]);
      // It is open, and there is no name for it.
      steps.push(["mkdir", 3, "late"], ["list", 3]);
      const said = tell(store, steps, fresh());
      expect(said[602]?.split(" ").length).toBe(600);
      expect(said.slice(-4)).toEqual(["", "ok", error("no-entry"), ""]);
    },
  );

  it("refuse a process directories that has too many descriptors", () => {
    // Two each time, and two at the start: 256 of them.
    const steps = Array.from({ length: 127 }, () => "preopens 0");
    expect(answers(programs.tree, steps, first)).toEqual(steps.map(() => "2"));
    expect(() => answers(programs.tree, [...steps, "preopens 0"], first)).toThrow(
      'refused: files: the granted directory "/data" cannot be opened (quota)',
    );
  });

  it("say at the start that a directory is not there, or is none", () => {
    const base = join(folder, "odd");
    mkdirSync(base);
    const start = (): string =>
      spawnSync(programs.linux, { input: "", env: { ATOLL_FOLDER: base }, encoding: "utf8" }).stdout;
    expect(start()).toBe("atoll: Process test is granted the directory data, which cannot be opened.\n");
    writeFileSync(join(base, "data"), "");
    expect(start()).toBe("atoll: Process test is granted the directory data, which is not a directory.\n");
  });
});

describe("directories that are packed", () => {
  it("must be there, and be directories", () => {
    const base = join(folder, "packed");
    mkdirSync(base);
    const pack = (): unknown => packFiles([{ process: "app", path: "data" }], base);
    expect(pack).toThrow(
      /^Process app is granted the directory data, of which .*data cannot be read \(ENOENT\)\.$/,
    );
    writeFileSync(join(base, "data"), "");
    expect(pack).toThrow("Process app is granted the directory data, which is not a directory.");
  });

  it("are said to be in memory, where they can be changed and there is no Linux", () => {
    const granted = [dir("./data", "read-write"), dir("./texts")].flatMap(({ directories }) => directories);
    const grants = [{ device: "atoll:device/files", directories: granted }];
    const plan = { root: { processes: [{ grants }] } } as unknown as LinkPlan;
    expect(leftOut(plan, "linux")).toEqual([]);
    expect(leftOut(plan, "metal")).toEqual([
      "What is written to ./data is kept in memory, and gone when the machine is switched off.",
    ]);
  });
});
