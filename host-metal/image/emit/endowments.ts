/**
 * What processes hold by the plan: handles of the kernel, given at each start; see kernel/authorities.h.
 */
import * as abi from "../../../kernel/abi.ts";
import type { Edge } from "../../../toolchain/link/plan.ts";
import type { Parts } from "../parts.ts";

export interface Endowment {
  /** Of `struct kernel_endowment`. */
  readonly fields: readonly string[];
  /** The hole that it is for; absent for the one by which a process may look. */
  readonly hole?: number;
  /** Where the handle is put: an expression for an address. */
  readonly word: string;
}

/** In the order in which they are given. */
export function endowmentsOf(parts: Parts, process: number): Endowment[] {
  const { edges, processes } = parts.plan.root;
  const held = edges.flatMap((edge) => (edge.consumer === process ? endowment(parts, edge) : []));
  const looks = processes[process]?.grants.some(({ device }) => device === "atoll:kernel/introspect");
  if (looks !== true) return held;
  const word = parts.inPlace(process, () => parts.word(process, "look"));
  return [...held, { fields: [`.kind = ${abi.HANDLE_LOOK}`], word }];
}

/** Where those of a process of the plan lie. */
export function authorityTable(process: number, endowments: readonly Endowment[]): string {
  return `static uint32_t *const authorities_${process}[] = {${endowments.map(({ word }) => word).join(", ")}};`;
}

function endowment(parts: Parts, edge: Edge): Endowment[] {
  const subject = subjectOf(parts, edge);
  if (edge.standby === true || subject === undefined) return [];
  const { limits, consumer, hole } = edge;
  const mask = limits?.functions?.reduce((bits, number) => bits | (1 << number), 0) ?? -1;
  const fields = [
    ...subject,
    `.mask = ${mask}`,
    `.uses = ${limits?.uses ?? 0}`,
    `.rate = ${limits?.rate ?? 0}`,
    `.is_limited = ${limits !== undefined}`,
    `.until = ${limits?.until ?? -1}`,
  ];
  return [{ fields, hole, word: parts.inPlace(consumer, () => parts.authority(consumer, hole)) }];
}

/** What may be done with whom; undefined for a wire that needs no authority. */
function subjectOf(parts: Parts, { provider, functions }: Edge): string[] | undefined {
  if (provider.kind === "spawner" && provider.by === "spawn") {
    const tree = parts.plan.root.kernel?.tree ?? [];
    const node = tree.findIndex((it) => it.kind === "worker" && it.process === provider.process);
    return node < 0 ? undefined : [`.kind = ${abi.HANDLE_SPAWN}`, `.subject = ${node}`];
  }
  const receiver = provider.kind === "spawner" ? receiverOfView(provider) : receiverOf(provider, functions);
  return receiver === undefined ? undefined : [`.kind = ${abi.HANDLE_CALL}`, `.subject = ${receiver}`];
}

function receiverOfView({ by, process }: Extract<Edge["provider"], { kind: "spawner" }>): number | undefined {
  return by === "process" ? process : undefined;
}

/** Whom messages go to: who implements the functions, which the provider may only hand on. */
function receiverOf(provider: Edge["provider"], functions: Edge["functions"]): number | undefined {
  const sent = functions.find(({ message }) => message !== undefined);
  if (sent === undefined) return undefined;
  return sent.handedOn?.process ?? (provider.kind === "process" ? provider.process : undefined);
}
