/** How an image is made: once for each part, the same each time, with errors that say what to do. */
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import type { SizeReport } from "../../../host-metal/image/report/size-report.ts";
import type { Grant, LinkPlan } from "../../../toolchain/link/plan.ts";
import { builtKernel } from "../../../kernel/built.ts";
import { ALLOCATOR, component, CONSOLE, linked, supervised } from "../../toolchain/link/guests.ts";
import { MISSING } from "./tools.ts";

const SHARED = join(import.meta.dirname, "../../fixtures/image/build");

const folder = mkdtempSync(join(tmpdir(), "atoll-build-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a text and ends with a code. */
async function speaker(text: string): Promise<LinkPlan> {
  const bytes = await component(
    "package t:a; world w { import atoll:device/console@0.1.0; export run: func() -> result<_, string>; }",
    `(module
      (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
      (data (i32.const 16) ${JSON.stringify(text)})
      (func (export "run") (result i32) (call $write (i32.const 16) (i32.const ${text.length})) (i32.const 8))
      ${ALLOCATOR})`,
    "utf8",
  );
  return linked({ app: { bytes, grants: [CONSOLE] } }, "app").plan;
}

function ofGuest({ rows }: SizeReport): number {
  return rows.find(({ part }) => part === "guest")?.bytes ?? 0;
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

let plan: LinkPlan;
beforeAll(async () => {
  plan = await speaker("hello");
});

describe.skipIf(MISSING !== undefined)("an image", () => {
  it("is the same when it is made twice, wherever that is", async () => {
    const [one, other] = [join(folder, "one"), join(folder, "other")];
    await linuxImage(plan, { output: one, cache: join(folder, "cache"), optimisation: "fast" });
    await linuxImage(plan, { output: other, cache: SHARED, optimisation: "fast" });
    expect(hashOf(one)).toBe(hashOf(other));
    expect(spawnSync(one).stdout.toString()).toBe("app │ hello\n");
  });

  it("is made of the parts that were made before", async () => {
    const output = join(folder, "again");
    const cache = join(folder, "cache");
    const again = await linuxImage(plan, { output, cache, optimisation: "fast" });
    expect(again.made).toBe(0);
    const changed = await linuxImage(await speaker("goodbye"), { output, cache, optimisation: "fast" });
    // Header, code and object of the one module, the object of the system, the whole.
    expect(changed.made).toBe(5);
    expect(spawnSync(output).stdout.toString()).toBe("app │ goodbye\n");
  });

  it("tells where all its bytes are", async () => {
    const output = join(folder, "sizes");
    const image = await linuxImage(plan, { output, cache: SHARED, optimisation: "fast" });
    const { bytes, rows, absent } = await image.sizes();
    expect(bytes).toBe(readFileSync(output).length);
    expect(rows.reduce((sum, row) => sum + row.bytes, 0)).toBe(bytes);
    expect(Math.min(...rows.flatMap((row) => [row.bytes, row.zeros]))).toBe(0);
    const names = rows.map(({ part, name }) => `${part} ${name ?? ""}`.trim());
    expect(names).toEqual(expect.arrayContaining(["guest app", "device console", "runtime", "C library"]));
    expect(absent).toContainEqual({ part: "device", name: "entropy" });
    // What only this module can be: its code, and its data twice as long.
    const longer = await linuxImage(await speaker("hello".repeat(100)), {
      output,
      cache: SHARED,
      optimisation: "fast",
    });
    const more = ofGuest(await longer.sizes()) - ofGuest({ bytes, rows, absent });
    expect([more >= 495, more < 1000]).toEqual([true, true]);
  });

  it("is refused arguments that nobody reads", async () => {
    const output = join(folder, "arguments");
    await linuxImage(plan, { output, cache: SHARED, optimisation: "fast" });
    const { status, stderr } = spawnSync(output, ["these"]);
    expect(status).toBe(1);
    expect(stderr.toString()).toBe(
      "atoll: test: expected no arguments, found these: its entry process does not import atoll:device/configuration.\n",
    );
  });
});

it("says what to install where there is no compiler", async () => {
  const making = linuxImage(plan, { output: join(folder, "none"), cache: SHARED, compiler: "no-such-cc" });
  await expect(making).rejects.toThrow(
    "there is no no-such-cc.\nOn Debian or Ubuntu: apt-get install gcc libc6-dev",
  );
});

it("says that a system has too many processes", async () => {
  const processes = Array.from({ length: 2049 }, () => plan.root.processes[0]!);
  const many = { ...plan, root: { ...plan.root, processes } };
  await expect(linuxImage(many, { output: join(folder, "none"), cache: SHARED })).rejects.toThrow(
    "System test has 2049 processes, and an image may have 2048 besides those that are made at run time.",
  );
});

it("says that a system without an entry cannot be one", async () => {
  const { entry: _, ...root } = plan.root;
  const making = linuxImage({ ...plan, root }, { output: join(folder, "none"), cache: SHARED });
  await expect(making).rejects.toThrow(
    'System test has no entry: nothing says what to run. Write `entry: "NAME"`',
  );
});

it.each<[Grant, string, string, number, string]>([
  [
    { device: "atoll:device/sockets", listen: [], connect: [] },
    "atoll:device/sockets",
    "create-tcp-socket",
    2,
    "They have no TCP, no UDP and no lookup of names.",
  ],
  [
    { device: "atoll:device/http-client", to: [] },
    "atoll:device/http-client",
    "trailers",
    2,
    "They ask no servers by HTTP.",
  ],
])("says that images have no network yet: %j", async (grant, device, name, parameters, instead) => {
  const bytes = await component(
    `package t:a; world w { import ${device}@0.1.0; export run: func() -> result<_, string>; }`,
    `(module
      (import "${device}@0.1.0" "${name}" (func $ask (param ${"i32 ".repeat(parameters)})))
      (func (export "run") (result i32) (call $ask ${"(i32.const 16) ".repeat(parameters)}) (i32.const 32))
      ${ALLOCATOR})`,
    "utf8",
  );
  const kernel = await builtKernel();
  const { plan } = supervised({ web: { bytes, grants: [grant] } }, { entry: "web", kernel });
  const making = linuxImage(plan, { output: join(folder, "none"), cache: SHARED });
  await expect(making).rejects.toThrow(
    `${device}, function ${name}: images do not have it yet. ${instead} Run the system on Node: atoll run.`,
  );
});
