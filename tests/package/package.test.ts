/** The package as npm gives it to a user: packed, installed elsewhere, used. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtKernel } from "../../kernel/built.ts";
import { builtShim, SHIM_VARIANTS } from "../../wasi-shim/built.ts";

const ROOT = join(import.meta.dirname, "../..");
const INSTALL_TIME = 240_000;
const folder = mkdtempSync(join(tmpdir(), "atoll-package-"));
/** A user's environment: nothing of this checkout on the path, and no settings that npm hands to its scripts. */
const env = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => !/^(npm_|NODE|VITEST|INIT_CWD)/i.test(name))
    .map(([name, value]) => [name, name === "PATH" ? outside(value ?? "") : value]),
);
let tarball: string;

function outside(path: string): string {
  return path
    .split(":")
    .filter((entry) => !entry.includes("node_modules"))
    .join(":");
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd: string): Ended {
  return spawnSync(program, args, { cwd, env, encoding: "utf8", input: "" });
}

/** A user's folder. */
function userFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  return path;
}

/** Installs the package in a user's folder, or takes away what the options leave out. */
function install(path: string, ...options: string[]): void {
  const npm = run("npm", ["install", "--prefer-offline", "--loglevel=error", ...options, tarball], path);
  expect(npm.status, npm.stderr).toBe(0);
}

beforeAll(async () => {
  const copy = join(folder, "checkout");
  // What is committed or about to be, and nothing that was built: prepack must make it.
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
  });
  mkdirSync(copy);
  execFileSync(
    "tar",
    ["-C", ROOT, "--null", "-T", "-", "--ignore-failed-read", "-cf", join(folder, "source.tar")],
    {
      input: files,
      stdio: ["pipe", "ignore", "ignore"],
    },
  );
  execFileSync("tar", ["-C", copy, "-xf", join(folder, "source.tar")]);
  execFileSync("ln", ["-s", join(ROOT, "node_modules"), join(copy, "node_modules")]);
  // But for what is found by a hash of its sources, and that other suites have compiled: the kernel and the shims.
  await builtKernel();
  for (const variant of SHIM_VARIANTS) await builtShim(variant);
  for (const kept of ["build/kernel", "build/wasi-shim"])
    cpSync(join(ROOT, kept), join(copy, kept), { recursive: true });
  const pack = run("npm", ["pack", "--pack-destination", folder, "--loglevel=error"], copy);
  expect(pack.status, pack.stderr + pack.stdout).toBe(0);
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
}, INSTALL_TIME);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the installed package", () => {
  it(
    "makes, builds, tests and runs a project, and runs its plan where nothing can be built",
    () => {
      const user = userFolder("user");
      install(user);
      expect(run("npx", ["atoll", "new", "hello"], user)).toMatchObject({ status: 0 });
      const project = join(user, "hello");
      expect(run("npm", ["install", "--prefer-offline", "--loglevel=error"], project)).toMatchObject({
        status: 0,
      });
      const started = run("npm", ["start", "--silent"], project);
      expect(started.stdout, started.stderr).toMatch(/^main │ \S/);
      const tested = run("npm", ["test"], project);
      expect(tested.status, tested.stdout + tested.stderr).toBe(0);
      const linked = run("npx", ["atoll", "link", "system.ts"], project);
      expect(linked.status, linked.stderr).toBe(0);

      // Supervised, it needs the kernel that was packed, whose sources are not there.
      const system = readFileSync(join(project, "system.ts"), "utf8");
      const supervised = system.replace("processes: {", "supervisor: {},\n  processes: {");
      writeFileSync(join(project, "supervised.ts"), supervised);
      expect(supervised).not.toBe(system);
      const relinked = run(
        "npx",
        ["atoll", "link", "supervised.ts", "-o", "build/supervised.atoll"],
        project,
      );
      expect(relinked.stdout, relinked.stderr).toContain("supervision\n");

      install(user, "--omit=optional");
      expect(existsSync(join(user, "node_modules/assemblyscript"))).toBe(false);
      for (const plan of ["build/system.atoll", "build/supervised.atoll"]) {
        const ran = run("npx", ["atoll", "run", join(project, plan)], user);
        expect(ran).toMatchObject({ status: 0, stdout: started.stdout });
      }
      expect(run("npx", ["atoll", "inspect", join(project, "build/system.atoll")], user)).toMatchObject({
        status: 0,
      });
      const refused = run("npx", ["atoll", "build", join(project, "apps/main.ts")], user);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toMatch(/optional/);
      expect(refused.stderr).not.toMatch(/\n +at /);
    },
    INSTALL_TIME * 2,
  );

  it("carries JavaScript with types, and no TypeScript that Node would have to strip", () => {
    const listed = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).trim().split("\n");
    const typescript = listed.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"));
    // AssemblyScript that is compiled into apps, and templates of new projects, are read and not run.
    expect(
      typescript.filter((path) => !/\/(bindgen\/runtime|components\/http\/library|cli\/new)\//.test(path)),
    ).toEqual([]);
    expect(listed).toContain("package/dist/index.d.ts");
    // Messages name them.
    expect(listed).toContain("package/docs/support.md");
    expect(listed).toContain("package/dist/kernel/kernel.wasm");
    expect(listed).toContain("package/dist/kernel/mail.wasm");
    for (const variant of ["base", "sockets", "http"])
      expect(listed).toContain(`package/dist/wasi-shim/${variant}.wasm`);
    expect(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))).toMatchObject({
      license: "Apache-2.0",
    });
  });
});
