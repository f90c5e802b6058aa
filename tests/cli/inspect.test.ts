/** `atoll inspect` on systems: questions, drawings, and where nothing can be built. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atoll, builtFolder } from "./atoll.ts";

const folder = builtFolder("hello");
const setting = { cwd: folder.path };
const PLAN = "build/system.atoll";

beforeAll(async () => {
  expect(await atoll(["link", "system.ts"], setting)).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await atoll(["inspect", ...args], setting);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout;
}

async function complaint(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await atoll(["inspect", ...args], setting);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).not.toMatch(/defect|\n\s+at /);
  return stderr;
}

const VIEWS = [
  ["--who-may-call", "greeter"],
  ["--who-may-call", "console#write-line"],
  ["--reachable-from", "main"],
  ["--blast", "main"],
  ["--graph"],
  ["--modules"],
];

describe("a system", () => {
  it.each(VIEWS)("is the same from its source and linked: %s %s", async (...view) => {
    const text = await output("system.ts", ...view);
    expect(text).toContain("main");
    expect(await output(PLAN, ...view)).toBe(text);
    expect(JSON.parse(await output(PLAN, ...view, "--json"))).toBeTypeOf("object");
  });

  it("answers as JSON, with the way", async () => {
    const answer: unknown = JSON.parse(await output(PLAN, "--who-may-call", "greeter", "--json"));
    expect(answer).toMatchObject({
      target: { kind: "process", name: "greeter" },
      direct: [{ name: "main", way: ["main", "greeter"], binding: "guarded" }],
      through: [],
    });
    expect(JSON.parse(await output(PLAN, "--reachable-from", "main", "--json"))).toMatchObject({
      process: "main",
      processes: [{ name: "greeter", way: ["main", "greeter"] }],
    });
    expect(JSON.parse(await output(PLAN, "--json"))).toMatchObject({
      processes: [{ name: "greeter" }, { name: "main" }],
      sizes: { components: [{ component: "greeter" }, { component: "main" }] },
    });
  });

  it("is drawn", async () => {
    expect(await output("system.ts", "--svg", "out/hello.svg")).toBe(
      "out/hello.svg: system hello, 4 boxes, 3 edges\n",
    );
    const svg = readFileSync(join(folder.path, "out/hello.svg"), "utf8");
    expect(svg).toMatch(/^<svg xmlns[\s\S]*>greeter<\/text>[\s\S]*<\/svg>\n$/);
    const json: unknown = JSON.parse(await output(PLAN, "--svg", "again.svg", "--json"));
    expect(json).toMatchObject({ svg: "again.svg", system: "hello" });
    expect(readFileSync(join(folder.path, "again.svg"), "utf8")).toBe(svg);
  });

  it("is written to a file", async () => {
    expect(await output(PLAN, "--graph", "-o", "graph.txt")).toBe("");
    expect(readFileSync(join(folder.path, "graph.txt"), "utf8")).toBe(await output(PLAN, "--graph"));
  });

  it("is answered for where the build tools are not installed", async () => {
    const hook = `
      import { registerHooks } from "node:module";
      registerHooks({ resolve(specifier, context, next) {
        if (/assemblyscript|jco-transpile/.test(specifier)) throw new Error("not installed: " + specifier);
        return next(specifier, context);
      } });`;
    const node = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`];
    for (const view of [...VIEWS, ["--svg", "alone.svg"], []]) {
      expect(await atoll(["inspect", PLAN, ...view], { ...setting, node })).toMatchObject({
        code: 0,
        stderr: "",
      });
    }
  });
});

describe("mistakes", () => {
  it("in a name are told with the nearest", async () => {
    expect(await complaint(PLAN, "--who-may-call", "greter")).toMatch(
      /^atoll: there is no process, device, interface or function "greter"\. Did you mean "greeter"\?\nProcesses: greeter, main\.\n/,
    );
    expect(await complaint(PLAN, "--blast", "mian")).toMatch(/no process "mian"\. Did you mean "main"\?/);
    expect(await complaint(PLAN, "--reachable-from", "console")).toMatch(
      /no process "console".*Processes: greeter/,
    );
  });

  it("in what is asked for", async () => {
    expect(await complaint(PLAN, "--graph", "--blast", "main")).toMatch(
      /expected one of .*, found --blast and --graph/,
    );
    expect(await complaint("build/main.wasm", "--graph")).toMatch(
      /--graph is for a system, and this is one component/,
    );
    expect(await complaint(PLAN, "--svg", "build")).toMatch(/build: it cannot be written \(EISDIR\)/);
    expect(await complaint(PLAN, "--who-may-call")).toMatch(/argument missing/);
  });
});
