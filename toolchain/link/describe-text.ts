/**
 * A system's description as text: a tree of who calls whom, and why so.
 */
import type {
  ImportDescription,
  ModuleDescription,
  ProcessDescription,
  SystemDescription,
} from "./describe.ts";
import type { Sizes, SystemSizes } from "./inspect/sizes.ts";
import { messageText, supervisionLines } from "./inspect/supervision-text.ts";
import { branch, count, printable, size, table, thousands } from "./inspect/text.ts";

interface TextOptions {
  /** List every module, not only their sum by role. */
  readonly modules?: boolean;
}

/** The text of `atoll inspect` for a system: lines without colours, ending in a line feed. */
export function printDescription(description: SystemDescription, options: TextOptions = {}): string {
  const { system, modules, processes, entry } = description;
  const bytes = modules.reduce((sum, module) => sum + module.bytes, 0);
  const lines = [
    `system ${system}: ${count(processes.length, "process", "processes")}, ${count(modules.length, "module", "modules")}, ${size(bytes)}`,
    ...(entry
      ? [`starts at ${entry.process}: ${entry.function}`]
      : [
          `has no entry: ${description.supervision ? "it runs until it is stopped" : "it can be called, not run"}`,
        ]),
  ];
  const { control } = description;
  if (control !== undefined) lines.push(`control ${control}: its owner may see and end every process`);
  if (description.supervision) lines.push("", ...supervisionLines(description.supervision));
  for (const process of processes.toReversed()) lines.push("", ...processLines(process));
  lines.push("", ...sizeLines(description), "", ...moduleLines(modules, options.modules === true));
  return `${lines.map(printable).join("\n")}\n`;
}

const MAX_NAMES = 30;
const SIZES: readonly (readonly [keyof Sizes, string])[] = [
  ["code", "code"],
  ["data", "data"],
  ["names", "names"],
  ["sourceMap", "source map"],
  ["other", "other"],
  ["adapters", "adapters"],
];

function sizeLines({ sizes, supervision }: SystemDescription): string[] {
  const { components, domains, rest, total } = sizes;
  const row = (name: string, sizes: Sizes): string[] => [
    name,
    ...SIZES.map(([key]) => thousands(sizes[key])),
  ];
  const rows = [
    ["", ...SIZES.map(([, title]) => title)],
    ...components.map((sizes) => row(titleOf(sizes), sizes)),
    ...domains.map(({ name, sizes }) => row(`domain ${name}`, sizes)),
    row(supervision ? "(start, devices, kernel)" : "(start, devices)", rest),
    row("all", total),
  ];
  return ["sizes in bytes", ...table(rows, new Set(SIZES.map((_, i) => i + 1))), ...domains.map(fusedLine)];
}

/** What there was before, and what fusing made of it. */
function fusedLine({ name, parts, bytes }: SystemSizes["domains"][number]): string {
  const adapters = parts.reduce((sum, part) => sum + part.adapterBytes, 0);
  const before = parts.reduce((sum, part) => sum + part.bytes, adapters);
  const each = parts.map((part) => `${part.process} ${thousands(part.bytes)}`).join(", ");
  return `  fused into ${name}: ${each}, adapters between them ${thousands(adapters)}; ${thousands(before)} became ${thousands(bytes)}`;
}

function titleOf({ component, processes }: SystemSizes["components"][number]): string {
  return processes.length === 1 ? component : `${component} × ${processes.length}`;
}

function moduleLines(modules: readonly ModuleDescription[], all: boolean): string[] {
  if (all)
    return ["modules", ...table(modules.map((m) => [m.name, m.role, size(m.bytes), m.hash.slice(0, 12)]))];
  const sums = [...Map.groupBy(modules, ({ role }) => role)].map(([role, of]) => {
    const bytes = of.reduce((sum, module) => sum + module.bytes, 0);
    return `${of.length} ${role}, ${size(bytes)}`;
  });
  return [`modules: ${sums.join("; ")}; all with --modules`];
}

function processLines(process: ProcessDescription): string[] {
  const branches: string[][] = process.imports.map(importLines);
  if (process.wasi !== undefined)
    branches.unshift([`uses ${wasiPackages(process.wasi)}, by a shim of its own on the devices below`]);
  if (process.imports.length === 0) branches.push(["calls nothing"]);
  branches.push([
    process.callers.length > 0 ? `may be called by ${names(process.callers)}` : "is called by no process",
  ]);
  if (process.fallsWith.length > 0)
    branches.push([`falls when one of these does: ${names(process.fallsWith)}`]);
  if (process.blastSet.length > 0) branches.push([`takes down when it traps: ${names(process.blastSet)}`]);
  if (process.ownStack !== undefined) branches.push([`has a stack of its own: ${process.ownStack}`]);
  if (process.byMessage !== undefined) branches.push([`is called by message: ${process.byMessage}`]);
  if (process.spawned) branches.push(["is spawned while the system runs: there is none at first"]);
  branches.push([`granted: ${process.grants.length > 0 ? process.grants.join(", ") : "nothing"}`]);
  if (process.without.length > 0)
    branches.push([`not granted, and finds nothing there: ${process.without.join(", ")}`]);
  if (process.memoryQuota !== undefined) branches.push([`memory: at most ${size(process.memoryQuota)}`]);
  if (process.tableQuota !== undefined) branches.push([`tables: at most ${process.tableQuota} elements`]);
  if (process.fuelQuota !== undefined)
    branches.push([
      `fuel: ${process.fuelQuota} units${process.sliceQuota === undefined ? "" : `, in slices of ${process.sliceQuota}`}`,
    ]);
  if (process.depthQuota !== undefined) branches.push([`calls: nested at most ${process.depthQuota} deep`]);
  if (process.handleQuota !== undefined) branches.push([`handles: at most ${process.handleQuota}`]);
  if (process.domain !== undefined)
    branches.push([`fused into domain ${process.domain}: one life, one budget`]);
  const exports = process.exports.map(({ name, type }) => `  ${name}: ${type}`);
  branches.push(exports.length > 0 ? ["exports", ...exports] : ["exports nothing"]);
  return [process.name, ...branches.flatMap((lines, i) => branch(lines, i === branches.length - 1))];
}

function importLines(description: ImportDescription): string[] {
  const { name, provider, binding, alternatives, adapterBytes, functions } = description;
  const what = providerText(provider);
  const others = alternatives.length === 0 ? "" : `, or ${names(alternatives)}`;
  const kind = binding === "plain" ? "" : `, ${binding}`;
  const where = `${what}${provider.name}${others}${kind}`;
  const adapters = adapterBytes > 0 ? ` (adapters: ${size(adapterBytes)})` : "";
  const rows = functions.map((f) => [`${f.name}: ${f.type}`, messageText(f)]);
  return [`${name} → ${where}${adapters}`, ...table(rows, new Set(), WIDEST)];
}

/** Of a function's type; who has a longer one moves no other line's reason out of sight. */
const WIDEST = 90;

/** `wasi:cli, wasi:io` of all their interfaces. */
function wasiPackages(interfaces: readonly string[]): string {
  return [...new Set(interfaces.map((name) => name.replace(/\/.*/, "")))].sort().join(", ");
}

function providerText(provider: ImportDescription["provider"]): string {
  if (provider.kind === "device") return "device ";
  if (provider.kind === "process") return "";
  return {
    spawn: "processes made as ",
    process: "handles of ",
    handles: "handles that others hand over, of ",
  }[provider.by];
}

/** A long list is cut here: `--blast` and `--who-may-call` have all of it. */
function names(all: readonly string[]): string {
  const rest = all.length - MAX_NAMES;
  return all.slice(0, MAX_NAMES).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
