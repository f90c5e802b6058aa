/**
 * `npm run bench:install-size`: how much a user has to install, in MB.
 *
 * Packs the project, installs the package into an empty folder twice (without
 * and with what only building apps needs), and adds up the files. Node itself
 * comes as an npm package and is counted apart.
 */
import { spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

interface Install {
  readonly purpose: string;
  readonly flags: readonly string[];
  /** MB */
  readonly limit: number;
}
const INSTALLS: readonly Install[] = [
  { purpose: "to run systems", flags: ["--omit=optional"], limit: 30 },
  { purpose: "to build apps too", flags: ["--include=optional"], limit: 260 },
];

/** File numbers of the install being measured. */
const counted = new Set<number>();

const temporary = mkdtempSync(join(tmpdir(), "atoll-install-size-"));
try {
  const printed = npm(ROOT, ["pack", "--silent", "--pack-destination", temporary]);
  const tarball = join(temporary, printed.trim().split("\n").pop() ?? "");
  console.log(`package  ${megabytes(lstatSync(tarball).size)} packed`);
  for (const install of INSTALLS) report(install, tarball);
} catch (error) {
  console.error(`install-size: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function report({ purpose, flags, limit }: Install, tarball: string): void {
  const folder = mkdtempSync(join(temporary, "user-"));
  writeFileSync(join(folder, "package.json"), '{ "name": "user", "private": true }\n');
  npm(folder, ["install", "--no-audit", "--no-fund", "--silent", ...flags, tarball]);
  counted.clear();
  const sizes = packageSizes(join(folder, "node_modules"));
  const node = sum(sizes.filter(([name]) => isNode(name)));
  const rest = sizes.filter(([name]) => !isNode(name)).sort(([, a], [, b]) => b - a);
  const total = sum(rest);
  const verdict = total <= limit * 1e6 ? "within" : "OVER";
  console.log(
    `${purpose}: ${megabytes(total)}, ${verdict} the limit of ${limit} MB (Node itself: ${megabytes(node)})`,
  );
  for (const [name, size] of rest.slice(0, 5)) console.log(`  ${megabytes(size).padStart(9)}  ${name}`);
}

/** The npm package `node` and the binaries that it brings, such as `node-bin-linux-x64`. */
function isNode(name: string): boolean {
  return name === "node" || /^node-(bin|linux|darwin|win)/.test(name);
}

/** Bytes of each package at the top of a node_modules, with what is nested in it. */
function packageSizes(folder: string): [name: string, size: number][] {
  return readdirSync(folder).flatMap((name): [string, number][] =>
    name.startsWith("@")
      ? readdirSync(join(folder, name)).map((part) => [`${name}/${part}`, size(join(folder, name, part))])
      : [[name, size(join(folder, name))]],
  );
}

/** Bytes of a file, or of all files below a folder. A symbolic link counts as itself, a file with two names once. */
function size(path: string): number {
  const status = lstatSync(path);
  if (!status.isDirectory()) {
    if (status.nlink > 1 && counted.has(status.ino)) return 0;
    counted.add(status.ino);
    return status.size;
  }
  return readdirSync(path).reduce((bytes, name) => bytes + size(join(path, name)), 0);
}

function sum(sizes: readonly (readonly [string, number])[]): number {
  return sizes.reduce((bytes, [, size]) => bytes + size, 0);
}
function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function npm(folder: string, options: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("npm", options, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${options[0]} failed: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
