/**
 * Pass: an import of a process view becomes an edge to the processes that its handles are of.
 *
 * `spawn`, `narrow` and the like are the system's. Every other function of a handle
 * is sent to the process that the handle stands for as a message; one adapter
 * of the holder serves all of its processes.
 */
import { PROCESS_FUNCTIONS } from "../../abi/index.ts";
import { emitSpawner, type SpawnerFunction } from "../adapter/index.ts";
import type { ModuleTable } from "../module-table.ts";
import type { Adapter, Edge, EdgeFunction, Source } from "../plan.ts";
import type { AccountsPlan } from "./accounts-plan.ts";
import type { Call } from "./bind.ts";
import { isMessage, senderFor, senderGroups, sendingOf } from "./bind-messages.ts";
import {
  chargedEnd,
  emitted,
  endOf,
  filled,
  handleSources,
  sideOf,
  sourceKey,
  sourcesOf,
  type End,
  type PlacedProcess,
} from "./ends.ts";
import type { HandlePlan } from "./handle-plan.ts";
import type { MailPlan } from "./mail-plan.ts";
import { limitsOf } from "./messages.ts";
import { exportedPort } from "./origin.ts";
import { messageOf, methodOfProcess, type ProcessNode, type Wire } from "./process.ts";
import { importKey } from "./slots.ts";

export type SpawnerWire = Wire & { readonly provider: { readonly kind: "spawner" } };

interface Context {
  readonly modules: ModuleTable;
  readonly handles: HandlePlan;
  readonly accounts: AccountsPlan;
  readonly mail: MailPlan;
}

export function spawnerEdge(
  process: PlacedProcess,
  wire: SpawnerWire,
  hole: number,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
  context: Context,
): Edge {
  const template = all.get(wire.provider.process);
  if (template === undefined) throw new TypeError("every process has a place");
  const edge = new SpawnerEdge(process, wire, hole, template, context);
  const limits = limitsOf(wire);
  return {
    consumer: process.position,
    hole,
    provider: { kind: "spawner", process: template.position, name: wire.provider.name, by: wire.provider.by },
    binding: "guarded",
    ...edge.bound(),
    ...(limits && { limits }),
  };
}

class SpawnerEdge {
  readonly #process: PlacedProcess;
  readonly #wire: SpawnerWire;
  readonly #hole: number;
  readonly #template: PlacedProcess;
  readonly #context: Context;
  readonly #adapters: Adapter[] = [];
  readonly #functions: EdgeFunction[] = [];

  constructor(
    process: PlacedProcess,
    wire: SpawnerWire,
    hole: number,
    template: PlacedProcess,
    context: Context,
  ) {
    this.#process = process;
    this.#wire = wire;
    this.#hole = hole;
    this.#template = template;
    this.#context = context;
  }

  bound(): Pick<Edge, "adapters" | "functions"> {
    const { built } = this.#process;
    const own: OwnCall[] = [];
    const sent: Call[] = [];
    for (const { name } of built.template.holes[this.#hole]?.functions ?? []) {
      const lowered = built.imports.get(importKey(this.#wire.name, name));
      if (lowered === undefined) continue;
      const caller = chargedEnd(this.#process, lowered.caller, this.#context.accounts);
      if (methodOfProcess(lowered.function) !== undefined)
        sent.push(this.#sent(name, lowered.function, caller));
      else own.push({ name, function: ownFunction(lowered.function), caller });
    }
    for (const group of Map.groupBy(own, ({ caller }) => instanceOf(caller)).values()) this.#addOwn(group);
    for (const group of senderGroups(sent)) this.#addSent(group);
    return { adapters: this.#adapters, functions: this.#functions };
  }

  get #where(): string {
    return `process "${this.#process.node.name}", import "${this.#wire.name}"`;
  }

  /** What adapters on the holder's handles import. */
  #handles(caller: End): [string, Source][] {
    const { handles } = this.#context;
    const { process, name } = this.#wire.provider;
    return [
      ...handleSources(),
      [sourceKey("caller", "table"), handles.table(this.#process.position, instanceOf(caller))],
      [sourceKey("handles", "type 0"), handles.spawnerType(process, name)],
    ];
  }

  #addOwn(calls: readonly OwnCall[]): void {
    const [first] = calls;
    if (first === undefined) return;
    const { caller } = first;
    const { process: provider, name } = this.#wire.provider;
    const spec = {
      caller: sideOf(caller),
      callerMayLeave: caller.mayLeave !== undefined,
      flags: exportedPort(provider, name)?.functions.length ?? 0,
      functions: calls,
    };
    const module = emitted(this.#where, () => emitSpawner(spec));
    const { position } = this.#process;
    const sources = new Map([...sourcesOf("caller", caller), ...this.#handles(caller)]);
    for (const { function: asked } of calls) {
      const source: Source = { kind: "spawner", process: position, hole: this.#hole, function: asked };
      sources.set(sourceKey("spawner", asked), source);
    }
    const imports = filled(module.imports, sources);
    this.#add(calls, { module: this.#context.modules.addMade("adapter", module), imports }, () => ({
      reason: "by the linker: the kernel is asked",
    }));
  }

  #sent(name: string, imported: string, caller: End): Call {
    const choice = messageOf(this.#wire, imported);
    if (choice === undefined) throw new TypeError("what goes to a process that was made is a message");
    const { kind, function: exported, number, deadline, reason } = choice;
    const found = this.#template.built.exports.get(exported);
    if (found === undefined) throw new TypeError("checked before: the export is there");
    const { position } = this.#process;
    return {
      name,
      type: found.type,
      caller,
      callee: endOf(this.#template, found.end),
      target: { kind: "process", process: this.#template.position, item: found.item },
      fault: { view: "guarded" },
      message: {
        kind,
        delivery: this.#context.mail.delivery(this.#template, exported, number),
        number,
        ...(deadline !== undefined && { deadline }),
        reason,
        consumer: position,
        authority: { kind: "authority", process: position, hole: this.#hole },
      },
    };
  }

  #addSent(calls: ReturnType<typeof senderGroups>[number]): void {
    const [first] = calls;
    if (first === undefined) return;
    const { process, name } = this.#wire.provider;
    const type = this.#context.handles.spawnerType(process, name);
    const adapter = senderFor(calls, this.#context, this.#where, type);
    const byName = new Map(calls.map((call) => [call.name, call]));
    this.#add(calls, adapter, ({ name }) => {
      const call = byName.get(name);
      return call !== undefined && isMessage(call) ? sendingOf(call) : { reason: "" };
    });
  }

  #add<C extends { readonly name: string }>(
    calls: readonly C[],
    adapter: Adapter,
    about: (call: C) => Pick<EdgeFunction, "reason" | "message">,
  ): void {
    const position = this.#adapters.push(adapter) - 1;
    for (const call of calls) {
      const target = { kind: "adapter", adapter: position, export: call.name } as const;
      this.#functions.push({ name: call.name, target, ...about(call) });
    }
  }
}

interface OwnCall {
  readonly name: string;
  readonly function: SpawnerFunction;
  readonly caller: End;
}

function instanceOf({ holder }: End): number {
  if (holder === undefined) throw new TypeError("the caller is a process");
  return holder.instance;
}

/** `[static]process.spawn` and the like: what the system implements itself. */
function ownFunction(name: string): SpawnerFunction {
  const found = PROCESS_FUNCTIONS.find((own) => name.endsWith(`.${own}`));
  if (found === undefined) throw new TypeError(`checked before: ${name} is of a process view`);
  return found;
}
