/**
 * Pass: every import of every process gets its provider, or is refused.
 *
 * A wire or a grant must be written in `system.ts`; what is written must fit
 * what the components say. All problems of a system are reported at once.
 */
import { handlesOfFunction, plainName } from "../../abi/index.ts";
import type { SystemConfig, WireConfig } from "../config/system.ts";
import { spawnedIn } from "../config/tree.ts";
import { grantsOf } from "../config/validate.ts";
import { isAtolls } from "../devices.ts";
import { LinkError } from "../error.ts";
import { findInterface, fittingInterfaces, otherVersions, splitVersion } from "../interface-name.ts";
import { didYouMean, nearest } from "../nearest.ts";
import { checkSignals } from "./check-signals.ts";
import { checkWire } from "./check-wire.ts";
import { checkStrict } from "./wasi-grants.ts";
import { wireDevice } from "./wire-device.ts";
import { checkLent, checkTemplate, wishOf, type ViewWish } from "./wire-spawner.ts";
import { faultHandling, importsMeant } from "./wire-fault.ts";
import type { LoadedComponent } from "./load-component.ts";
import { portsOf, type Port, type ProcessNode, type Wire } from "./process.ts";

/** Components by the process. @throws LinkError (`wiring`, `type`) */
export function wireProcesses(
  config: SystemConfig,
  components: ReadonlyMap<string, LoadedComponent>,
): ProcessNode[] {
  const nodes = new Map<string, ProcessNode>();
  for (const [name, process] of Object.entries(config.processes)) {
    const component = components.get(name);
    if (component === undefined) throw new TypeError("each process has a component");
    nodes.set(name, { name, component, config: process, grants: grantsOf(process), wires: [], standbys: [] });
  }
  const problems: LinkError[] = [];
  for (const node of nodes.values()) {
    problems.push(...checkKeys(node));
    attempt(problems, () => checkStrict(node));
    for (const port of portsOf(node.component.world.imports)) {
      const [wire, ...standbys] = attempt(problems, () => wireImport(node, port, nodes, config)) ?? [];
      if (wire) node.wires.push(wire);
      node.standbys.push(...standbys);
    }
  }
  const spawned = spawnedIn(config.supervisor);
  // Which resources are one is known once every wire is.
  for (const node of nodes.values()) {
    for (const wire of [...node.wires, ...node.standbys]) attempt(problems, () => checkWire(node, wire));
    attempt(problems, () => checkLent(node));
    if (spawned.has(node.name)) attempt(problems, () => checkTemplate(node));
    attempt(problems, () => checkSignals(node, nodes.values()));
  }
  throwAll(problems);
  return [...nodes.values()];
}

function attempt<T>(problems: LinkError[], run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    problems.push(error);
    return undefined;
  }
}

function throwAll(problems: readonly LinkError[]): void {
  const [first] = problems;
  if (first === undefined) return;
  // One mistake may be in the way of several imports.
  const messages = new Set(problems.map((problem) => problem.message));
  if (messages.size === 1) throw first;
  throw new LinkError(first.code, [...messages].join("\n\n"));
}

/** The wires that name no import of the component, or not exactly one. */
function checkKeys(node: ProcessNode): LinkError[] {
  const names = portsOf(node.component.world.imports).map((port) => port.name);
  const where = `process "${node.name}", imports:`;
  const found = new Map<string, string>();
  return Object.keys(node.config.imports ?? {}).flatMap((key) => {
    const [name, ...others] = importsMeant(key, names);
    if (name === undefined) {
      const ids = names.map((n) => splitVersion(n).id);
      const guess = didYouMean(splitVersion(key).id, ids);
      const problem = `${where} ${node.component.file} does not import "${key}".${guess} ${listed("It imports", names)}`;
      return [new LinkError("wiring", problem)];
    }
    if (others.length > 0) {
      const fitting = [name, ...others].join(" and ");
      return [new LinkError("wiring", `${where} "${key}" fits ${fitting}; write the version`)];
    }
    const before = found.get(name);
    found.set(name, key);
    if (before === undefined) return [];
    return [
      new LinkError("wiring", `${where} "${before}" and "${key}" are the same import; write one of them`),
    ];
  });
}

/** The wire of an import; after it those that may take its place. */
function wireImport(
  node: ProcessNode,
  port: Port,
  nodes: ReadonlyMap<string, ProcessNode>,
  system: SystemConfig,
): Wire[] {
  const names = portsOf(node.component.world.imports).map(({ name }) => name);
  const key = Object.keys(node.config.imports ?? {}).find((k) => importsMeant(k, names).includes(port.name));
  const wire = key === undefined ? undefined : node.config.imports?.[key];
  if (key === undefined || wire === undefined) {
    if (isAtolls(port.name)) return [wireDevice(node, port, system.supervisor !== undefined)];
    throw unwired(node, port, nodes);
  }
  const config = wishOf(node, port, wire, nodes, system.supervisor !== undefined);
  if ("by" in config) return [wireView(node, port, config, nodes)];
  const { alternatives = [] } = config;
  checkAlternatives(node, port, config);
  return [config.process, ...alternatives].map((process) =>
    wireTo(node, port, key, { ...config, process }, nodes),
  );
}

/** The configuration says already that the process is there, and whether it is spawned. */
function wireView(
  node: ProcessNode,
  port: Port,
  { by, process, wanted, config }: ViewWish,
  nodes: ReadonlyMap<string, ProcessNode>,
): Wire {
  const target = nodes.get(process);
  if (target === undefined) throw new TypeError("checked before: the process is there");
  const { name } = exportFor(node, port, wanted, target);
  return {
    name: port.name,
    fault: { guarded: false },
    config,
    provider: { kind: "spawner", process: target, name, by },
  };
}

function wireTo(
  node: ProcessNode,
  port: Port,
  key: string,
  config: WireConfig,
  nodes: ReadonlyMap<string, ProcessNode>,
): Wire {
  const { process } = config;
  const provider = nodes.get(process);
  if (provider === undefined) {
    const names = [...nodes.keys()];
    throw new LinkError(
      "wiring",
      `process "${node.name}", imports "${key}": there is no process "${process}".${didYouMean(process, names)} ${listed("There are", names)}`,
    );
  }
  const exports = portsOf(provider.component.world.exports).map(({ name }) => name);
  const { wanted, fault } = faultHandling(node, port, config, exports);
  const offered = exportFor(node, port, wanted, provider);
  return {
    name: port.name,
    fault,
    config,
    provider: { kind: "process", process: provider, name: offered.name },
  };
}

/** What is rebound has to mean the same wherever it leads: handles would not, and a domain has no slots. */
function checkAlternatives(node: ProcessNode, port: Port, { process, alternatives = [] }: WireConfig): void {
  if (alternatives.length === 0) return;
  const where = `process "${node.name}", imports "${port.name}", alternatives`;
  const all = [process, ...alternatives];
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new LinkError("wiring", `${where}: expected each process once, found "${twice}" more than once`);
  }
  const carrier = port.functions.find(({ type }) => handlesOfFunction(type).length > 0);
  if (carrier !== undefined || port.resources.length > 0) {
    const what =
      carrier === undefined ? "it has resources" : `its function "${carrier.name}" carries handles`;
    throw new LinkError(
      "not-yet",
      `${where}: ${what}, and Atoll cannot rebind such an interface yet`,
      "Take out alternatives.",
    );
  }
  if (node.config.domain !== undefined) {
    throw new LinkError(
      "not-yet",
      `${where}: the process is in the domain "${node.config.domain}", and Atoll cannot rebind imports of a domain yet`,
      "Take out alternatives, or domain.",
    );
  }
}

function exportFor(node: ProcessNode, port: Port, wanted: string, provider: ProcessNode): Port {
  const ports = portsOf(provider.component.world.exports);
  const names = ports.map((p) => p.name);
  const fitting = fittingInterfaces(wanted, names);
  const found = ports.find((p) => p.name === fitting[0] && p.kind === port.kind);
  if (found && fitting.length === 1) return found;
  const from = `process "${node.name}" imports "${port.name}" from process "${provider.name}"`;
  if (found) {
    throw new LinkError(
      "wiring",
      `${from}, and ${provider.component.file} exports ${fitting.join(" and ")}, which all fit`,
      `Name one: { process: "${provider.name}", interface: "${found.name}" }`,
    );
  }
  const versions = otherVersions(wanted, names);
  const exports =
    versions.length > 0
      ? `It exports ${versions.join(", ")}, which is not compatible with that version.`
      : listed("It exports", names);
  throw new LinkError(
    "wiring",
    `${from}, and ${provider.component.file} does not export ${port.kind} "${wanted}". ${exports}`,
    versions.length > 0 ? "Build both against the same version of the interface." : undefined,
  );
}

function unwired(node: ProcessNode, port: Port, nodes: ReadonlyMap<string, ProcessNode>): LinkError {
  const wanted = plainName(port.name) ?? port.name;
  const imports = portsOf(node.component.world.imports).map((p) => p.name);
  const { id } = splitVersion(imports.includes(wanted) ? port.name : wanted);
  const offering = [...nodes.values()].filter((other) => {
    const names = portsOf(other.component.world.exports).map((p) => p.name);
    return other !== node && [port.name, wanted].some((name) => findInterface(name, names) !== undefined);
  });
  const names = [...nodes.keys()].filter((name) => name !== node.name);
  const guess = offering[0]?.name ?? nearest(id.split("/")[0]?.split(":")[1] ?? "", names) ?? "…";
  const who =
    offering.length > 0
      ? `Exported by ${offering.map((other) => `process "${other.name}"`).join(" and ")}.`
      : "No process of the system exports it.";
  const { driver } = node.config;
  const driven = driver !== undefined && offering.length === 0 && wanted !== port.name;
  return new LinkError(
    "wiring",
    `process "${node.name}" (${node.component.file}) imports "${port.name}", and nothing is wired to it. ${who}`,
    driven
      ? `If ${driver} is to call that of ${node.component.file}, say so among its first comments: // @drives ${id}`
      : `In system.ts, process "${node.name}": imports: { "${id}": "${guess}" }`,
  );
}

function listed(intro: string, names: readonly string[]): string {
  return names.length === 0 ? `${intro} nothing.` : `${intro}: ${names.join(", ")}.`;
}
