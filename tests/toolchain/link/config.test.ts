/**
 * `system.ts`: what it may say, and what it is told when it says something else.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  clock,
  configuration,
  console as consoleGrant,
  defineSystem,
  dir,
  directory,
  entropy,
} from "../../../index.ts";
import { validateSystem } from "../../../toolchain/link/index.ts";
import { refused } from "./guests.ts";

const GOOD = {
  name: "search",
  processes: {
    index: { component: "./index.ts" },
    query: { component: "./q.wasm", imports: { "a:b/c": "index" } },
  },
  entry: "query",
};

describe("a configuration", () => {
  it("is returned as it is", () => {
    expect(validateSystem(GOOD, "system.ts")).toEqual(GOOD);
  });

  it("takes what the functions of the package return", () => {
    const system = defineSystem({
      name: "all",
      processes: {
        a: {
          component: "./a.wasm",
          grants: [
            consoleGrant(),
            clock(),
            entropy(),
            directory("./texts"),
            dir("./data", "read-write", { as: "/data" }),
            dir("./more"),
            configuration({ values: { k: "v" } }),
          ],
          quotas: { memory: 1 << 20 },
        },
        b: {
          component: "./b.wasm",
          grants: [entropy({ seed: "s" })],
          imports: { "x:y/z": { process: "a" } },
        },
      },
      entry: { process: "a", function: "x:y/z#run" },
    });
    expect(validateSystem(system, "system.ts")).toEqual(system);
  });

  it("says of directories what may be done there, and what they are called", () => {
    expect([dir("./a"), dir("./a", "read-write", { as: "/a" })]).toEqual([
      { device: "atoll:device/files", directories: [{ path: "./a", as: "./a", write: false }] },
      { device: "atoll:device/files", directories: [{ path: "./a", as: "/a", write: true }] },
    ]);
    expect(refused(() => dir("./a", "write" as "read"))).toContain(
      'dir(path, access): expected "read" or "read-write", found "write"',
    );
  });

  const cases: [string, unknown, string][] = [
    ["nothing", undefined, "default export: expected an object, found nothing"],
    [
      "a bad name",
      { ...GOOD, name: "My System" },
      'name: expected a name of lower-case words, digits and hyphens, such as word-index, found "My System"',
    ],
    ["no process", { ...GOOD, processes: {} }, "processes: expected at least one process, found none"],
    ["a bad process name", { ...GOOD, processes: { Q: { component: "x" } } }, 'found "Q"'],
    [
      "an unknown field",
      { ...GOOD, proceses: {} },
      "default export: no such field: proceses; allowed: name, processes, entry",
    ],
    [
      "an unknown field of a process",
      { ...GOOD, processes: { a: { component: "x", grant: [] } } },
      'process "a": no such field: grant; allowed: component, dialect, driver, strict, imports, grants, arguments, configuration, environment, quotas',
    ],
    [
      "no component",
      { ...GOOD, processes: { a: {} } },
      'process "a", component: expected a text, found nothing',
    ],
    [
      "a grant that is not called",
      { ...GOOD, processes: { a: { component: "x", grants: [consoleGrant] } } },
      'process "a", grants.0: expected console(), clock(), entropy(), directory(path), dir(path, access), stdio(), configuration(), httpServer({ port }), httpClient({ to }), listen(port), connect("host:port"), introspection() or supervision(), found the function console: call it',
    ],
    [
      "a grant of something else",
      { ...GOOD, processes: { a: { component: "x", grants: [{ device: "disk" }] } } },
      'process "a", grants.0.device: expected console(), clock()',
    ],
    [
      "a grant twice",
      { ...GOOD, processes: { a: { component: "x", grants: [clock(), clock()] } } },
      'process "a", grants: expected atoll:device/clock once, found it more than once',
    ],
    [
      "two directories of one name",
      {
        ...GOOD,
        processes: { a: { component: "x", grants: [dir("./a"), dir("./b", "read-write", { as: "./a" })] } },
      },
      'process "a", grants: expected directories of different names, found "./a" more than once; dir(path, access, { as: "/other" }) names one for the process',
    ],
    [
      "a directory without a name",
      { ...GOOD, processes: { a: { component: "x", grants: [dir("")] } } },
      'process "a", grants.0.directories.0.path: expected a text that is not empty',
    ],
    [
      "configuration twice",
      { ...GOOD, processes: { a: { component: "x", grants: [configuration()], arguments: [] } } },
      "expected either the grant configuration() or the fields arguments, configuration and environment, found both",
    ],
    [
      "a dialect of what is built already",
      { ...GOOD, processes: { a: { component: "x.wasm", dialect: "full" } } },
      'process "a", dialect: expected a program (.ts) as component, found x.wasm',
    ],
    [
      "one program in two dialects",
      {
        ...GOOD,
        processes: {
          a: { component: "./x.ts", dialect: "full" },
          b: { component: "./x.ts", dialect: "lean" },
        },
      },
      'process "b", dialect: expected "full" as in process "a", found "lean"',
    ],
    [
      "a dialect that does not exist",
      { ...GOOD, processes: { a: { component: "x.ts", dialect: "fat" } } },
      'process "a", dialect: expected "lean" or "full", found "fat"',
    ],
    [
      "a wire to a number",
      { ...GOOD, processes: { a: { component: "x", imports: { "a:b/c": 1 } } } },
      'process "a", imports.a:b/c: expected the name of a process, or { process } with interface: "ns:package/name", plain: true, onFault: "err" or { err: "case" }, alternatives: ["name"], and under a supervisor cast: ["function"], deadline, queue: true, limits; or { spawn: "name" } or { handles: "name" }, found 1',
    ],
    [
      "a quota that is no page",
      { ...GOOD, processes: { a: { component: "x", quotas: { memory: 70_000 } } } },
      'process "a", quotas.memory: expected a multiple of 65536',
    ],
    [
      "a quota that is too small",
      { ...GOOD, processes: { a: { component: "x", quotas: { memory: 0 } } } },
      'process "a", quotas.memory: expected at least 65536, found 0',
    ],
    [
      "an entry of another kind",
      { ...GOOD, entry: 1 },
      "entry: expected the name of a process, or { process, function }, found 1",
    ],
    [
      "a value that is no text",
      { ...GOOD, processes: { a: { component: "x", configuration: { n: 1 } } } },
      'process "a", configuration.n: expected a text, found 1',
    ],
    [
      "a name of an environment that no program could read",
      { ...GOOD, processes: { a: { component: "x", environment: { "A=B": "c" } } } },
      "expected names without = or NUL, such as HOME",
    ],
  ];
  it.each(cases)("with %s says where, what, and what is allowed", (_, value, message) => {
    const error = refused(() => validateSystem(value, "system.ts"));
    expect(error).toContain("config: system.ts does not describe a system:\n  ");
    expect(error).toContain(message);
  });

  it("with several mistakes names them all", () => {
    const error = refused(() =>
      validateSystem({ name: 1, processes: { a: {}, b: { component: 2 } } }, "system.ts"),
    );
    expect(error.split("\n")).toHaveLength(4);
  });
});

describe("a system.ts", () => {
  let folder: string;
  const files: Record<string, string> = {
    "good.ts": `import { console, defineSystem, type SystemConfig } from "atoll-os";
      import { where } from "./parts/where.ts";
      const grants: SystemConfig["processes"][string]["grants"] = [console()];
      export default defineSystem({ name: "good", processes: { a: { component: where, grants } } });`,
    "parts/where.ts": `import { clock } from "atoll-os";\nexport const where: string = clock().device.length > 0 ? "./a.wasm" : "";`,
    "launched.ts": `import { defineSystem, directory } from "atoll-os";
      export default defineSystem(({ arguments: [path = "none"] }) => ({ name: "l", processes: { a: { component: "./a.wasm", grants: [directory(path)] } } }));`,
    "throws.ts": `const a: number = 1;\n\nnull.x;\nexport default a;`,
    "calls.ts": `import { defineSystem } from "atoll-os";\nfunction wrong(): never {\n  throw new Error("no such folder");\n}\nexport default defineSystem(wrong());`,
    "syntax.ts": `export default {\n  name: "x",,\n};`,
    "enum.ts": `\nenum A { B }\nexport default A;`,
    "missing.ts": `import { x } from "./nowhere.ts";\nexport default x;`,
    "inner.ts": `import "./syntax.ts";\nexport default 1;`,
    "named.ts": `export const system = {};`,
    "wrong.ts": `import { defineSystem } from "atoll-os";\nexport default { name: "x", processes: { a: { componnt: "y" } } };`,
    "unknown.ts": `import { consle } from "atoll-os";\nexport default 1;`,
  };
  let results: Record<string, string>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "atoll-config-"));
    mkdirSync(join(folder, "parts"));
    for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
    // A process of its own: here the test runner loads modules in its own way.
    const door = new URL("../../../toolchain/link/index.ts", import.meta.url).href;
    writeFileSync(
      join(folder, "run.mjs"),
      `import { loadSystem } from ${JSON.stringify(door)};
       const results = {};
       for (const name of [...${JSON.stringify(Object.keys(files))}, "none.ts"]) {
         try {
           const { file, folder, config } = await loadSystem(name, { arguments: ["./given"], terminal: false });
           results[name] = JSON.stringify({ file, folder, config });
         } catch (error) { results[name] = error.code + ": " + error.message; }
       }
       process.stdout.write(JSON.stringify(results));`,
    );
    const output = execFileSync(process.execPath, ["run.mjs"], { cwd: folder, encoding: "utf8" });
    results = JSON.parse(output) as Record<string, string>;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("loads from any folder, with the package and its own files", () => {
    const { file, folder: where, config } = JSON.parse(results["good.ts"] ?? "") as Record<string, never>;
    expect([file, where]).toEqual([join(folder, "good.ts"), folder]);
    expect(config).toEqual({
      name: "good",
      processes: { a: { component: "./a.wasm", grants: [{ device: "atoll:device/console" }] } },
    });
  });

  it("may depend on the command line", () => {
    expect(results["launched.ts"]).toContain('{"device":"atoll:device/directory","path":"./given"}');
  });

  const messages: [string, string][] = [
    ["none.ts", "config: none.ts: there is no such file\nName the file"],
    ["throws.ts", "config: throws.ts:3:6: TypeError: Cannot read properties of null"],
    ["calls.ts", "config: calls.ts:3:9: Error: no such folder"],
    ["syntax.ts", "config: syntax.ts:2: SyntaxError: "],
    ["enum.ts", "config: enum.ts:2: SyntaxError: TypeScript enum is not supported"],
    ["missing.ts", "config: missing.ts: Error: Cannot find module"],
    [
      "named.ts",
      "config: named.ts: expected a default export, found only system\nWrite: export default defineSystem({ … });",
    ],
    [
      "wrong.ts",
      'config: wrong.ts does not describe a system:\n  process "a", component: expected a text, found nothing\n  process "a": no such field: componnt',
    ],
    [
      "unknown.ts",
      "config: unknown.ts:1: SyntaxError: The requested module 'atoll-os' does not provide an export named 'consle'",
    ],
  ];
  it.each(messages)("%s: says file and line", (name, message) => {
    expect(results[name]).toContain(message);
  });

  it("whose import has a mistake names the import's line", () => {
    expect(results["inner.ts"]).toContain(`config: inner.ts, ${join(folder, "syntax.ts")}:2: SyntaxError`);
  });
});
