/** The core modules of the two guests, as their components hold them. */
import { assembled } from "./guests.ts";
import type { Workspace } from "./workspace.ts";

export interface CoreModules {
  readonly caller: Uint8Array;
  readonly callee: Uint8Array;
}

export async function coreModules(kind: "wat" | "lean", workspace: Workspace): Promise<CoreModules> {
  if (kind === "lean") throw new Error("not yet");
  return {
    caller: await assembled("guests/wat/caller.wat", workspace),
    callee: await assembled("guests/wat/callee.wat", workspace),
  };
}
