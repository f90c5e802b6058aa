/** Bad input: one clear message that names the file, exit code 1, no stack. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePlan, serialisePlan } from "../../toolchain/link/plan-file.ts";
import { consolePlan } from "../host-linux/hand-made-plan.ts";
import { PLAN_VERSION } from "../../toolchain/link/plan.ts";
import { atoll, workFolder } from "./atoll.ts";

const folder = workFolder();
const setting = { cwd: folder.path };
const file = (name: string) => join(folder.path, name);
let plan: Uint8Array;

beforeAll(async () => {
  plan = serialisePlan(await consolePlan(`(func (export "run") (result i32) i32.const 0)`));
  writeFileSync(file("good.atoll"), plan);
  writeFileSync(file("text.txt"), "hello");
  writeFileSync(file("empty.wasm"), "");
  writeFileSync(file("module.wasm"), Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  writeFileSync(file("cut.wasm"), Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 7, 99]));
  writeFileSync(file("version.wasm"), Uint8Array.from([0, 0x61, 0x73, 0x6d, 9, 0, 0, 0]));
  writeFileSync(file("cut.atoll"), plan.subarray(0, plan.length - 5));
  writeFileSync(
    file("damaged.atoll"),
    plan.map((byte, i) => (i === plan.length - 1 ? byte ^ 1 : byte)),
  );
  writeFileSync(
    file("newer.atoll"),
    plan.map((byte, i) => (i === 8 ? 99 : byte)),
  );
  writeFileSync(file("waits.ts"), "await new Promise(() => {});\nexport default {};\n");
  writeFileSync(file("throws.ts"), "export default (() => {\n  throw new Error('no');\n})();\n");
  writeFileSync(file("wrong.ts"), "export default { name: 'x', processes: { A: { component: 1 } } };\n");
  writeFileSync(
    file("nowhere.ts"),
    "export default { name: 'x', processes: { a: { component: './missing.ts' } }, entry: 'a' };\n",
  );
  writeFileSync(file("app.ts"), "export function run(): i32 { return 0; }\n");
  mkdirSync(file("sub"));
  mkdirSync(file("granted"));
  writeFileSync(
    file("granted/system.ts"),
    'import { dir } from "atoll-os";\nexport default dir(".", "rw");\n',
  );
});
afterAll(() => folder.remove());

const CASES: readonly [args: string, message: RegExp][] = [
  ["run missing.ts", /missing\.ts: expected a program or a system .*there is no such file/],
  ["run sub", /sub: expected .* found a folder\.$/m],
  ["run granted", /granted: expected .* found a folder\.\nIts system is granted\/system\.ts\./],
  [
    "run granted/system.ts",
    /granted\/system\.ts:2:\d+: dir\(path, access\): expected "read" or "read-write", found "rw"/,
  ],
  ["run text.txt", /text\.txt: expected .* found one that begins with "hello"/],
  ["run empty.wasm", /empty\.wasm: expected .* found an empty file/],
  [
    "run module.wasm",
    /module\.wasm: core module: expected a component, found a core module: it has no `_start`/,
  ],
  ["inspect version.wasm", /version\.wasm: .*expected the version of a module/],
  ["inspect cut.wasm", /cut\.wasm: .*byte 0x/],
  ["run cut.wasm", /cut\.wasm: .*byte 0x/],
  ["call cut.wasm f", /cut\.wasm: .*byte 0x/],
  ["run cut.atoll", /cut\.atoll: link plan, .*cut off/],
  ["run damaged.atoll", /damaged\.atoll: link plan, .*damaged/],
  [
    "inspect newer.atoll",
    new RegExp(
      `newer\\.atoll: link plan, .*made by a newer Atoll: expected format version ${PLAN_VERSION}, found 99`,
    ),
  ],
  ["run throws.ts", /throws\.ts:2:\d+: Error: no/],
  ["link waits.ts", /waits\.ts: Error: it waits/],
  ["link wrong.ts", /wrong\.ts does not describe a system/],
  ["run nowhere.ts", /missing\.ts/],
  ["link app.ts", /app\.ts: expected a system, found no default export/],
  ["link good.atoll", /good\.atoll: expected a system, found a system that is linked already/],
  ["run good.atoll -- extra", /expected no arguments, found extra/],
  ["run good.atoll --grant clock", /--grant is for one component/],
  ["run good.atoll --grant sockets", /--grant: expected console, clock, .* found "sockets"/],
  ["run good.atoll --deadline soon", /--deadline.*expected 0 to 3600 seconds/],
  ["inspect good.atoll --wit", /--wit is for one component/],
  ["inspect good.atoll -o sub", /sub: it cannot be written \(EISDIR\)/],
  ["call", /expected a FILE or --system, found neither/],
  ["call good.atoll f", /expected a component or a program, found a system/],
  ["run", /missing required argument 'FILE'/],
  ["frob", /unknown command 'frob'/],
  ["run --frob", /unknown option '--frob'/],
];

describe("bad input", () => {
  it.each(CASES)("atoll %s", async (args, message) => {
    const { code, stdout, stderr } = await atoll(args.split(" "), setting);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^atoll: /);
    expect(stderr).not.toMatch(/defect|\n\s+at |node:internal/);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });

  it("a plan that was changed and signed again does no more than fail", async () => {
    const { root, ...rest } = parsePlan(plan);
    const entry = { ...root.entry!, target: { kind: "transfer", export: "memory" } as const };
    writeFileSync(file("forged.atoll"), serialisePlan({ ...rest, root: { ...root, entry } }));
    const { code, stderr } = await atoll(["run", "forged.atoll"], setting);
    expect(code).toBe(1);
    expect(stderr).toBe("atoll: the entry: expected a function, found object.\n");
  });
});

describe("help", () => {
  const commands = ["new", "build", "link", "inspect", "run", "call", "bench"];

  it("of the program names every command, and loads none", async () => {
    const hook = `
      import { registerHooks } from "node:module";
      registerHooks({ load(url, context, next) {
        if (/\\/(toolchain|host-linux|kernel)\\//.test(url)) throw new Error("loaded: " + url);
        return next(url, context);
      } });`;
    const node = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`];
    const { stdout, stderr, code } = await atoll(["--help"], { ...setting, node });
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  });

  it.each(commands)("of %s has examples", async (command) => {
    const { stdout, stderr, code } = await atoll([command, "--help"], setting);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(new RegExp(`^Usage: atoll ${command} `));
    expect(stdout).toContain("Examples:\n");
    expect(await atoll(["help", command], setting)).toMatchObject({ code: 0, stdout });
  });

  it("gives the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
      version: string;
    };
    expect((await atoll(["--version"], setting)).stdout).toBe(`${version}\n`);
  });
});

describe("an install without the build tools", () => {
  const node = [
    "--import",
    `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from "node:module";
    registerHooks({ resolve(specifier, context, next) {
      if (/assemblyscript|jco-transpile/.test(specifier)) {
        throw Object.assign(new Error("Cannot find package '" + specifier + "'"), { code: "ERR_MODULE_NOT_FOUND" });
      }
      return next(specifier, context);
    } });`)}`,
  ];

  it("runs what is linked", async () => {
    expect(await atoll(["run", "good.atoll"], { ...setting, node })).toMatchObject({ code: 0, stderr: "" });
  });

  it("says what building needs", async () => {
    const { code, stderr } = await atoll(["run", "app.ts"], { ...setting, node });
    expect(code).toBe(1);
    expect(stderr).toMatch(/assemblyscript|jco-transpile/);
    expect(stderr).toMatch(/npm install/);
  });
});

describe("with --json", () => {
  it.each(["run", "call app.ts nothing", "link missing.ts", "inspect cut.wasm", "inspect app.ts --unknown"])(
    "%s",
    async (args) => {
      const { code, stdout, stderr } = await atoll([...args.split(" "), "--json"], setting);
      expect(code).toBe(1);
      const { errors } = JSON.parse(stdout) as { errors: { message: string }[] };
      expect(stderr).toContain(errors[0]?.message);
    },
  );
});
