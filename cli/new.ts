/** `atoll new`: a project with a system, its apps and a test, ready to run. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command, Option } from "commander";
import { UsageError } from "./report.ts";

const EXAMPLES = `
Examples:
  atoll new hello          a project in ./hello
  cd hello && npm install
  npm start                build, link and run it
  npm test                 build, link and call it
  atoll new --template http shop
                           a web service, in ./shop`;

/** Folders of new/. */
const TEMPLATES = { apps: "template", http: "template-http" } as const;
type Template = keyof typeof TEMPLATES;

export function newCommand(): Command {
  return new Command("new")
    .description("Make a project: apps, a system, a test.")
    .argument("<name>", "folder of the project; its last part is the project's name")
    .addOption(
      new Option("--template <NAME>", "two apps that call each other, or a web service")
        .choices(Object.keys(TEMPLATES))
        .default("apps"),
    )
    .addHelpText("after", EXAMPLES)
    .action(make);
}

function make(path: string, { template }: { readonly template: Template }): void {
  const folder = resolve(path);
  const name = path === "" ? path : basename(folder);
  checkName(name);
  checkFolder(folder, path);
  const values = new Map([
    ["name", name],
    ["atoll", dependencyOn(folder)],
  ]);
  const from = join(import.meta.dirname, "new", TEMPLATES[template]);
  const files = templateFiles(from).map((file) => writeFile(folder, from, file, values));
  process.stdout.write(
    `Made ${path}:\n${files.map((file) => `  ${file}\n`).join("")}\nNext:\n  cd ${path}\n  npm install\n  npm start\n`,
  );
}

/** The name is part of interfaces: `NAME:greeter/api`. */
function checkName(name: string): void {
  if (/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name)) return;
  throw new UsageError(
    `expected a name of lower-case words that begin with a letter, with hyphens between them, found "${name}"`,
    "It is the folder's, and part of the interfaces' names in WIT. Write, for example: atoll new my-app",
  );
}

function checkFolder(folder: string, path: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new UsageError(`${path} is a file`, "Choose another name.");
  const found = readdirSync(folder).length;
  if (found === 0) return;
  throw new UsageError(
    `${path} is not empty: it has ${found} ${found === 1 ? "entry" : "entries"}, and nothing is overwritten`,
    "Choose another name, or empty the folder.",
  );
}

const SUFFIX = ".template";

function templateFiles(from: string): string[] {
  const all = readdirSync(from, { recursive: true, encoding: "utf8" });
  return all.filter((file) => file.endsWith(SUFFIX)).sort();
}

/** `dot-gitignore.template` → `.gitignore`: npm leaves files of that name out of packages. */
function writeFile(folder: string, from: string, file: string, values: ReadonlyMap<string, string>): string {
  const target = file.slice(0, -SUFFIX.length).replace(/(^|\/)dot-/, "$1.");
  const text = readFileSync(join(from, file), "utf8");
  mkdirSync(dirname(join(folder, target)), { recursive: true });
  writeFileSync(
    join(folder, target),
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => values.get(key) ?? ""),
  );
  return target;
}

/** The version from the registry, or this very copy where it is a checkout or came as a file. */
function dependencyOn(folder: string): string {
  const root = packageRoot(import.meta.dirname);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return isFromRegistry(root) ? `^${version}` : `file:${relative(realFolder(folder), root)}`;
}

/** `cli/` in a checkout, `dist/cli/` in a package. */
function packageRoot(from: string): string {
  return existsSync(join(from, "package.json")) ? realpathSync(from) : packageRoot(dirname(from));
}

/** npm records where it took each package from. */
function isFromRegistry(root: string): boolean {
  const lock = join(dirname(root), ".package-lock.json");
  if (!existsSync(lock)) return false;
  const { packages = {} } = JSON.parse(readFileSync(lock, "utf8")) as {
    packages?: Record<string, { resolved?: string }>;
  };
  return /^https?:/.test(packages[`node_modules/${basename(root)}`]?.resolved ?? "");
}

/** The real path that a folder will have; a link on the way would lead a relative path astray. */
function realFolder(folder: string): string {
  if (existsSync(folder)) return realpathSync(folder);
  return join(realFolder(dirname(folder)), basename(folder));
}
