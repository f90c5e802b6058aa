/** `node`: a program of Node that does the same by Node's own interfaces. */
import { join } from "node:path";
import type { Peer } from "../../harness/peer.ts";

const HERE = import.meta.dirname;

export const node: Peer = {
  prepare: async (_, workspace) => {
    const folder = await workspace.made("wasi-node", [], async () => {});
    const file = join(folder, "chunks");
    const program = [process.execPath, join(HERE, "node-worker.ts"), file];
    return { program: process.execPath, arguments: [join(HERE, "serve.ts"), file, ...program] };
  },
};
