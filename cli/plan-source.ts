/**
 * A link plan for whatever a FILE on the command line is: linked already, a
 * `system.ts`, or one component on its own.
 */
import { basename, extname } from "node:path";
import { isatty } from "node:tty";
import type { KernelModules } from "../kernel/built.ts";
import type { LinkPlan } from "../toolchain/link/plan.ts";
import type { World } from "../toolchain/abi/index.ts";
import type { ShimName } from "../toolchain/link/index.ts";
import { componentBytes, systemComponents } from "./components.ts";
import type { LoneOptions } from "./lone-component.ts";
import { UsageError, warn } from "./report.ts";
import type { Source } from "./source.ts";

export interface PlanSource {
  readonly plan: LinkPlan;
  /** What relative paths of grants start from. */
  readonly base: string;
  /** What each process's component imports and exports; absent for a plan that was linked before. */
  readonly worlds?: ReadonlyMap<string, World>;
  /** One component on its own that writes bytes: its output is not tagged. */
  readonly writesBytes?: boolean;
}

export interface PlanOptions {
  /** What follows `--`, for a system that is a function of it. */
  readonly arguments?: readonly string[];
  /** Of a component that is on its own: what it is granted besides. */
  readonly alone?: Partial<Omit<LoneOptions, "called">>;
  /** It is called, not run: a component on its own needs no entry, and fused processes keep what they export. */
  readonly called?: boolean;
  /** Count and time the calls between processes. */
  readonly meter?: boolean;
}

/** Reads, or builds and links. */
export async function planOf(source: Source, options: PlanOptions = {}): Promise<PlanSource> {
  switch (source.kind) {
    case "plan":
      if (options.meter === true) {
        throw new UsageError(
          `${source.file}: meters are built in when a system is linked: give --meter with its system.ts.`,
        );
      }
      return { plan: await readPlan(source.file, source.bytes), base: process.cwd() };
    case "system":
      return linkSystem(source.file, options);
    case "component":
    case "app":
  }
  return linkAlone(source, options);
}

export async function readPlan(file: string, bytes: Uint8Array): Promise<LinkPlan> {
  const { PlanError, parsePlan } = await import("../toolchain/link/plan-file.ts");
  try {
    return parsePlan(bytes);
  } catch (error) {
    if (error instanceof PlanError) throw new UsageError(`${file}: ${error.message}.`);
    throw error;
  }
}

async function linkSystem(file: string, options: PlanOptions): Promise<PlanSource> {
  const { link, loadSystem } = await import("../toolchain/link/index.ts");
  const terminal = isatty(0) && isatty(1);
  const { config, folder } = await loadSystem(file, { arguments: options.arguments ?? [], terminal });
  const components = await systemComponents(config, folder);
  const { plan, warnings, worlds } = link({
    config,
    components: new Map([...components, ...(config.http ? await httpComponents(components.values()) : [])]),
    meter: options.meter ?? false,
    ...(options.called === true && { called: true }),
    shims: await shimsOf(components.values()),
    ...(config.supervisor && { kernel: await kernelModules() }),
  });
  for (const warning of warnings) warn(warning);
  return { plan, base: folder, worlds };
}

/** What a service is made of beside its handler. */
async function httpComponents(components: Iterable<Uint8Array>): Promise<Map<string, Uint8Array>> {
  const { builtHttp } = await import("../components/http/built.ts");
  const { HTTP_DRIVER, HTTP_POOL, HTTP_WASI_DRIVER, shimsFor } = await import("../toolchain/link/index.ts");
  const found = new Map([
    [HTTP_DRIVER, await builtHttp("driver")],
    [HTTP_POOL, await builtHttp("pool")],
  ]);
  if (!shimsFor(components).has("http")) return found;
  const { builtHttpDriver } = await import("../wasi-shim/built.ts");
  return found.set(HTTP_WASI_DRIVER, await builtHttpDriver());
}

/** The WASI shims that the components need. */
async function shimsOf(
  components: Iterable<Uint8Array>,
): Promise<Partial<Readonly<Record<ShimName, Uint8Array>>>> {
  const { shimsFor } = await import("../toolchain/link/index.ts");
  const names = [...shimsFor(components)];
  if (names.length === 0) return {};
  const { builtShim } = await import("../wasi-shim/built.ts");
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await builtShim(name)] as const)),
  );
}

async function kernelModules(): Promise<KernelModules> {
  const { builtKernel } = await import("../kernel/built.ts");
  return builtKernel();
}

/** A system of one process. */
async function linkAlone(source: Source, { alone, called = false }: PlanOptions): Promise<PlanSource> {
  const bytes = await componentBytes(source);
  const { link } = await import("../toolchain/link/index.ts");
  const { systemAlone, writesBytes } = await import("./lone-component.ts");
  const options = { grants: [], directories: [], environment: {}, ...alone, called };
  const config = systemAlone(processNameOf(source.file), source.file, bytes, options);
  const { plan, worlds } = link({
    config,
    components: new Map([[source.file, bytes], ...(config.http ? await httpComponents([bytes]) : [])]),
    shims: await shimsOf([bytes]),
    ...(called && { called }),
    ...(config.supervisor && { kernel: await kernelModules() }),
  });
  return { plan, base: process.cwd(), worlds, writesBytes: writesBytes(config) };
}

/** `Word_Count.wasm` → `word-count`. */
function processNameOf(file: string): string {
  const words = basename(file, extname(file))
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const name = words
    .filter((word) => word !== "")
    .join("-")
    .replace(/^[^a-z]+/, "");
  return name === "" ? "app" : name;
}
