/** `atoll call` and `atoll inspect` on what a user has. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atoll, builtFolder } from "./atoll.ts";

const folder = builtFolder("hello");
const GREETER = "build/greeter.wasm";
const setting = { cwd: folder.path };
beforeAll(async () => {
  expect(await atoll(["link", "system.ts"], setting)).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await atoll(args, setting);
  expect(stderr).not.toContain("atoll:");
  expect(code).toBe(0);
  return stdout;
}

async function complaint(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await atoll(args, setting);
  expect(stdout).toBe("");
  expect(code).toBe(1);
  return stderr;
}

describe("atoll call", () => {
  it("lists the functions when none is named", async () => {
    expect(await output("call", "greeter.ts")).toContain(
      "  hello:greeter/api@0.1.0#greet: func(name: string) -> string\n",
    );
    expect(JSON.parse(await output("call", "build/greeter.wasm", "--json"))).toContainEqual({
      name: "hello:greeter/api@0.1.0#greet",
      type: "func(name: string) -> string",
    });
  });

  it("takes the function by each of its names", async () => {
    for (const name of ["greet", "hello:greeter/api#greet", "hello:greeter/api@0.1.0#greet"]) {
      expect(await output("call", GREETER, name, '"you"')).toBe('"Hello, you!"\n');
    }
  });

  it("passes numbers, below zero and of 64 bits, exactly", async () => {
    expect(await output("call", GREETER, "quotient", "-7", "2")).toBe("-3\n");
    expect(await output("call", GREETER, "next", "18446744073709551614")).toBe("18446744073709551615\n");
    expect(await output("call", GREETER, "next", "9007199254740992", "--json")).toBe("9007199254740993\n");
  });

  it("passes lists, and prints them as JSON", async () => {
    expect(await output("call", GREETER, "halves", "[1, 2.5, nan, inf]")).toBe("[0.5, 1.25, nan, inf]\n");
    expect(JSON.parse(await output("call", GREETER, "halves", "[1, nan]", "--json"))).toEqual([0.5, "nan"]);
  });

  it("says what is wrong with function and arguments", async () => {
    expect(await complaint("call", GREETER, "great")).toMatch(
      /greeter\.wasm: expected the name of a function, found great\.\nIt exports:/,
    );
    expect(await complaint("call", GREETER, "greet", "you")).toMatch(/expected .*string/);
    expect(await complaint("call", GREETER, "greet")).toMatch(/^atoll: .*expected/);
    expect(await complaint("call", GREETER, "quotient", "1", "99999999999")).toMatch(/s32/);
  });

  it("tells a trap by its line", async () => {
    expect(await complaint("call", GREETER, "quotient", "1", "0")).toMatch(
      /^atoll: process greeter trapped at greeter\.ts:\d+:\d+: it divided by zero/,
    );
  });

  it("calls a process of a system, whose output is not the result", async () => {
    const called = await atoll(["call", "--system", "system.ts", "--process", "main", "run"], setting);
    expect(called).toMatchObject({
      code: 0,
      stdout: "0\n",
      stderr: expect.stringContaining("main │ Hello, Atoll!\n") as string,
    });
    expect(await complaint("call", "main.ts", "run")).toMatch(
      /Name the system that it is part of: --system system\.ts --process NAME/,
    );
    expect(await complaint("call", "--system", "system.ts", "run")).toMatch(
      /expected --process with one of greeter, main, found no --process/,
    );
    expect(await complaint("call", "system.ts", "run")).toMatch(
      /expected a component or a program, found a system/,
    );
  });
});

describe("atoll inspect", () => {
  it("shows a component's WIT and sizes", async () => {
    const text = await output("inspect", "build/greeter.wasm");
    expect(text).toMatch(/^build\/greeter\.wasm: component, [\d,]+ bytes\n {2}core module 0: /);
    expect(text).toContain("greet: func(name: string) -> string;");
    const wit = await output("inspect", "greeter.ts", "--wit");
    expect(text.endsWith(wit)).toBe(true);
    expect(wit.startsWith("package ")).toBe(true);
  });

  it("writes it to a file", async () => {
    expect(await output("inspect", "greeter.ts", "--wit", "-o", "greeter.wit")).toBe("");
    expect(readFileSync(join(folder.path, "greeter.wit"), "utf8")).toBe(
      await output("inspect", "greeter.ts", "--wit"),
    );
  });

  it("shows the same of a system and of what was linked from it", async () => {
    const text = await output("inspect", "system.ts");
    expect(text).toMatch(/hello:greeter\/api\S* → greeter/);
    expect(text).toMatch(/may be called by main/);
    expect(await output("inspect", "build/system.atoll")).toBe(text);
  });

  it("gives JSON", async () => {
    expect(JSON.parse(await output("inspect", "build/system.atoll", "--json"))).toMatchObject({
      system: "hello",
      entry: { process: "main" },
    });
    expect(JSON.parse(await output("inspect", "build/greeter.wasm", "--json"))).toMatchObject({
      file: "build/greeter.wasm",
      exports: [{ name: "hello:greeter/api@0.1.0#greet", type: "func(name: string) -> string" }, {}, {}, {}],
    });
  });
});
