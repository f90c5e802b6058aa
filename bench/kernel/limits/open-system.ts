/** A system of systems/ in a process of its own, to be asked for samples and watched from outside. */
import { readFileSync } from "node:fs";
import { openWorkspace } from "../../harness/workspace.ts";
import { Session } from "../../harness/session.ts";
import { serving } from "../peers/atoll.ts";

/** @param nodeOptions of the process that runs it. */
export async function openSystem(system: string, nodeOptions: readonly string[] = []): Promise<Session> {
  const { program, arguments: words } = await serving([system], openWorkspace());
  return Session.open({ program, arguments: [...nodeOptions, ...words] });
}

/** Bytes of a process that lie in memory; Linux. */
export function residentMemory({ pid }: Session): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}
