/**
 * The two ends of a call, as sources that an adapter is instantiated on.
 */
import { AdapterError, type AdapterSpec } from "../adapter/index.ts";
import { LinkError } from "../error.ts";
import type { Adapter, CoreItem, Grant, Source, TransferExport } from "../plan.ts";
import type { AccountsPlan, PaysItself } from "./accounts-plan.ts";
import type { ProcessNode } from "./process.ts";
import type { EndOptions } from "./slots.ts";
import type { BuiltTemplate } from "./template.ts";

/** A process with its position in the plan. */
export interface PlacedProcess {
  readonly node: ProcessNode;
  readonly position: number;
  readonly built: BuiltTemplate;
}

/** One end of a call, with sources instead of items. */
export interface End {
  readonly encoding: EndOptions["encoding"];
  readonly memory?: Source;
  readonly realloc?: Source;
  readonly mayLeave?: Source;
  /** The mark of the callee, where one is kept; see adapter/marks.ts. */
  readonly inside?: Source;
  /** Of the caller, when it is metered: what it has left. */
  readonly fuel?: Source;
  /** As above: not 0 while nobody else may run. */
  readonly held?: Source;
  /** Of a callee that pays for itself. */
  readonly pays?: PaysItself;
  /** A component instance of a process, which has handles; absent for devices and the entry. */
  readonly holder?: { readonly process: PlacedProcess; readonly instance: number };
  /** A device with resources, which has a handle table too: by whose grant it is called. */
  readonly device?: { readonly id: Grant["device"]; readonly process: number; readonly grant: number };
}

export function transfer(name: TransferExport): Source {
  return { kind: "transfer", export: name };
}

export const TRANSFER: End = { encoding: "utf8", memory: transfer("memory"), realloc: transfer("realloc") };

export function endOf(process: PlacedProcess, { encoding, instance, memory, realloc }: EndOptions): End {
  const { mayLeave } = process.built;
  return {
    encoding,
    holder: { process, instance },
    ...(memory && { memory: sourceOf(process, memory) }),
    ...(realloc && { realloc: sourceOf(process, realloc) }),
    ...(mayLeave && { mayLeave: sourceOf(process, mayLeave) }),
  };
}

/** The end of a caller, which is charged for what crosses if its process is metered. */
export function chargedEnd(process: PlacedProcess, options: EndOptions, accounts: AccountsPlan): End {
  const [fuel, held] = [accounts.fuel(process), accounts.held(process)];
  return { ...endOf(process, options), ...(fuel && { fuel }), ...(held && { held }) };
}

export function sourceOf(process: PlacedProcess, item: CoreItem): Source {
  return { kind: "process", process: process.position, item };
}

export function sideOf({ encoding, memory, realloc, holder }: End): AdapterSpec["caller"] {
  const spawned = holder?.process.built.spawned === true;
  return {
    encoding,
    memory: memory !== undefined,
    realloc: realloc !== undefined,
    ...(spawned && { spawned }),
  };
}

export function sourcesOf(
  side: "caller" | "callee",
  { memory, realloc, mayLeave, inside, fuel, held, pays }: End,
): [string, Source][] {
  const own = { memory, realloc, "may-leave": mayLeave, inside };
  const all = { ...own, fuel, held, enter: pays?.enter, pay: pays?.pay };
  return Object.entries(all).flatMap(([name, source]): [string, Source][] =>
    source ? [[sourceKey(side, name), source]] : [],
  );
}

/** Of an end that is one of a process. */
export function holderOf({ holder }: End): NonNullable<End["holder"]> {
  if (holder === undefined) throw new TypeError("the end is a device's, or the entry's");
  return holder;
}

/** Equal for ends that can share an adapter. */
export function endKey({ holder, ...end }: End): string {
  return JSON.stringify([end, holder?.process.position, holder?.instance]);
}

export function sourceKey(module: string, name: string): string {
  return `${module} ${name}`;
}

/** What every module that touches handles may import. */
export function handleSources(): [string, Source][] {
  return ["memory", "add", "remove", "full", "loans"].map((name) => [
    sourceKey("handles", name),
    { kind: "handles", export: name },
  ]);
}

/** What an emitted module imports, from where. */
export function filled(
  imports: readonly { readonly module: string; readonly name: string }[],
  sources: ReadonlyMap<string, Source>,
): Adapter["imports"] {
  return imports.map(({ module, name }) => {
    const from = sources.get(sourceKey(module, name));
    if (from === undefined) throw new TypeError(`an adapter imports ${module} ${name}, which no end has`);
    return { module, name, from };
  });
}

/** Runs an emitter; an option that an end lacks is the component's mistake. */
export function emitted<T>(where: string, emit: () => T): T {
  try {
    return emit();
  } catch (cause) {
    if (!(cause instanceof AdapterError)) throw cause;
    throw new LinkError("component", `${where}: ${cause.message}`, undefined, { cause });
  }
}
