/** `atoll new`: the project that it makes builds, runs, tests and type-checks. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { atoll, workFolder } from "./atoll.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = workFolder();
const setting = { cwd: folder.path };
afterAll(() => folder.remove());

it("makes a project that passes its own test and type check", async () => {
  const made = await atoll(["new", "hello-world"], setting);
  expect(made.stderr).toBe("");
  expect(made.stdout).toContain("  apps/greeter.ts\n");
  const project = join(folder.path, "hello-world");
  const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  expect(resolve(project, (dependencies["atoll-os"] ?? "").replace("file:", ""))).toBe(ROOT);
  install(project);

  const ran = await atoll(["run", "system.ts"], { cwd: project });
  expect(ran.stdout).toContain("Hello, Ada and Grace!");
  const tests = execFileSync(process.execPath, ["--test"], {
    cwd: project,
    encoding: "utf8",
    env: environment(),
  });
  expect(tests).toMatch(/pass 2/);
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", "apps"], { cwd: project, stdio: "pipe" });
  execFileSync(process.execPath, [tsc, "-p", "."], { cwd: project, stdio: "pipe" });
});

it("makes a web service that passes its own test and type check", async () => {
  const made = await atoll(["new", "--template", "http", "shop"], setting);
  expect(made.stderr).toBe("");
  const project = join(folder.path, "shop");
  install(project);
  const tests = execFileSync(process.execPath, ["--test"], {
    cwd: project,
    encoding: "utf8",
    env: environment(),
  });
  expect(tests).toMatch(/pass 2/);
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", "apps"], { cwd: project, stdio: "pipe" });
  execFileSync(process.execPath, [tsc, "-p", "."], { cwd: project, stdio: "pipe" });
});

it("knows no other templates", async () => {
  const { code, stderr } = await atoll(["new", "--template", "web", "shop2"], setting);
  expect(code).toBe(1);
  expect(stderr).toContain("Allowed choices are apps, http.");
});

it("overwrites nothing", async () => {
  mkdirSync(join(folder.path, "full"));
  writeFileSync(join(folder.path, "full/notes.txt"), "mine");
  writeFileSync(join(folder.path, "taken"), "a file");
  const full = await atoll(["new", "full"], setting);
  expect(full).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("full is not empty: it has 1 entry") as string,
  });
  expect(existsSync(join(folder.path, "full/package.json"))).toBe(false);
  expect(await atoll(["new", "taken"], setting)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("taken is a file") as string,
  });
});

it.each(["Hello", "my_app", "1st", "a--b", "../Up", ""])("refuses the name %s", async (name) => {
  const { code, stderr } = await atoll(["new", name], setting);
  expect(code).toBe(1);
  expect(stderr).toContain("expected a name of lower-case words that begin with a letter");
});

it("fills an empty folder", async () => {
  mkdirSync(join(folder.path, "empty"));
  expect((await atoll(["new", "empty"], setting)).code).toBe(0);
  expect(readFileSync(join(folder.path, "empty/apps/main.ts"), "utf8")).toContain('from "empty:greeter/api"');
});

/** What `npm install` does with a `file:` dependency on a folder, without the network. */
function install(project: string): void {
  mkdirSync(join(project, "node_modules/.bin"), { recursive: true });
  symlinkSync(ROOT, join(project, "node_modules/atoll-os"));
  symlinkSync("../atoll-os/bin/atoll.js", join(project, "node_modules/.bin/atoll"));
}

/** The test runner's own variables would make the inner runner report to it. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...rest } = process.env;
  return { ...rest, PATH: `${join(process.execPath, "..")}:${rest["PATH"] ?? ""}` };
}
