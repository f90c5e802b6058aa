/** Programs of the full dialect that do not become components: what their authors are told. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildApps, CompileError, type Diagnostic } from "../../../toolchain/compile/index.ts";
import { missingForFull } from "../../guests/make.ts";

const folder = mkdtempSync(join(tmpdir(), "atoll-full-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ABSENT = missingForFull();
if (ABSENT !== undefined) console.warn(`skipped: the full dialect: ${ABSENT}`);

const WIT = `package my:app@0.1.0;
interface api { double: func(n: u32) -> u32; name: func() -> option<string>; }
interface other { ask: func() -> string; }
world app { import other; export api; }
world two { export api; export api2: func(); }`;
const GOOD = `export function double(n: number): number { return n * 2; }
export const name = (): string | null => null;\n`;

let count = 0;

/** Builds an app in a folder of its own, and returns what is wrong with it. */
async function wrong(
  app: string,
  files: Readonly<Record<string, string>> = {},
  world?: string,
): Promise<readonly Diagnostic[]> {
  const own = join(folder, `app-${count++}`);
  for (const [name, text] of Object.entries({ "app.ts": app, "wit/world.wit": WIT, ...files })) {
    mkdirSync(dirname(join(own, name)), { recursive: true });
    writeFileSync(join(own, name), text);
  }
  try {
    await buildApps([join(own, "app.ts")], { dialect: "full", ...(world !== undefined && { world }) });
  } catch (error) {
    if (error instanceof CompileError) return error.diagnostics;
    throw error;
  }
  return [];
}

describe.skipIf(ABSENT !== undefined)("a program is refused for", () => {
  it.each([
    [
      "what it does not export",
      `export function double(n: number) { return n; }`,
      /expected `name`, and it exports double\.$/,
      /export each function/,
    ],
    [
      "nothing that it exports",
      "const x = 1;",
      /expected `api`, and it exports nothing\.$/,
      /export const api = \{ … \}/,
    ],
    [
      "Node's modules",
      `import { readFileSync } from "node:fs";\n${GOOD}readFileSync("x");`,
      /Could not resolve "node:fs"/,
      /a component has no Node/,
    ],
    [
      "a package that is not installed",
      `import x from "left-padd";\n${GOOD}x();`,
      /Could not resolve "left-padd"/,
      /npm install left-padd/,
    ],
    [
      "an interface that its world does not import",
      `import { f } from "a:b/c";\n${GOOD}f();`,
      /the world does not import "a:b\/c": it imports my:app\/other@0\.1\.0/,
      /into the world's WIT/,
    ],
    [
      "await at its top, in QuickJS",
      `${GOOD}await null;`,
      /Top-level await is not available/,
      /put it into a function/,
    ],
    ["a dialect that does not exist", `// @wasi some\n${GOOD}`, /expected none, found `some`/, /@wasi none/],
    [
      "an engine that does not exist",
      `// @engine v8\n${GOOD}`,
      /expected quickjs or starlingmonkey, found `v8`/,
      /@engine starlingmonkey/,
    ],
    [
      "what only the other engine has",
      `${GOOD}export const url = new URL("about:blank");`,
      /Cannot find name 'URL'/,
      /@engine starlingmonkey/,
    ],
    [
      "a console without WASI",
      `// @wasi none\n${GOOD}console.log(1);`,
      /Cannot find name 'console'/,
      /`@wasi none`/,
    ],
  ] as const)("%s", async (_, app, message, hint) => {
    const [found] = await wrong(app);
    expect(found?.message).toMatch(message);
    expect(found?.hint).toMatch(hint);
  });

  it("types that are wrong, each at its place", async () => {
    const found = await wrong(
      `import { ask } from "my:app/other";
import { half } from "./half.ts";
export function double(n: string): number { return half(ask()); }
export const name = (): string | undefined => undefined;
export const url = new URL("about:blank");
`,
      { "half.ts": "export const half = (n: number): number => n / two;\n" },
    );
    expect(
      found.map(({ file, line, construct, message }) => [
        file.replace(/^.*\//, ""),
        line,
        construct,
        message,
      ]),
    ).toEqual([
      ["app.ts", 3, "TypeScript TS2345", expect.stringContaining("Argument of type 'string'") as string],
      ["app.ts", 5, "TypeScript TS2552", "Cannot find name 'URL'. Did you mean 'url'?"],
      [
        "app.ts",
        3,
        "export",
        expect.stringMatching(
          /^`double` is not what the world asks for: .*'\(n: number\) => number \| Promise<number>'/s,
        ) as string,
      ],
      ["app.ts", 4, "export", expect.stringContaining("Type 'undefined' is not assignable") as string],
      ["half.ts", 1, "TypeScript TS2304", "Cannot find name 'two'."],
    ]);
  });

  it("an exception at its top, told by its line, of a package that can do without Node too", async () => {
    const [found] = await wrong(`import { explode } from "./explode.ts";\n${GOOD}\nexplode();\n`, {
      "explode.ts":
        "// a comment\nimport early from 'early';\nexport function explode(): void { throw new Error(early); }\n",
      "node_modules/early/package.json": '{"main":"node.js","browser":{"./node.js":"./web.js","fs":false}}',
      "node_modules/early/index.d.ts": "declare const text: string;\nexport default text;\n",
      "node_modules/early/web.js":
        "let own; try { own = require('crypto'); } catch {}\nmodule.exports = require('fs') && own ? '' : 'too early';\n",
    });
    expect(found?.message).toMatch(
      /it does not start: .*too early\n {4}at explode \(explode\.ts:3\)\n.*app\.ts:5/s,
    );
    expect(found?.hint).toMatch(/runs when it is built/);
  });

  it("a version of WASI that is not there", async () => {
    const [found] = await wrong(GOOD, {
      "wit/world.wit": WIT.replace("import other;", "import wasi:cli/environment@0.2.3;"),
    });
    expect(found).toMatchObject({
      line: 4,
      message: expect.stringContaining("'wasi:cli@0.2.3' not found") as string,
    });
    expect(found?.hint).toMatch(/Atoll has WASI 0\.2\.12, .*: write `wasi:cli@0\.2\.12`\./);
  });

  it("a world that is not there", async () => {
    const [found] = await wrong(GOOD, {}, "ape");
    expect(found?.message).toBe("there is no world `ape`.");
  });

  it("an interface that it says it exports, and that nobody has written", async () => {
    const wit = WIT.replaceAll(/world .*\n?/g, "");
    const known = `// @export my:app/other\n// @export my:app/api\nimport "my:app/none";\n${GOOD}`;
    const [found] = await wrong(known, { "wit/world.wit": wit });
    expect(found?.message).toBe("there is no WIT of my:app/none.");
    const [missing] = await wrong(known.replace(/import.*/, ""), { "wit/world.wit": wit });
    expect(missing?.message).toMatch(/the world exports my:app\/other@0\.1\.0: expected `other`/);
  });
});
