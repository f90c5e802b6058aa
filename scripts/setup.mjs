// Installs what the project needs, once: `npm start` and `npm test` call it first.
//
// It runs on the machine's own Node (20 or newer), so it is plain JavaScript
// without dependencies. With `--bench` it also installs the peers that the
// benchmarks measure against, with `--tests` compilers of other languages and a
// virtual machine, whose tests are skipped without them. When all is there it does
// nothing and says nothing.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDebianPackages } from "./debian-packages.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bench = process.argv.includes("--bench");
const tests = process.argv.includes("--tests");
const C_COMPILER = { command: "cc", packages: ["gcc", "libc6-dev"] };
const EMULATOR = { command: "qemu-system-x86_64", packages: ["qemu-system-x86"] };

if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Node 20 or newer is needed to set up, this is ${process.versions.node}.`);
}
installPackages(root, "Atoll's own dependencies, with Node 26 (about 580 MB)");
requireNewNode();
buildTypes();
if (bench) {
  installPackages(join(root, "bench"), "the peers that the benchmarks measure against (jco, chart tools)");
  installDebianPackages([
    { ...C_COMPILER, why: "the benchmarks compile the Linux processes they compare with" },
    {
      command: "erl",
      packages: ["erlang-base"],
      why: "atoll bench kernel compares the kernel with Erlang/OTP (17 MB)",
    },
    { command: "wrk", packages: ["wrk"], why: "atoll bench http asks by it (1 MB)" },
    { ...EMULATOR, why: "atoll bench boot starts virtual machines (about 85 MB)" },
  ]);
}

if (tests) {
  installPackages(
    join(root, "tests/guests"),
    "a compiler of JavaScript guests and the sources of SQLite for the tests (77 MB)",
    {
      without: "the tests of JavaScript guests and of SQLite are skipped",
    },
  );
  installDebianPackages([
    { command: "clang-19", packages: ["clang-19"], why: "tests compile guests written in C" },
    { command: "wasm-ld-19", packages: ["lld-19"], why: "and link them" },
    {
      file: "/usr/lib/wasm32-wasi/libc.a",
      packages: ["wasi-libc"],
      why: "tests run C programs that use WASI (3 MB)",
    },
    {
      file: "/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a",
      packages: ["libclang-rt-19-dev-wasm32"],
      why: "and what their compiler calls",
    },
    { ...C_COMPILER, why: "tests compile the layer that runs without Linux" },
    { ...EMULATOR, why: "and boot it in a virtual machine (about 85 MB)" },
    {
      file: "/usr/share/ovmf/OVMF.fd",
      packages: ["ovmf"],
      why: "whose firmware may be UEFI (15 MB)",
    },
    {
      command: "chromium",
      packages: ["chromium"],
      why: "tests look at the page of components/examples/web (400 MB)",
    },
  ]);
}

/**
 * Installs what the lock file in `folder` says, unless that is there. Not by `npm ci`: it refuses a lock
 * file without the optional binaries of other platforms, which a registry need not have.
 * `without`: what follows where that fails; absent where nothing goes on then.
 */
function installPackages(folder, what, { without } = {}) {
  const lock = join(folder, "package-lock.json");
  const modules = join(folder, "node_modules");
  const stamp = join(modules, ".atoll-setup");
  const wanted = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  if (!installedByHand(modules, lock)) {
    console.error(`setup: installing ${what} …`);
    const started = Date.now();
    const npm = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (npm.status !== 0) {
      const problem = `"npm install" failed in ${folder}; its output above says why`;
      if (without === undefined) fail(`${problem}.`);
      console.error(`setup: ${problem}: ${without}.`);
      return;
    }
    console.error(`setup: done in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  writeFileSync(stamp, wanted);
}

/** npm writes a lock file of its own into the tree; when it is newer than ours, `npm install` made the tree. */
function installedByHand(modules, lock) {
  const hidden = join(modules, ".package-lock.json");
  return existsSync(hidden) && statSync(hidden).mtimeMs >= statSync(lock).mtimeMs;
}

/** Where npm was told to run no install scripts, the package `node` has no binary yet: run its script. */
function requireNewNode() {
  const folder = join(root, "node_modules/node");
  if (existsSync(join(folder, "bin/node"))) return;
  spawnSync(process.execPath, ["installArchSpecificPackage"], { cwd: folder, stdio: "inherit" });
  if (!existsSync(join(folder, "bin/node"))) {
    fail('the npm package "node" has no binary for this machine; install Node 26 or newer by hand.');
  }
}

/** Projects that `atoll new` makes from a checkout find their editor's types in dist/. */
function buildTypes() {
  if (existsSync(join(root, "dist/index.d.ts"))) return;
  const node = join(root, "node_modules/.bin/node");
  const build = spawnSync(node, [join(root, "scripts/build.mjs")], { cwd: root, stdio: "inherit" });
  if (build.status !== 0) fail("the sources cannot be compiled; the output above says where.");
}

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}
