/**
 * Pass: where the system starts, and the adapter that makes an exit code of what it returns.
 */
import { emitEntry, entryProblem } from "../adapter/index.ts";
import { printFunction } from "../../abi/index.ts";
import type { SystemConfig } from "../config/system.ts";
import { LinkError } from "../error.ts";
import { splitVersion } from "../interface-name.ts";
import type { ModuleTable } from "../module-table.ts";
import { didYouMean } from "../nearest.ts";
import type { Entry } from "../plan.ts";
import { implementationOf } from "./handed-on.ts";
import {
  emitted,
  endOf,
  filled,
  sideOf,
  sourceKey,
  sourceOf,
  sourcesOf,
  TRANSFER,
  type PlacedProcess,
} from "./ends.ts";

/** The function that `entry: "process"` means. */
const RUN = "run";

/** @throws LinkError (`entry`) */
export function makeEntry(
  entry: NonNullable<SystemConfig["entry"]>,
  processes: readonly PlacedProcess[],
  modules: ModuleTable,
): Entry {
  const { process: name, function: wanted } =
    typeof entry === "string" ? { process: entry, function: undefined } : entry;
  const process = processes.find((p) => p.node.name === name);
  if (process === undefined) {
    const names = processes.map((p) => p.node.name);
    throw new LinkError(
      "entry",
      `entry: there is no process "${name}".${didYouMean(name, names)} There are: ${names.join(", ")}.`,
    );
  }
  const { exports, handedOn } = process.node.component;
  const names = [...exports, ...handedOn].map((f) => f.name);
  const chosen = wanted === undefined ? runFunction(process, names) : namedFunction(process, wanted, names);
  const found = implementationOf(process.node, chosen);
  const implementer = processes.find((p) => p.node === found.process);
  if (found.kind === "device" || implementer === undefined) {
    throw new LinkError("entry", `entry: ${chosen} of process "${name}" is a function of a device`);
  }
  const { ownStack, byMessage } = implementer.node;
  const sent = ownStack === undefined ? byMessage : `it has a stack of its own, as ${ownStack}`;
  if (implementer !== process && sent !== undefined) {
    throw new LinkError(
      "entry",
      `entry: ${chosen} of process "${name}" is implemented by process "${implementer.node.name}", and calls of that are messages: ${sent}`,
      `Start there: entry: { process: "${implementer.node.name}", function: "${found.name}" }`,
    );
  }
  const start = startAt(implementer, found.name, modules);
  return { ...start, process: process.position, function: chosen };
}

function runFunction(process: PlacedProcess, names: readonly string[]): string {
  const found = names.filter((name) => name.split("#").at(-1) === RUN);
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const { name, component } = process.node;
  throw new LinkError(
    "entry",
    `entry: expected process "${name}" (${component.file}) to export one function named ${RUN}, found ${found.length === 0 ? "none" : found.join(" and ")}. ${exportsText(names)}`,
    `Export one, or name another: entry: { process: "${name}", function: "${found[0] ?? names[0] ?? `ns:package/name#${RUN}`}" }`,
  );
}

function namedFunction(process: PlacedProcess, wanted: string, names: readonly string[]): string {
  const ways = [(full: string) => full, withoutVersion, (full: string) => full.split("#").at(-1) ?? full];
  const found =
    ways.map((way) => names.filter((full) => way(full) === wanted)).find((some) => some.length > 0) ?? [];
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const { name, component } = process.node;
  throw new LinkError(
    "entry",
    others.length > 0
      ? `entry: "${wanted}" is more than one function of process "${name}": ${found.join(" and ")}; write the whole name`
      : `entry: process "${name}" (${component.file}) does not export the function "${wanted}".${didYouMean(wanted, names)} ${exportsText(names)}`,
  );
}

function withoutVersion(name: string): string {
  const [of = "", func] = name.split("#");
  return func === undefined ? of : `${splitVersion(of).id}#${func}`;
}

function exportsText(names: readonly string[]): string {
  return names.length === 0 ? "It exports no function." : `It exports: ${names.join(", ")}.`;
}

function startAt(process: PlacedProcess, chosen: string, modules: ModuleTable): Entry {
  const found = process.built.exports.get(chosen);
  if (found === undefined) throw new TypeError("checked before: the export is there");
  const problem = entryProblem(found.type);
  if (problem !== undefined) {
    throw new LinkError(
      "entry",
      `entry: ${chosen} of process "${process.node.name}" cannot be where the system starts: ${problem}. Its type is ${printFunction(found.type)}.`,
      "Allowed are functions without parameters that return nothing, an integer (the exit code), or a result of an integer or nothing, with a string or nothing as error.",
    );
  }
  const callee = endOf(process, found.end);
  const postReturn = found.end.postReturn;
  const spec = {
    callee: sideOf(callee),
    function: { name: chosen, type: found.type, postReturn: postReturn !== undefined },
    calleeMayLeave: callee.mayLeave !== undefined,
  };
  const module = emitted(`entry, ${chosen}`, () => emitEntry(spec));
  const sources = new Map([
    ...sourcesOf("caller", TRANSFER),
    ...sourcesOf("callee", callee),
    [sourceKey("function", chosen), sourceOf(process, found.item)] as const,
  ]);
  if (postReturn) sources.set(sourceKey("post-return", chosen), sourceOf(process, postReturn));
  const imports = filled(module.imports, sources);
  return {
    process: process.position,
    function: chosen,
    adapters: [{ module: modules.addMade("adapter", module), imports }],
    target: { kind: "adapter", adapter: 0, export: chosen },
  };
}
