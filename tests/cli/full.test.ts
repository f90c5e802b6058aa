/** The full dialect from the command line: lean, JavaScript and C in one system, and what people get wrong. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildModule } from "../../toolchain/compile/index.ts";
import { FULL_PACKAGES, missing, missingForFull, wasiGuest } from "../guests/make.ts";
import { atoll, type Ended, workFolder } from "./atoll.ts";

const ABSENT = missingForFull() ?? missing("C with wasi-libc");
if (ABSENT !== undefined) console.warn(`skipped: the full dialect: ${ABSENT}`);

const folder = workFolder("full");
const setting = { cwd: folder.path, env: { ATOLL_FULL_PACKAGES: FULL_PACKAGES } };
const file = (name: string): string => join(folder.path, name);
afterAll(() => folder.remove());

function call(...words: string[]): Promise<Ended> {
  return atoll(["call", "--system", "system.ts", "--process", "main", ...words], setting);
}

describe.skipIf(ABSENT !== undefined)("a system of lean, JavaScript and C", () => {
  let built: Ended;
  beforeAll(async () => {
    mkdirSync(file("build"));
    writeFileSync(file("words-module.wasm"), await wasiGuest("words", ["-mexec-model=reactor"]));
    const wit = join(import.meta.dirname, "../guests/c/wasi/words.wit");
    await buildModule(file("words-module.wasm"), { wit, output: file("build/words.wasm") });
    built = await atoll(["build"], setting);
  });

  it("is built, and the engine and the world are told", () => {
    expect(built.stdout).toMatch(/^build\/tally\.wasm {2}[\d.]+ KiB {2}[\d.]+ s\nbuild\/main\.wasm /);
    expect(built.stderr).toMatch(/^Building tally\.ts …\nBuilding main\.ts …\n/);
    expect(built.stderr).toContain("tally.ts: QuickJS (the smaller one, and the world needs no other)");
    expect(built.stderr).toContain("world: wit, world tally");
    const types = readFileSync(file("build/types/tally/world.d.ts"), "utf8");
    expect(types).toContain("export function count(text: string): Array<[string, number]>;");
    expect(existsSync(file("build/types/tsconfig.json"))).toBe(true);
  });

  it("calls from one to the other and back", async () => {
    const { stdout, stderr } = await call("report", '"b a b c ü"', "0");
    expect(stderr).toBe("");
    expect(stdout).toBe('"a=1 b=2 c=1 ü=1 "\n');
    expect((await call("add", "2")).stdout).toBe('"42, total 5"\n');
  });

  it("has values that are thrown as the error case, and lines of TypeScript for an Error", async () => {
    expect((await call("add", "--", "-2")).stdout).toBe('"error: -2 is less than nothing, total 1"\n');
    const { code, stderr } = await call("add", "2000");
    expect(stderr).toMatch(
      /process tally trapped at .*: it gave up: RangeError: a defect, and no answer\n {4}at tally\.ts:14 {2}add\n/,
    );
    expect(stderr).toMatch(/called by main through my:tally\/api-guarded@0\.1\.0\n {4}main\.ts:14:15/);
    expect(code).toBe(1);
  });

  it("goes on when its caller asked for the fault", async () => {
    const { stdout, stderr } = await call("survive", '"x"');
    expect(stdout).toBe("true\n");
    expect(stderr).toMatch(
      /RangeError: no x\n {4}at deeper\.ts:11 {2}inner\n {4}at deeper\.ts:7 {2}deeper\n/,
    );
    expect((await call("survive", '"luck"')).stderr).toContain("there are no random numbers without WASI");
  });
});

const run = (...words: string[]): Promise<Ended> => atoll(["run", "say.ts", "--", ...words], setting);

const randomOf = (text: string): string | undefined => /random (0\.\d+)\n/.exec(text)?.[1];

describe.skipIf(ABSENT !== undefined)("a command that waits", () => {
  let random: string | undefined;

  it("has promises, timers, random numbers and a console, and ends when nothing is waited for", async () => {
    const { code, stdout, stderr } = await run("a", "b");
    expect(stdout).toBe(
      `early
first
said A of Map(1) { 2 => [ 1n, null ] }
said B of Map(1) { 2 => [ 1n, null ] }
36 1970-01-01T00:00:00.000Z [ { status: "fulfilled", value: undefined }, { status: "rejected", reason: TypeError: no, caused by RangeError: a cause } ]
last\n`,
    );
    expect(stderr).toContain("\n9 €\ufffd\n");
    expect(code).toBe(0);
    random = randomOf(stderr);
  });

  it("ends by what it was refused, or by what never comes", async () => {
    expect((await run()).stderr).toMatch(
      /it gave up: TypeError: nothing to say\n {4}at say\.ts:30 .*\n {2}caused by RangeError: a cause\n {4}at say\.ts:30/,
    );
    const forgotten = await run("forget");
    expect(randomOf(forgotten.stderr)).not.toBe(random);
    expect(forgotten.stderr).toMatch(
      /Error: a promise was rejected, and nothing handled it\n {2}caused by TypeError: forgotten\n {4}at say\.ts:30/,
    );
    expect((await run("web")).stderr).toMatch(
      /ReferenceError: URL is not defined \(StarlingMonkey has .*: \/\/ @engine starlingmonkey\)\n/,
    );
    const { code, stderr } = await run("wait");
    expect(stderr).toContain("it gave up: Error: it waits for a promise that nothing settles");
    expect(code).toBe(1);
  });
});

it.skipIf(ABSENT !== undefined)("a program without WIT says what is missing", async () => {
  const alone = workFolder();
  writeFileSync(join(alone.path, "alone.ts"), "// @dialect full\nexport const x: number = 1;\n");
  const { code, stderr } = await atoll(["build", "alone.ts"], { ...setting, cwd: alone.path });
  expect(stderr).toMatch(/alone\.ts: world: nothing says what .*: it exports x, and there is no WIT\./);
  expect(code).toBe(1);
  alone.remove();
});

it("names the packages that are missing, and what to type", async () => {
  const alone = workFolder();
  writeFileSync(join(alone.path, "alone.ts"), "export function run(): void {}\n");
  const env = { ATOLL_FULL_PACKAGES: "", XDG_CACHE_HOME: join(alone.path, "cache") };
  const { code, stderr } = await atoll(["build", "--dialect", "full", "alone.ts"], { cwd: alone.path, env });
  expect(stderr).toMatch(/full dialect: it needs packages that are not installed:\n {2}esbuild \d/);
  expect(stderr).toMatch(/help: Install them, into .*cache\/atoll\/packages: npx atoll setup full\n/);
  expect(code).toBe(1);
  alone.remove();
});
