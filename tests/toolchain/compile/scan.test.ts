/** The WIT scanner through what it finds: packages, interfaces, documentation. */
import { expect, test } from "vitest";
import { compileLean, CompileError } from "../../../toolchain/compile/index.ts";
import { Folder } from "./guest.ts";

const APP = 'import { ping } from "odd:shapes/api@1.0.0-rc.1";\nexport function run(): void { ping(); }\n';

const SHAPES: readonly [string, string][] = [
  [
    "nested packages",
    "package other:x;\npackage odd:shapes@1.0.0-rc.1 { interface api { /// Doc.\n ping: func(); } }\ninterface y {}\n",
  ],
  [
    "comments with braces",
    "package odd:shapes@1.0.0-rc.1;\n// interface fake {\n/* } */\ninterface api { /// Doc.\n ping: func(); /* { */ }\n",
  ],
  [
    "attributes and use",
    "package odd:shapes@1.0.0-rc.1;\ninterface t { type n = u8; }\n@since(version = 0.9.0)\ninterface api {\n  use t.{n as m};\n  /// Doc.\n  @since(version = 0.9.0)\n  ping: func();\n  pong: func(m: m);\n}\n",
  ],
  [
    "worlds with inline interfaces",
    "package odd:shapes@1.0.0-rc.1;\nworld w { import z: interface { f: func(); } export g: func(); }\ninterface api { /// Doc.\n ping: func(); }\n",
  ],
  [
    "block documentation",
    "package odd:shapes@1.0.0-rc.1;\ninterface api {\n  /**\n   * Doc.\n   */\n  ping: func();\n}\n",
  ],
];

test.each(SHAPES)("%s", async (_, wit) => {
  using folder = await new Folder().write({ "app.ts": APP, "wit/deps/odd.wit": wit });
  await compileLean({ app: folder.file("app.ts") });
  expect(folder.read("build/bindings/app/odd-shapes-api-guarded.ts")).toMatch(
    /\/\*\*\s(\* )?Doc\.[\s*/]+export function ping/,
  );
});

test("files of a folder share a package whose header stands in one of them", async () => {
  using folder = await new Folder().write({
    "app.ts": APP,
    "wit/a.wit": "interface helper { type n = u8; }\n",
    "wit/b.wit": "package odd:shapes@1.0.0-rc.1;\ninterface api { use helper.{n}; ping: func() -> n; }\n",
  });
  await folder.write({
    "app.ts": APP.replace("ping(); }", "ping(); }\nexport function twice(): u8 { return ping() * 2; }"),
  });
  const { exported } = await compileLean({ app: folder.file("app.ts") });
  expect(exported).toContain("twice: func() -> u8;");
});

test.each([
  "package odd:shapes@1.0.0-rc.1;\ninterface api {",
  "package odd:shapes@1.0.0-rc.1;\ninterface api { ping: func( }",
  "\0",
  "{{{{",
  "interface",
])("text that is no WIT is an error, not a hang: %j", async (wit) => {
  using folder = await new Folder().write({ "app.ts": APP, "wit/broken.wit": wit });
  await expect(compileLean({ app: folder.file("app.ts") })).rejects.toThrow(CompileError);
});
