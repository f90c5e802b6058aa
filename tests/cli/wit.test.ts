/** `atoll wit guard` and `atoll wit process`: from WIT, components and programs, and what users get wrong. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { worldOfWit } from "../toolchain/abi/embed.ts";
import { atoll, builtFolder } from "./atoll.ts";

const folder = builtFolder("hello");
const setting = { cwd: folder.path };

const WIT = `package s:i@0.1.0;
interface types { resource volume { free: func() -> u64; } record place { x: u32 } }
interface api {
  use types.{volume as disk, place};
  record hit { path: string, place: place }
  resource blob { constructor(n: u32); read: func() -> list<u8>; }
  find: func(text: string) -> list<hit>;
  swap: func(b: borrow<disk>) -> option<disk>;
}
world w { import api-guarded; }
`;

beforeAll(() => writeFileSync(join(folder.path, "index.wit"), WIT));
afterAll(() => folder.remove());

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await atoll(["wit", "guard", ...args], setting);
  expect([code, stderr.replaceAll(/^Building .*\n/gm, "")]).toEqual([0, ""]);
  return stdout;
}

describe("the guarded view", () => {
  it("of WIT lies beside it", async () => {
    expect(await output("index.wit", "api")).toMatchInlineSnapshot(`
      "package s:i@0.1.0;

      interface api-guarded {
        use atoll:fault/types@0.1.0.{fault};
        use types-guarded.{volume as disk};
        use types.{place};
        use api.{hit};
        resource blob {
          constructor(n: u32) -> result<blob, fault>;
          read: func() -> result<list<u8>, fault>;
        }
        find: func(text: string) -> result<list<hit>, fault>;
        swap: func(b: borrow<disk>) -> result<option<disk>, fault>;
      }

      interface types-guarded {
        use atoll:fault/types@0.1.0.{fault};
        use types.{place};
        resource volume {
          free: func() -> result<u64, fault>;
        }
      }

      package atoll:fault@0.1.0 {
        interface types {
          enum fault { crashed, revoked, timeout, overloaded, exhausted, unavailable }
        }
      }
      "
    `);
    const text = await output("index.wit");
    const package_ = text.slice(text.indexOf("\n"), text.indexOf("package atoll:fault"));
    const fault = text.slice(text.indexOf("package atoll:fault"));
    const { imports } = await worldOfWit(WIT + package_ + fault);
    expect(imports.map(({ name }) => name)).toContain("s:i/api-guarded@0.1.0");
  });

  it("of a program is the one of its component, and stands alone", async () => {
    const text = await output("greeter.ts");
    expect(await output("build/greeter.wasm")).toBe(text);
    const name = /interface ([\w-]+-guarded)/.exec(text)?.[1] ?? "";
    const world = await worldOfWit(text.replace(";\n", `;\nworld w { import ${name}; }\n`));
    expect(world.imports.map((item) => item.name).join()).toContain(`/${name}`);
  });

  it("is written to a file, and printed as JSON", async () => {
    expect(await output("index.wit", "s:i/api", "-o", "out/api-guarded.wit")).toBe("");
    const text = readFileSync(join(folder.path, "out/api-guarded.wit"), "utf8");
    expect(text).toBe(await output("index.wit", "s:i/api@0.1.0"));
    const json: unknown = JSON.parse(await output("index.wit", "api", "--json"));
    expect(json).toEqual({
      interfaces: [{ of: "s:i/api@0.1.0", name: "s:i/api-guarded@0.1.0" }],
      wit: text,
    });
  });
});

const ROOM = `package c:room;
interface api { record line { text: string } say: func(line: line); }
interface files { resource file { read: func() -> u8; } }
`;
const FILES = "package c:files; interface api { resource file { read: func() -> u8; } }";

function processView(...args: string[]): ReturnType<typeof atoll> {
  return atoll(["wit", "process", ...args], setting);
}

describe("the process view", () => {
  it("of WIT lies beside it, and what has none is told", async () => {
    writeFileSync(join(folder.path, "room.wit"), ROOM);
    const { code, stdout, stderr } = await processView("room.wit");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^package c:room;\n\ninterface api-process \{\n {2}use atoll:fault\/types@0.1.0.\{fault\};\n {2}use api.\{line\};\n {2}\/\/\/ The functions of the interface, in their order.\n {2}flags functions \{ say \}\n {2}\/\/\/ What its holder may do with a process[^{}]*\n {2}resource process \{/,
    );
    expect(stdout).toContain("    spawn: static func() -> result<process, fault>;");
    expect(stdout).toContain("    say: func(line: line) -> result<_, fault>;");
    expect(stdout).not.toContain("files");
    expect(stderr).toContain("c:room/files: it has the resource or handles file");
    const { imports } = await worldOfWit(
      `${ROOM}world w { import api-process; }${stdout.replace(/^.*\n/, "")}`,
    );
    expect(imports.map(({ name }) => name)).toContain("c:room/api-process");
  });

  it("of a program is the one of its component", async () => {
    const [program, component] = [await processView("greeter.ts"), await processView("build/greeter.wasm")];
    expect(program.stdout).toBe(component.stdout);
    expect(program.stdout).toContain("resource process {");
  });

  it.each([
    [
      ["room.wit", "files"],
      "room.wit: c:room/files-process: c:room/files: it has the resource or handles file",
    ],
    [["room.wit", "nope"], 'room.wit: it has no interface "nope" to make processes of. It has: c:room/api.'],
    [
      ["files.wit", "nope"],
      "files.wit: c:files/api-process: c:files/api: it has the resource or handles file",
    ],
    [["none.wit"], "none.wit: there is no such file or folder."],
  ] as const)("mistake %j", async (args, message) => {
    writeFileSync(join(folder.path, "room.wit"), ROOM);
    writeFileSync(join(folder.path, "files.wit"), FILES);
    const { code, stderr } = await processView(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(`atoll: ${message}`);
    expect(stderr).not.toMatch(/defect|\n\s+at /);
  });
});

describe("mistakes", () => {
  it.each([
    [
      ["index.wit", "nope"],
      'index.wit: it has no interface "nope" to guard. It has: s:i/types@0.1.0, s:i/api@0.1.0.',
    ],
    [["none.wit"], "none.wit: there is no such file or folder."],
    [["none.ts"], "none.ts: expected a program or a system"],
    [["system.ts"], "system.ts: expected a component or a program, found a system."],
    [["main.ts", "nope"], 'main.ts: it has no interface "nope" to guard.'],
    [[], "missing required argument 'SOURCE'"],
    [["broken.wit"], "broken.wit:1:31: WIT: "],
    [["types.wit", "nope"], "types.wit: it has no interface with functions, so there is nothing to guard."],
    [["types.wit"], "types.wit: it has no interface with functions, so there is nothing to guard."],
  ] as const)("%j", async (args, message) => {
    writeFileSync(join(folder.path, "broken.wit"), "package a:b; interface i { f: fnc(); }");
    writeFileSync(join(folder.path, "types.wit"), "package a:b; interface i { type t = u8; }");
    const { code, stderr } = await atoll(["wit", "guard", ...args], setting);
    expect(code).toBe(1);
    expect(stderr).toContain(`atoll: ${message}`);
    expect(stderr).not.toMatch(/defect|\n\s+at /);
  });
});
