/**
 * `npm run bench:build-time`: how long `atoll build`, `atoll link` and `atoll image` take, in s.
 *
 * As a user sees them: whole commands, from an empty build folder, the best of
 * three. The apps are generated, so that they are as long as the limits say; the
 * image is that of the search example, also after a line of one app has changed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { searchExample } from "./harness/search-example.ts";

const ATOLL = join(import.meta.dirname, "../bin/atoll.js");
const RUNS = 3;
/** In an app of the search example: a character that is no letter. */
const CHARACTER = "unit == 0xf7";
const ITEM = `
export class Item {
  name: string = "";
  amount: f64 = 0;
  tags: string[] = [];
}
`;

const folder = mkdtempSync(join(tmpdir(), "atoll-build-time-"));
try {
  const names = ["one", "two", "three", "four"];
  for (const [i, name] of names.entries()) write(`${name}.ts`, app(name, names[i - 1]));
  write("system.ts", system(names));
  const lines = app("one").trimEnd().split("\n").length;
  report(`atoll build, one app of ${lines} lines`, 3, () => {
    rmSync(join(folder, "build"), { recursive: true, force: true });
    return seconds("build", "one.ts");
  });
  seconds("build", ...names.map((name) => `${name}.ts`));
  report(`atoll link, ${names.length} apps`, 1, () => seconds("link", "system.ts"));
  reportImages();
} catch (error) {
  console.error(`build-time: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(what: string, limit: number, measure: () => number): void {
  const best = Math.min(...Array.from({ length: RUNS }, measure));
  console.log(`${what}: ${best.toFixed(2)} s, ${best <= limit ? "within" : "OVER"} the limit of ${limit} s`);
}

function reportImages(): void {
  const example = searchExample(folder);
  const image = (): number => seconds("image", "--target", "metal", example.system);
  report("atoll image of the search example, from nothing", 20, () => {
    rmSync(join(example.folder, "build"), { recursive: true, force: true });
    return image();
  });
  const app = join(example.folder, "tokenizer.ts");
  const text = readFileSync(app, "utf8");
  let changes = 0;
  report("atoll image of the search example, after a change of a line", 5, () => {
    if (!text.includes(CHARACTER)) throw new Error(`there is no ${CHARACTER} in ${app}`);
    writeFileSync(app, text.replace(CHARACTER, `${CHARACTER}${++changes}`));
    return image();
  });
}

/** Seconds that one command takes; throws when it fails. */
function seconds(...options: string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [ATOLL, ...options], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`atoll ${options.join(" ")} failed:\n${stderr.trim()}`);
  return (performance.now() - start) / 1000;
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** An app of 100 lines: records, lists, strings and maps; given one before it, it calls that. */
function app(name: string, before?: string): string {
  const sections = Array.from({ length: 8 }, (_, k) => section(k)).join("\n");
  const item =
    before === undefined ? ITEM : `import { Item, largest as largestBefore } from "local:${before}/api";\n`;
  return `// The app ${name}: lists of things, counted and sorted.
// Generated, to be as long as a small app is.
${item}
/** What all the items come to. */
export function total(items: Item[]): f64 {
  let amount: f64 = 0;
  for (let i = 0; i < items.length; i++) amount += items[i].amount;
  return amount;
}

/** The largest amount, or none. */
export function largest(items: Item[]): f64 {
  return ${before === undefined ? "items.length == 0 ? 0 : items[0].amount" : "largestBefore(items)"};
}

${sections}`;
}

function section(k: number): string {
  return `/** Counts tags, variant ${k}. */
export function tags${k}(items: Item[]): Map<string, u32> {
  const counts = new Map<string, u32>();
  for (let i = 0; i < items.length; i++) {
    const tag = items[i].name + "${k}";
    counts.set(tag, counts.has(tag) ? counts.get(tag) + ${k + 1} : 1);
  }
  return counts;
}
`;
}

function system(names: readonly string[]): string {
  const processes = names.map((name, i) => {
    const imports = i === 0 ? "" : `, imports: { "local:${names[i - 1]}/api": "${names[i - 1]}" }`;
    return `    ${name}: { component: "./build/${name}.wasm"${imports} },`;
  });
  return `import { defineSystem } from "atoll-os";

export default defineSystem({
  name: "four",
  processes: {
${processes.join("\n")}
  },
});
`;
}
