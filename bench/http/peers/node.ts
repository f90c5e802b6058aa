/** `node`: the least that answers by Node's own HTTP server. */
import { join } from "node:path";
import type { Peer } from "../../harness/peer.ts";

const HERE = import.meta.dirname;

export const node: Peer = {
  prepare: async () => ({
    program: process.execPath,
    arguments: [join(HERE, "serve.ts"), process.execPath, join(HERE, "node-server.ts")],
  }),
};
